"""Predictions, outcomes, decisions, audit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Document = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)

FORBID_ON_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: no {verb}'); END
"""
FORBID_FUNCTION_ON_POSTGRES = """
CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%: no %', TG_TABLE_NAME, lower(TG_OP) USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
FORBID_ON_POSTGRES = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION forbid_change()
"""
# What was decided, answered or observed is never rewritten. People have a right to be forgotten, decisions do not.
FORBIDDEN = (
    ("decisions", "update"),
    ("decisions", "delete"),
    ("audit", "update"),
    ("audit", "delete"),
    ("predictions", "update"),
    ("outcomes", "update"),
)


def upgrade() -> None:
    create_decisions()
    create_predictions()
    create_outcomes()
    create_audit()
    forbid_changes()


def create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("previous_version", sa.String(), nullable=False),
        sa.Column("who", Document, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("gate_report", Document),
        sa.Column("words", Document, nullable=False),
        sa.Column("manifest_sha", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("model", "seq", name="uq_decisions_model_seq"),
        sqlite_autoincrement=True,
    )


def create_predictions() -> None:
    op.create_table(
        "predictions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("manifest_sha", sa.String(), nullable=False),
        sa.Column("decision_id", Serial),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", Document, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("business_key", sa.String(), nullable=False),
        sa.Column("row", Document, nullable=False),
        sa.Column("answers", Document, nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("probability", sa.Double()),
        sa.Column("probabilities", Document),
        sa.Column("value", sa.Double()),
        sa.Column("low", sa.Double()),
        sa.Column("high", sa.Double()),
        sa.Column("coverage", sa.Double()),
        sa.Column("reference_value", sa.Double(), nullable=False),
        sa.Column("reasons", Document, nullable=False),
        sa.Column("warnings", Document, nullable=False),
        sa.Column("light", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_predictions"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_predictions_decision_id"),
        sa.UniqueConstraint("reference", name="uq_predictions_reference"),
        sa.UniqueConstraint("idempotency_key", name="uq_predictions_idempotency_key"),
    )
    op.create_index("ix_predictions_model_at", "predictions", ["model", "at"])
    op.create_index("ix_predictions_at", "predictions", ["at"])
    op.create_index("ix_predictions_business_key_model", "predictions", ["business_key", "model"])


def create_outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("prediction_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", Document, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("prediction_id", "seq", name="pk_outcomes"),
        sa.ForeignKeyConstraint(["prediction_id"], ["predictions.id"], name="fk_outcomes_prediction_id"),
    )


def create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", Document, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("before", Document),
        sa.Column("after", Document),
        sa.Column("from_where", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def forbid_changes() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(FORBID_FUNCTION_ON_POSTGRES)
    template = FORBID_ON_SQLITE if is_sqlite else FORBID_ON_POSTGRES
    for table, verb in FORBIDDEN:
        op.execute(template.format(table=table, verb=verb))
