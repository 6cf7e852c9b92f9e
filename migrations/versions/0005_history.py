"""Whose answer it was, to be looked for; indexes that let a list of a million answers turn its pages quickly."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Everything a list filters and sorts by stands in one index, so that no answer is read that is not shown.
LISTED = ["model", "at", "id", "channel", "answer", "light", "version", "who_id", "probability", "value"]
NAMED = ["business_key", "model", "at", "id"]


def upgrade() -> None:
    op.add_column("predictions", sa.Column("who_id", sa.String(), nullable=False, server_default=""))
    fill_in_who()
    op.drop_index("ix_predictions_model_at", "predictions")
    op.drop_index("ix_predictions_business_key_model", "predictions")
    op.create_index("ix_predictions_listed", "predictions", LISTED)
    op.create_index("ix_predictions_named", "predictions", NAMED)


def fill_in_who() -> None:
    """The one change that earlier answers ever see: what `who` says already, beside it. Then they are fixed again."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER predictions_no_update")
        op.execute("UPDATE predictions SET who_id = who ->> '$.id'")
        op.execute(
            "CREATE TRIGGER predictions_no_update BEFORE update ON predictions "
            "BEGIN SELECT RAISE(ABORT, 'predictions: no update'); END"
        )
        return
    op.execute("ALTER TABLE predictions DISABLE TRIGGER predictions_no_update")
    op.execute("UPDATE predictions SET who_id = who ->> 'id'")
    op.execute("ALTER TABLE predictions ENABLE TRIGGER predictions_no_update")
