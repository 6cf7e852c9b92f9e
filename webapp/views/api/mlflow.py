"""The addresses of an MLflow scoring server, so that its clients can ask unchanged."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, Response, request

from webapp.recording import Asked
from webapp.records.predictions import PredictionRecord
from webapp.serving import Champion
from webapp.views.access import requires
from webapp.views.api.answering import answering, answers, invoked
from webapp.views.api.documents import sent_type
from webapp.views.api.mlflow_shapes import rows_of_csv, rows_of_json
from webapp.views.api.replies import JSON, look_after, notice_of, refuse, replied
from webapp.views.api.rows import asked_rows, columns_of
from webapp.views.champion import learned_from, present_picture
from webapp.views.services import services

bp = Blueprint("mlflow", __name__)
look_after(bp)

CSV = "text/csv"
NOT_CLEAR = (
    "It is not clear which model is meant here: set FORMCAST_INVOCATIONS to its name, "
    "or send rows to /api/v1/models/<model>/predictions"
)


@bp.get("/ping")
@requires("public")
def ping() -> Response:
    """As MLflow's: 200 and an empty line where the model below can answer."""
    if invoked(present_picture()) is None:
        refuse(404, NOT_CLEAR)
    return Response("\n", mimetype=JSON)


@bp.post("/invocations")
@requires("record")
def invocations() -> Response:
    kind = sent_type(JSON, CSV)
    records, _ = answers(lambda: _asked(kind))
    ids = [record.id for record in records]
    # All of a request are answered under one decision, so what has to be known is the same for each.
    return replied({"predictions": list(map(_said, records)), "ids": ids, "notice": notice_of(records[0])})


def _asked(kind: str) -> tuple[Champion, list[Asked]]:
    champion = _invoked()
    schema = champion.predictor.schema
    sent = rows_of_csv(request.get_data()) if kind == CSV else rows_of_json(schema)
    # Columns of the table behind the model that it does not ask for: MLflow's server leaves them out too.
    beside = {*learned_from(champion)}.difference(columns_of(schema))
    rows = [_without(row, beside) for row in sent.rows]
    return champion, asked_rows(schema, rows, sent.under, sent.door)


def _without(row: Any, beside: Collection[str]) -> Any:
    return {name: row[name] for name in row if name not in beside} if isinstance(row, dict) else row


def _invoked() -> Champion:
    champion, wanted = invoked(present_picture()), services().config.invocations
    if champion is None and not wanted:
        refuse(404, NOT_CLEAR)
    return champion or answering(wanted)


def _said(record: PredictionRecord) -> str | float:
    return record.answer if record.value is None else record.value
