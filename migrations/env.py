"""Alembic's entry: runs the migrations on the connection that webapp.records.migrate opened and locked."""

from alembic import context

from webapp.records.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, transactional_ddl=True)
context.run_migrations()
