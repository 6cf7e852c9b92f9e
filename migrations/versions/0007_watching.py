"""Watching models in use: counts of days, forms that were sent back, what was found and whether somebody was told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Document = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "day_counts",
        *texts("model", "version"),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("rule", "cases")),
        sa.Column("first_at", Moment, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("counts", Document, nullable=False),
        sa.Column("counted_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("model", "version", "day", name="pk_day_counts"),
    )
    op.create_table(
        "refusals",
        *texts("model"),
        sa.Column("day", sa.Date(), nullable=False),
        *texts("field"),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("model", "day", "field", name="pk_refusals"),
    )
    create_findings()
    # Which outcomes came since the last counting is asked again and again.
    op.create_index("ix_outcomes_at", "outcomes", ["at"])
    op.create_index("ix_overrides_at", "overrides", ["at"])


def create_findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        *texts("model", "key", "status", "sentence", "to_do"),
        sa.Column("found_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("told_at", Moment),
        sa.Column("over_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_findings_model_over_at", "findings", ["model", "over_at"])
    op.create_table(
        "model_checks",
        *texts("model", "version", "status", "words", "sentence"),
        sa.Column("figures", Document, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("model", name="pk_model_checks"),
    )
