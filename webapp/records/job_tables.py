"""The tables of work that takes longer than a request: files of cases, their parts, and who works on them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint

from webapp.records.column_types import Document, Line, Moment
from webapp.records.metadata import METADATA, Serial

# One file of cases each, and the queue itself. `turn_at` is the database's time, so that the clocks of several machines
# need not agree. `cursor` counts the parts that were handed out in the present state, `rows_done` the rows of those
# that are done. `attempts` and the lease are from a release that worked on one part of a file at a time: a worker of
# that release keeps away from every file that somebody seems to hold.
jobs = Table(
    "jobs",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("model", Line, nullable=False),
    Column("owner_id", Line, nullable=False),
    Column("who", Document, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("file", Document, nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("part_count", Integer, nullable=False),
    Column("when_checked", Line, nullable=False),
    Column("state", Line, nullable=False),
    Column("cursor", Integer, nullable=False),
    Column("wrong_rows", Integer, nullable=False),
    Column("answered_rows", Integer, nullable=False),
    Column("decision_id", Serial, ForeignKey("decisions.id")),
    Column("tally", Document, nullable=False),
    Column("problem", Line, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("turn_at", Moment, nullable=False),
    Column("lease", Line, nullable=False),
    Column("lease_until", Moment),
    Column("began_at", Moment),
    Column("finished_at", Moment),
    Column("idempotency_key", Line),
    Column("rows_done", Integer, nullable=False, server_default="0"),
    UniqueConstraint("idempotency_key"),
    Index(None, "state", "turn_at"),
    Index(None, "model", "owner_id", "made_at"),
    Index(None, "expires_at"),
)

# The parts that somebody works on, or that were put back. `lease` is the token of whoever does, blank where nobody
# does; `lease_until` is the database's time.
job_claims = Table(
    "job_claims",
    METADATA,
    Column("job_id", Line, ForeignKey("jobs.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("worker_id", Line, nullable=False),
    Column("lease", Line, nullable=False),
    Column("lease_until", Moment),
    Column("attempts", Integer, nullable=False),
)

# Packed pieces of a job, by kind and number: the rows of the file, what is wrong with some, what was answered.
job_parts = Table(
    "job_parts",
    METADATA,
    Column("job_id", Line, ForeignKey("jobs.id"), primary_key=True),
    Column("kind", Line, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

workers = Table(
    "workers",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("name", Line, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
