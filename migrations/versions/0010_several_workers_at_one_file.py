"""Several workers at one file: each part is claimed by itself, and a file counts the rows that are done."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PART_ROWS = 2_000
NEVER = "9999-12-31 00:00:00"


def upgrade() -> None:
    op.create_table(
        "job_claims",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("worker_id", "lease")),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "seq", name="pk_job_claims"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_claims_job_id"),
    )
    op.add_column("jobs", sa.Column("rows_done", sa.Integer(), nullable=False, server_default="0"))
    go_on_where_files_are()


def go_on_where_files_are() -> None:
    """Of a file that is worked on every part before the cursor is done; whoever holds the next one has lost it."""
    seen = f"CASE WHEN cursor * {PART_ROWS} < row_count THEN cursor * {PART_ROWS} ELSE row_count END"
    over = "state IN ('checked', 'done')"
    op.execute(f"UPDATE jobs SET rows_done = CASE WHEN {over} THEN row_count ELSE {seen} END")
    op.execute(f"UPDATE jobs SET cursor = part_count WHERE {over}")
    op.execute(f"UPDATE jobs SET lease = '', lease_until = '{NEVER}'")
