"""Users, sessions, keys, invitations, attempts, drafts; the audit trail can be searched and not be replaced."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Document = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)

# Two ways round the triggers for UPDATE and DELETE: INSERT OR REPLACE fires no DELETE trigger on SQLite,
# and TRUNCATE fires none for rows on Postgres.
FORBID_REPLACING_ON_SQLITE = """
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN SELECT RAISE(ABORT, '{table}: no replace'); END
"""
SAME_ROW = {"audit": "id = NEW.id", "decisions": "id = NEW.id OR (model = NEW.model AND seq = NEW.seq)"}
FORBID_TRUNCATING_ON_POSTGRES = """
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()
"""


def upgrade() -> None:
    create_users()
    create_sessions()
    create_invitations()
    create_api_keys()
    create_attempts()
    create_drafts()
    make_audit_searchable()
    forbid_replacing()


def create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sign_in_name", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String()),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("password_set_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("sign_in_name", name="uq_users_sign_in_name"),
    )


def create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])


def create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_invitations_user_id"),
    )
    op.create_index("ix_invitations_user_id", "invitations", ["user_id"])


def create_api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("scopes", Document, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("seen_at", Moment),
        sa.Column("revoked_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_api_keys_user_id"),
    )
    op.create_index("ix_api_keys_user_id", "api_keys", ["user_id"])


def create_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("counted", Document, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_sign_in_attempts"),
    )


def create_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("answers", Document, nullable=False),
        sa.Column("business_key", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )


def make_audit_searchable() -> None:
    op.add_column("audit", sa.Column("who_id", sa.String(), nullable=False, server_default=""))
    for column in ("action", "subject", "who_id"):
        op.create_index(f"ix_audit_{column}_id", "audit", [column, "id"])


def forbid_replacing() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, same in SAME_ROW.items():
        template = FORBID_REPLACING_ON_SQLITE if is_sqlite else FORBID_TRUNCATING_ON_POSTGRES
        op.execute(template.format(table=table, same=same))
