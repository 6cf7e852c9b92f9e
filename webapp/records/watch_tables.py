"""The tables of watching: what was counted of each day, how often forms were sent back, what was found and told."""

from sqlalchemy import Column, Date, Index, Integer, Table

from webapp.records.column_types import Document, Line, Moment
from webapp.records.metadata import METADATA, Serial

# One row a model, version and day (UTC). `cases` and the two moments tell whether the day is still as it was counted;
# `rule` is how it was counted, 0 while the package of its version is not there.
day_counts = Table(
    "day_counts",
    METADATA,
    Column("model", Line, primary_key=True),
    Column("version", Line, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("rule", Integer, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("counts", Document, nullable=False),
    Column("counted_at", Moment, nullable=False),
)

# How often a form was not taken as it was filled in; a blank field counts the times, others which questions it was.
refusals = Table(
    "refusals",
    METADATA,
    Column("model", Line, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("field", Line, primary_key=True),
    Column("times", Integer, nullable=False),
)

# What was found about a model, from when to when; `told_at` when somebody was told, so that nobody is told twice.
findings = Table(
    "findings",
    METADATA,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("model", Line, nullable=False),
    Column("key", Line, nullable=False),
    Column("status", Line, nullable=False),
    Column("sentence", Line, nullable=False),
    Column("to_do", Line, nullable=False),
    Column("found_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("told_at", Moment),
    Column("over_at", Moment),
    Index(None, "model", "over_at"),
    sqlite_autoincrement=True,
)

# The word that each model stood under when it was last looked at.
model_checks = Table(
    "model_checks",
    METADATA,
    Column("model", Line, primary_key=True),
    Column("version", Line, nullable=False),
    Column("status", Line, nullable=False),
    Column("words", Line, nullable=False),
    Column("sentence", Line, nullable=False),
    Column("figures", Document, nullable=False),
    Column("at", Moment, nullable=False),
)
