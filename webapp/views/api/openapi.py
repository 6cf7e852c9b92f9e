"""The whole interface as an OpenAPI 3.1 document, with the columns, choices and limits of every model that answers."""

from typing import Any

from flask import request

from webapp.records.api_keys import SCOPES
from webapp.serving import Champion, Picture
from webapp.views.api.answering import invoked
from webapp.views.api.documents import MAX_KEY
from webapp.views.api.reply_schemas import SCHEMAS, ref
from webapp.views.api.row_schema import row_schema
from webapp.views.api.rows import MAX_ROWS
from webapp.views.errors import PROBLEM
from webapp.views.limits import MAX_BODY
from webapp.views.permissions import granted_to_anyone
from webapp.views.services import services

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
    "413": "More than can be sent at once",
    "415": "Of another type than can be read here",
    "429": "Too often in a minute; Retry-After says when to come back",
    "503": "No answer can be given or kept at the moment",
}
FOR_ALL = ("401", "403", "429", "503")


def openapi(picture: Picture) -> dict[str, Any]:
    champions = sorted(picture.champions.values(), key=lambda champion: champion.model)
    needs_no_key = "record" in granted_to_anyone(services().config)
    return {
        "openapi": OPENAPI,
        "info": {"title": "Formcast", "version": API_VERSION, "description": ABOUT},
        "servers": [{"url": request.script_root or "/"}],
        "security": [{"key": []}, *([{}] if needs_no_key else [])],
        "paths": {**_reading(), **_asking(champions), **_mlflow(picture)},
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": _scopes()}},
            "schemas": SCHEMAS | {_row_name(champion): row_schema(champion.predictor.schema) for champion in champions},
            "responses": {status: _problem(said) for status, said in PROBLEMS.items()}
            | {
                "409": _problem("The same request is being answered; Retry-After says when to come back"),
                "410": _problem("What this request was answered with has been deleted"),
                "422": _problem("The Idempotency-Key belongs to another request"),
            },
        },
    }


def _reading() -> dict[str, Any]:
    by_name = [{"name": "model", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 64}}]
    by_id = [{"name": "prediction_id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 64}}]
    schema = {"description": "One row of the model", "content": {"application/schema+json": {"schema": {}}}}
    return {
        "/api/v1/models": {"get": _operation("List the models", "models", _ok(ref("Models")))},
        "/api/v1/models/{model}": {
            "get": _operation("Read the columns of a model, as JSON Schema", "model", schema, "404")
            | {"parameters": by_name}
        },
        "/api/v1/predictions/{prediction_id}": {
            "get": _operation("Read an earlier answer", "prediction", _ok(ref("Prediction")), "404")
            | {"parameters": by_id}
        },
    }


def _asking(champions: list[Champion]) -> dict[str, Any]:
    return {f"/api/v1/models/{champion.model}/predictions": {"post": _ask(champion)} for champion in champions}


def _ask(champion: Champion) -> dict[str, Any]:
    words, row = champion.words, ref(_row_name(champion))
    rows = {"type": "array", "items": row, "minItems": 1, "maxItems": MAX_ROWS}
    body = {"type": "object", "properties": {"rows": rows}, "required": ["rows"], "additionalProperties": False}
    made = _ok(ref("Predictions")) | {"headers": {"Location": {"schema": {"type": "string"}}}}
    done = _operation(
        words.get("question") or f"Ask {champion.model}", f"predict_{champion.model}", made, "400", "413", "415"
    )
    repeated = {status: {"$ref": f"#/components/responses/{status}"} for status in ("409", "410", "422")}
    return done | {
        "description": f"{words.get('title') or champion.model}, version {words.get('number') or champion.version}. "
        f"At most {MAX_ROWS} rows and {MAX_BODY // 1024} kB. Takes a key that may record.",
        "parameters": [key_parameter()],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"201": done["responses"].pop("200")} | done["responses"] | repeated,
    }


def _mlflow(picture: Picture) -> dict[str, Any]:
    ping = _operation("Whether a model answers below /invocations", "ping", {"description": "It does"}, "404")
    paths = {"/ping": {"get": ping | {"security": [{}]}}}
    champion = invoked(picture)
    if champion is not None:
        rows = {"type": "array", "items": ref(_row_name(champion)), "minItems": 1, "maxItems": MAX_ROWS}
        shapes = [
            {"type": "object", "properties": {name: rows}, "required": [name], "additionalProperties": False}
            for name in ("dataframe_records", "instances")
        ]
        content = {"application/json": {"schema": {"anyOf": shapes}}}
        invoke = _operation(
            f"Ask {champion.model} in the way of MLflow", "invocations", _ok(ref("Invoked")), "400", "413", "415"
        )
        repeated = {status: {"$ref": f"#/components/responses/{status}"} for status in ("409", "410", "422")}
        paths["/invocations"] = {
            "post": invoke
            | {
                "description": "Also takes dataframe_split, inputs, rows as lists in the order of the columns, and "
                "text/csv with a header.",
                "parameters": [key_parameter()],
                "requestBody": {"required": True, "content": content},
                "responses": invoke["responses"] | repeated,
            }
        }
    return paths


def key_parameter() -> dict[str, Any]:
    text = {"type": "string", "minLength": 1, "maxLength": MAX_KEY, "pattern": "^[!-~]+$"}
    return {"name": "Idempotency-Key", "in": "header", "required": False, "description": KEY_ABOUT, "schema": text}


def _operation(summary: str, name: str, answer: dict[str, Any], *problems: str) -> dict[str, Any]:
    refused = {status: {"$ref": f"#/components/responses/{status}"} for status in sorted({*problems, *FOR_ALL})}
    return {"summary": summary, "operationId": name, "responses": {"200": answer, **refused}}


def _ok(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "The answer", "content": {"application/json": {"schema": schema}}}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {PROBLEM: {"schema": ref("Problem")}}}


def _row_name(champion: Champion) -> str:
    return f"row_{champion.model}"


def _scopes() -> str:
    return f"A key of your account, as Authorization: Bearer fc_... It may do one or more of: {', '.join(SCOPES)}."
