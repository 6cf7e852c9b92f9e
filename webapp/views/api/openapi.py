"""The whole interface as an OpenAPI 3.1 document, with the columns, choices and limits of every model that answers."""

from typing import Any

from flask import request

from webapp.batch.upload import MAX_ROWS as MAX_FILE_ROWS
from webapp.records.api_keys import SCOPES
from webapp.serving import Champion, Picture
from webapp.views.api.answering import invoked
from webapp.views.api.documents import KEY, MAX_KEY
from webapp.views.api.replies import JSON
from webapp.views.api.reply_schemas import SCHEMAS, ref
from webapp.views.api.row_schema import SCHEMA_TYPE, row_schema
from webapp.views.api.rows import MAX_ROWS
from webapp.views.errors import PROBLEM
from webapp.views.limits import MAX_BODY
from webapp.views.permissions import granted_to_anyone
from webapp.views.services import services
from webapp.wording.numbers import count_text

OPENAPI = "3.1.0"
API_VERSION = "1"
ABOUT = (
    "Ask the models of this service, one row or many at once. Values are read by the same rules as the form, answers "
    "carry the same reasons and warnings, and each is written down before it is sent. What is wrong with a request is "
    "named in full, and then nothing is predicted."
)
KEY_ABOUT = (
    "Send the same request with the same key again and you get the first answer again instead of a second record. The "
    "key is yours alone and kept for 48 hours. Another request under the same key is refused with 422."
)
PROBLEMS = {
    "400": "What was sent cannot be used; everything that is wrong is named",
    "401": "A key is needed, or the one sent opens nothing",
    "403": "The key may not do this, or the request comes from another site",
    "404": "There is nothing by that name",
    "409": "The same request is being answered; Retry-After says when to come back",
    "410": "What was asked about, or what this request was answered with, has been deleted",
    "412": "Something else was recorded since the outcome whose number was sent",
    "413": "More than can be sent at once",
    "415": "Of another type than can be read here",
    "422": "The Idempotency-Key belongs to another request",
    "429": "Too often in a minute; Retry-After says when to come back",
    "503": "No answer can be given or kept at the moment",
}
FOR_ALL = ("401", "403", "429", "503")
OF_ASKING = ("400", "409", "410", "413", "415", "422")


def openapi(picture: Picture) -> dict[str, Any]:
    champions = sorted(picture.champions.values(), key=lambda champion: champion.model)
    rows = {_row_name(champion): row_schema(champion.predictor.schema) for champion in champions}
    return {
        "openapi": OPENAPI,
        "info": {"title": "Formcast", "version": API_VERSION, "description": ABOUT},
        "servers": [{"url": request.script_root or "/"}],
        "paths": {**_reading(), **_asking(champions), **_files(champions), **_of_mlflow(picture)},
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": _scopes()}},
            "schemas": SCHEMAS | rows,
            "responses": {status: _refused(said) for status, said in PROBLEMS.items()},
        },
    }


def _reading() -> dict[str, Any]:
    schema = {"description": "One row of the model", "content": {SCHEMA_TYPE: {"schema": {}}}}
    models = _operation("models", "List the models", "view", {"200": _ok(ref("Models"))})
    model = _operation("model", "Read the columns of a model, as JSON Schema", "view", {"200": schema}, "404")
    found = _operation("prediction", "Read an earlier answer", "view", {"200": _ok(ref("Prediction"))}, "404")
    return {
        "/api/v1/models": {"get": models},
        "/api/v1/models/{model}": {"get": model | {"parameters": [_in_path("model")]}},
        "/api/v1/predictions/{prediction_id}": {"get": found | {"parameters": [_in_path("prediction_id")]}},
        "/api/v1/predictions/{prediction_id}/outcome": {"put": _recording()},
    }


def _recording() -> dict[str, Any]:
    answers = {"200": _ok(ref("Outcome")), "201": _ok(ref("Outcome"))}
    summary, refusals = "Record what really happened", ("400", "404", "410", "412", "413", "415")
    return _operation("outcome", summary, "record", answers, *refusals) | {
        "description": "The same again changes nothing, another value corrects it, null takes it back; all is kept.",
        "parameters": [_in_path("prediction_id")],
        "requestBody": {"required": True, "content": {JSON: {"schema": ref("Happened")}}},
    }


def _asking(champions: list[Champion]) -> dict[str, Any]:
    return {f"/api/v1/models/{champion.model}/predictions": {"post": _ask(champion)} for champion in champions}


