"""Outcomes that can be counted, decisions of people against an answer, notes and reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Document = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)

# What was recorded is never rewritten; it goes only where the prediction goes, so DELETE is left possible.
GUARDS_ON_SQLITE = {
    "update": "CREATE TRIGGER {table}_no_update BEFORE update ON {table} BEGIN SELECT RAISE(ABORT, '{table}: no update'); END",
    "replace": "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
    "WHEN EXISTS (SELECT 1 FROM {table} WHERE prediction_id = NEW.prediction_id AND seq = NEW.seq) "
    "BEGIN SELECT RAISE(ABORT, '{table}: no replace'); END",
}
GUARDS_ON_POSTGRES = {
    "update": "CREATE TRIGGER {table}_no_update BEFORE update ON {table} FOR EACH ROW EXECUTE FUNCTION forbid_change()",
    "replace": "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()",
}
GUARDED = (
    ("outcomes", "replace"),
    *((table, guard) for table in ("overrides", "remarks") for guard in GUARDS_ON_SQLITE),
)


def upgrade() -> None:
    make_outcomes_countable()
    create_overrides()
    create_remarks()
    guards = GUARDS_ON_SQLITE if op.get_bind().dialect.name == "sqlite" else GUARDS_ON_POSTGRES
    for table, guard in GUARDED:
        op.execute(guards[guard].format(table=table))


def make_outcomes_countable() -> None:
    for name in ("model", "answered"):
        op.add_column("outcomes", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("outcomes", sa.Column("bucket", sa.Integer(), nullable=False, server_default="-1"))
    op.add_column("outcomes", sa.Column("happened_at", Moment))
    for name in ("judged_change", "right_change", "positive_change"):
        op.add_column("outcomes", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_outcomes_counted",
        "outcomes",
        ["model", "bucket", "answered", "judged_change", "right_change", "positive_change"],
    )


def create_overrides() -> None:
    op.create_table(
        "overrides",
        sa.Column("prediction_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", Document, nullable=False),
        sa.PrimaryKeyConstraint("prediction_id", "seq", name="pk_overrides"),
        sa.ForeignKeyConstraint(["prediction_id"], ["predictions.id"], name="fk_overrides_prediction_id"),
    )
    op.create_index("ix_overrides_model", "overrides", ["model"])


def create_remarks() -> None:
    op.create_table(
        "remarks",
        sa.Column("prediction_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", Document, nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("prediction_id", "seq", name="pk_remarks"),
        sa.ForeignKeyConstraint(["prediction_id"], ["predictions.id"], name="fk_remarks_prediction_id"),
    )
    op.create_index("ix_remarks_kind_at", "remarks", ["kind", "at"])
