"""Files of cases: what there is to do, the pieces of each file and of its results, and who is at work."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Document = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    create_jobs()
    op.create_table(
        "job_parts",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "kind", "seq", name="pk_job_parts"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_parts_job_id"),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )


def create_jobs() -> None:
    op.create_table(
        "jobs",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "model", "owner_id")),
        sa.Column("who", Document, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("file", Document, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("row_count", "part_count")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("when_checked", "state")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("cursor", "wrong_rows", "answered_rows")),
        sa.Column("decision_id", Serial),
        sa.Column("tally", Document, nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("turn_at", Moment, nullable=False),
        sa.Column("lease", sa.String(), nullable=False),
        *(sa.Column(name, Moment) for name in ("lease_until", "began_at", "finished_at")),
        sa.Column("idempotency_key", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_jobs_decision_id"),
        sa.UniqueConstraint("idempotency_key", name="uq_jobs_idempotency_key"),
    )
    op.create_index("ix_jobs_state_turn_at", "jobs", ["state", "turn_at"])
    op.create_index("ix_jobs_model_owner_id_made_at", "jobs", ["model", "owner_id", "made_at"])
    op.create_index("ix_jobs_expires_at", "jobs", ["expires_at"])
