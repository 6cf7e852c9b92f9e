"""What challengers said in the shadow, beside the answers of the version in charge."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Document = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "shadow_answers",
        sa.Column("prediction_id", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("version", "model", "manifest_sha")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("asked_at", "at")),
        sa.Column("probability", sa.Double()),
        sa.Column("probabilities", Document),
        sa.Column("value", sa.Double()),
        sa.Column("problem", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["prediction_id"], ["predictions.id"], name="fk_shadow_answers_prediction_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("prediction_id", "version", name="pk_shadow_answers"),
    )
    op.create_index("ix_shadow_answers_model_version_asked_at", "shadow_answers", ["model", "version", "asked_at"])
