"""The table of what challengers said in the shadow."""

from sqlalchemy import Column, ForeignKey, Index, Table

from webapp.records.column_types import Document, Line, Moment, Number
from webapp.records.metadata import METADATA

shadow_answers = Table(
    "shadow_answers",
    METADATA,
    Column("prediction_id", Line, ForeignKey("predictions.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Line, primary_key=True),
    Column("model", Line, nullable=False),
    Column("manifest_sha", Line, nullable=False),
    Column("asked_at", Moment, nullable=False),  # of the prediction, to be sorted by
    Column("at", Moment, nullable=False),
    Column("probability", Number),
    Column("probabilities", Document(in_order=True)),
    Column("value", Number),
    Column("problem", Line, nullable=False),  # why the version cannot be asked about this case
    Index(None, "model", "version", "asked_at"),
)