def _ask(champion: Champion) -> dict[str, Any]:
    words = champion.words
    made = _ok(ref("Predictions")) | {"headers": {"Location": {"schema": {"type": "string"}}}}
    summary = words.get("question") or f"Ask {champion.model}"
    about = (
        f"{words.get('title') or champion.model}, version {words.get('number') or champion.version}. "
        f"At most {MAX_ROWS} rows and {MAX_BODY // 1024} kB. Takes a key that may record."
    )
    operation = _operation(f"predict_{champion.model}", summary, "record", {"201": made}, *OF_ASKING)
    return operation | _sending(_rows_under("rows", champion)) | {"description": about}


def _files(champions: list[Champion]) -> dict[str, Any]:
    """Files of cases: sent, asked after, fetched."""
    table = {"description": "The file", "content": {"text/csv": {"schema": {"type": "string"}}}}
    show = _operation("batch", "How far a file has come", "view", {"200": _ok(ref("Batch"))}, "404")
    fetched = {
        "results": _operation("batch_results", "The file with the answers so far", "view", {"200": table}, "404"),
        "rejected": _operation("batch_rejected", "Its rows to correct", "view", {"200": table}, "404"),
    }
    paths = {f"/api/v1/models/{champion.model}/batches": {"post": _send_file(champion)} for champion in champions}
    where = {"parameters": [_in_path("job_id")]}
    paths["/api/v1/batches/{job_id}"] = {"get": show | where}
    return paths | {f"/api/v1/batches/{{job_id}}/{name}": {"get": get | where} for name, get in fetched.items()}


def _send_file(champion: Champion) -> dict[str, Any]:
    made = _ok(ref("Batch")) | {"headers": {"Location": {"schema": {"type": "string"}}}}
    wish = {"type": "string", "enum": ["wait", "leave_out"], "default": "wait"}
    about = "With wrong rows: wait until a person decides on its page, or leave them out and answer the others."
    sending = _sending({})
    table = {"text/csv": {"schema": {"type": "string", "minLength": 1}}}
    summary = (
        f"Send {champion.model} a file of up to {count_text(MAX_FILE_ROWS)} rows, as CSV with the template's columns"
    )
    return _operation(f"send_{champion.model}", summary, "record", {"202": made}, *OF_ASKING) | {
        "parameters": [
            *sending["parameters"],
            {"name": "wrong_rows", "in": "query", "required": False, "description": about, "schema": wish},
        ],
        "requestBody": {"required": True, "content": table},
    }


def _of_mlflow(picture: Picture) -> dict[str, Any]:
    answers = {"200": {"description": "It does"}}
    paths = {"/ping": {"get": _operation("ping", "Whether a model answers /invocations", "public", answers, "404")}}
    champion = invoked(picture)
    if champion is not None:
        summary = f"Ask {champion.model} in the way of MLflow"
        about = (
            "Also takes dataframe_split, inputs, rows as lists in the order of the columns, and text/csv with a header."
        )
        invoke = _operation("invocations", summary, "record", {"200": _ok(ref("Invoked"))}, *OF_ASKING)
        shapes = [_rows_under(name, champion) for name in ("dataframe_records", "instances")]
        paths["/invocations"] = {"post": invoke | _sending({"anyOf": shapes}) | {"description": about}}
    return paths


def _operation(name: str, summary: str, permission: str, answers: dict[str, Any], *refusals: str) -> dict[str, Any]:
    refused = {status: {"$ref": f"#/components/responses/{status}"} for status in sorted({*refusals, *FOR_ALL})}
    needs_no_key = permission in granted_to_anyone(services().config)
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"key": []}, *([{}] if needs_no_key else [])],
        "responses": answers | refused,
    }


def _sending(body: dict[str, Any]) -> dict[str, Any]:
    key = {"type": "string", "minLength": 1, "maxLength": MAX_KEY, "pattern": "^[!-~]+$"}
    return {
        "parameters": [{"name": KEY, "in": "header", "required": False, "description": KEY_ABOUT, "schema": key}],
        "requestBody": {"required": True, "content": {JSON: {"schema": body}}},
    }


def _rows_under(name: str, champion: Champion) -> dict[str, Any]:
    rows = {"type": "array", "items": ref(_row_name(champion)), "minItems": 1, "maxItems": MAX_ROWS}
    return {"type": "object", "properties": {name: rows}, "required": [name], "additionalProperties": False}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 64}}


def _ok(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "The answer", "content": {JSON: {"schema": schema}}}


def _refused(description: str) -> dict[str, Any]:
    return {"description": description, "content": {PROBLEM: {"schema": ref("Problem")}}}


def _row_name(champion: Champion) -> str:
    return f"row_{champion.model}"


def _scopes() -> str:
    return f"A key of your account, as Authorization: Bearer fc_... It may do one or more of: {', '.join(SCOPES)}."
