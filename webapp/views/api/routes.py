"""The addresses below /api/v1."""

from flask import Blueprint, Response, url_for

from webapp.views.access import requires
from webapp.views.api.answering import answering, answers
from webapp.views.api.catalogue import known_models
from webapp.views.api.documents import sent_object, sent_type
from webapp.views.api.openapi import openapi
from webapp.views.api.replies import JSON, look_after, prediction, replied
from webapp.views.api.row_schema import SCHEMA_TYPE, model_schema
from webapp.views.api.rows import EXAMPLE, asked_rows, rows_sent
from webapp.views.champion import present_picture
from webapp.views.results import record_or_stop

bp = Blueprint("api", __name__, url_prefix="/api/v1")
look_after(bp)

REPLAYED = "Idempotent-Replayed"


@bp.get("/models")
@requires("view")
def models() -> Response:
    return replied({"models": known_models(present_picture())})


@bp.get("/models/<model>")
@requires("view")
def model(model: str) -> Response:
    return replied(model_schema(answering(model)), mimetype=SCHEMA_TYPE)


@bp.post("/models/<model>/predictions")
@requires("record")
def predict(model: str) -> Response:
    sent_type(JSON)
    rows = rows_sent(sent_object(EXAMPLE))

    def asked():
        champion = answering(model)
        return champion, asked_rows(champion.predictor.schema, rows)

    records, is_new = answers(asked)
    response = replied({"predictions": [prediction(record) for record in records]}, 201)
    if len(records) == 1:
        response.headers["Location"] = url_for("api.show", prediction_id=records[0].id)
    if not is_new:
        response.headers[REPLAYED] = "true"
    return response


@bp.get("/predictions/<prediction_id>")
@requires("view")
def show(prediction_id: str) -> Response:
    return replied(prediction(record_or_stop(prediction_id)))


@bp.get("/openapi.json")
@requires("view")
def description() -> Response:
    return replied(openapi(present_picture()))
