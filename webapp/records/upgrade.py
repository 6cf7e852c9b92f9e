"""What alembic does for us; imported only where tables have to be changed, for it takes a twentieth of a start."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

logging.getLogger("alembic").setLevel(logging.WARNING)


def upgrade(connection: Connection, migrations: Path) -> None:
    """Bring the tables to the newest of the migrations, within the transaction of this connection."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
