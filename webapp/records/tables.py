"""The tables: predictions and what came after, decisions about versions, accounts, the audit trail."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from webapp.records.column_types import Document, Line, Moment, Number
from webapp.records.job_tables import job_claims as job_claims
from webapp.records.job_tables import job_parts as job_parts
from webapp.records.job_tables import jobs as jobs
from webapp.records.job_tables import workers as workers
from webapp.records.metadata import METADATA as METADATA
from webapp.records.metadata import Serial
from webapp.records.shadow_table import shadow_answers as shadow_answers
from webapp.records.watch_tables import day_counts as day_counts
from webapp.records.watch_tables import findings as findings
from webapp.records.watch_tables import model_checks as model_checks
from webapp.records.watch_tables import refusals as refusals

decisions = Table(
    "decisions",
    METADATA,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("model", Line, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("action", Line, nullable=False),
    Column("version", Line, nullable=False),
    Column("previous_version", Line, nullable=False),
    Column("who", Document, nullable=False),
    Column("why", Line, nullable=False),
    Column("gate_report", Document),
    Column("words", Document, nullable=False),
    Column("manifest_sha", Line, nullable=False),
    Column("at", Moment, nullable=False),
    Column("details", Document),  # what only some decisions have: gates passed over, a criterion, until when
    UniqueConstraint("model", "seq"),
    sqlite_autoincrement=True,
)

predictions = Table(
    "predictions",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("reference", Line, nullable=False),
    Column("model", Line, nullable=False),
    Column("version", Line, nullable=False),
    Column("manifest_sha", Line, nullable=False),
    Column("decision_id", Serial, ForeignKey("decisions.id")),
    Column("at", Moment, nullable=False),
    Column("who", Document, nullable=False),
    Column("channel", Line, nullable=False),
    Column("business_key", Line, nullable=False),
    Column("row", Document(in_order=True), nullable=False),
    Column("answers", Document(in_order=True), nullable=False),
    Column("answer", Line, nullable=False),
    Column("label", Line, nullable=False),
    Column("probability", Number),
    Column("probabilities", Document(in_order=True)),
    Column("value", Number),
    Column("low", Number),
    Column("high", Number),
    Column("coverage", Number),
    Column("reference_value", Number, nullable=False),
    Column("reasons", Document(in_order=True), nullable=False),
    Column("warnings", Document(in_order=True), nullable=False),
    Column("light", Line, nullable=False),
    Column("idempotency_key", Line),
    Column("who_id", Line, nullable=False, server_default=""),  # of `who`, to be looked for
    UniqueConstraint("reference"),
    UniqueConstraint("idempotency_key"),
    # Everything a list filters and sorts by, so that no row is read that is not shown; see docs/decisions/0016.
    Index(
        "ix_predictions_listed",
        *("model", "at", "id", "channel", "answer", "light", "version", "who_id", "probability", "value"),
    ),
    Index(None, "at"),
    # A key is looked for within one model or within all of them.
    Index("ix_predictions_named", "business_key", "model", "at", "id"),
)

# What really happened. The last row of a prediction holds; a blank value takes back what stood before. The changes of
# a prediction's rows add up to 0 or 1 each, so that a sum over an index counts without looking for the last rows.
outcomes = Table(
    "outcomes",
    METADATA,
    Column("prediction_id", Line, ForeignKey("predictions.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("value", Line, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Document, nullable=False),
    Column("source", Line, nullable=False),
    Column("happened_at", Moment),
    Column("model", Line, nullable=False, server_default=""),
    Column("answered", Line, nullable=False, server_default=""),  # the class that the answer came down to
    Column("bucket", Integer, nullable=False, server_default="-1"),  # tenth of the chance
    Column("judged_change", Integer, nullable=False, server_default="0"),
    Column("right_change", Integer, nullable=False, server_default="0"),
    Column("positive_change", Integer, nullable=False, server_default="0"),
    Index(None, "at"),
    Index("ix_outcomes_counted", "model", "bucket", "answered", "judged_change", "right_change", "positive_change"),
)

# What a person decided against the answer; the last row holds, and one without a value takes the decision back.
overrides = Table(
    "overrides",
    METADATA,
    Column("prediction_id", Line, ForeignKey("predictions.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("model", Line, nullable=False),
    Column("value", Line, nullable=False),
    Column("why", Line, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Document, nullable=False),
    Index(None, "model"),
    Index(None, "at"),
)

remarks = Table(
    "remarks",
    METADATA,
    Column("prediction_id", Line, ForeignKey("predictions.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Line, nullable=False),
    Column("text", Line, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Document, nullable=False),
    Column("idempotency_key", Line, nullable=False),
    Index(None, "kind", "at"),
)

audit = Table(
    "audit",
    METADATA,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("who", Document, nullable=False),
    Column("action", Line, nullable=False),
    Column("subject", Line, nullable=False),
    Column("before", Document),
    Column("after", Document),
    Column("from_where", Line, nullable=False),
    Column("who_id", Line, nullable=False, server_default=""),  # of `who`, to be looked for
    Index(None, "at"),
    Index(None, "action", "id"),
    Index(None, "subject", "id"),
    Index(None, "who_id", "id"),
    sqlite_autoincrement=True,
)

users = Table(
    "users",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("sign_in_name", Line, nullable=False),
    Column("name", Line, nullable=False),
    Column("role", Line, nullable=False),
    Column("state", Line, nullable=False),
    Column("password_hash", Line),
    Column("created_at", Moment, nullable=False),
    Column("password_set_at", Moment),
    UniqueConstraint("sign_in_name"),
)

# Sessions, invitations and drafts are found by the digest of their secret, which is stored nowhere.
sessions = Table(
    "sessions",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("user_id", Line, ForeignKey("users.id"), nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("agent", Line, nullable=False),
    Column("address", Line, nullable=False),
    Index(None, "user_id"),
)

invitations = Table(
    "invitations",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("user_id", Line, ForeignKey("users.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index(None, "user_id"),
)

api_keys = Table(
    "api_keys",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("user_id", Line, ForeignKey("users.id"), nullable=False),
    Column("label", Line, nullable=False),
    Column("scopes", Document, nullable=False),
    Column("digest", Line, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("seen_at", Moment),
    Column("revoked_at", Moment),
    Index(None, "user_id"),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    METADATA,
    Column("kind", Line, primary_key=True),
    Column("subject", Line, primary_key=True),
    Column("counted", Document, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

drafts = Table(
    "drafts",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("model", Line, nullable=False),
    Column("version", Line, nullable=False),
    Column("answers", Document, nullable=False),
    Column("business_key", Line, nullable=False),
    Column("address", Line, nullable=False),
    Column("made_at", Moment, nullable=False),
)

# What a program sent under a key of its own choosing; `prediction_ids` stays empty while that is being answered.
api_requests = Table(
    "api_requests",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("fingerprint", Line, nullable=False),
    Column("claim", Line, nullable=False),
    Column("claimed_at", Moment, nullable=False),
    Column("prediction_ids", Document),
    Index(None, "claimed_at"),
)
