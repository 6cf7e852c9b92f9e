"""Every refusal as a page a person can use, or as a problem document for a program."""

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from webapp.errors import AccountRefused, AnswersGone, InvalidValue, ModelStoreError, RecordsUnavailable
from webapp.views.programs import is_for_programs
from webapp.views.request_log import request_id

RETRY_AFTER_S = 5
PROBLEM = "application/problem+json"
LAST_RESORT = "Something went wrong here. Go back and try again.\n"
OPEN_TOO_LONG = {
    "title": "This page was open too long",
    "happened": "This page was open too long, or your browser did not send back the cookie that protects its form.",
    "todo": "Go back, open the page anew and send the form again.",
}
NOT_OUR_NAME = "This service does not answer to the name it was asked by.\n"

logger = logging.getLogger("formcast.errors")


def register_error_pages(app: Flask) -> None:
    app.register_error_handler(HTTPException, refuse)
    app.register_error_handler(RecordsUnavailable, records_away)
    app.register_error_handler(ModelStoreError, store_away)
    app.register_error_handler(InvalidValue, not_storable)
    app.register_error_handler(AnswersGone, gone)
    app.register_error_handler(AccountRefused, account_refused)
    app.register_error_handler(Exception, unexpected)


def refuse(error: HTTPException) -> Response | HTTPException:
    """What was refused on purpose, by us or by the framework; a redirect is none of it."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    if isinstance(error, CSRFError):
        return problem(error.code, **OPEN_TOO_LONG)
    is_said_by_us = error.description != type(error).description
    response = problem(error.code, happened=_ended(error.description) if is_said_by_us else "")
    allowed, retry_after_s = getattr(error, "valid_methods", None), getattr(error, "retry_after", None)
    if allowed:
        response.headers["Allow"] = ", ".join(allowed)
    if retry_after_s:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def records_away(error: RecordsUnavailable) -> Response:
    logger.warning("%s the records are away: %s", request_id(), error)
    response = problem(503, happened=_ended(error), kept="What was saved is safe. Nothing new was saved.")
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def store_away(error: ModelStoreError) -> Response:
    logger.warning("%s the model store is away: %s", request_id(), error)
    response = problem(503, happened=_ended(error), kept="Answers and records are safe.")
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def gone(error: AnswersGone) -> Response:
    return problem(410, happened=_ended(error))


def not_storable(error: InvalidValue) -> Response:
    return problem(400, happened=_ended(error))


def account_refused(error: AccountRefused) -> Response:
    return problem(409, happened=_ended(error))


def unexpected(error: Exception) -> Response:
    """A bug: logged with its trace, shown without."""
    logger.error("%s failed", request_id(), exc_info=error)
    try:
        return problem(500)
    except Exception as second:  # the page itself may be what fails
        logger.error("%s failed again", request_id(), exc_info=second)
        return Response(LAST_RESORT, status=500, mimetype="text/plain")


def problem(status: int, **words: str) -> Response:
    """The page of that status; words named here stand in place of its own."""
    if wants_json():
        response = jsonify(problem_document(status, words.get("happened", "")))
        response.mimetype = PROBLEM
    elif request_ctx.url_adapter is None:  # under a name that cannot be ours no link of a page has an address
        response = Response(NOT_OUR_NAME, mimetype="text/plain")
    else:
        page = render_template("pages/errors/problem.html", status=status, request_id=request_id(), **words)
        response = Response(page, mimetype="text/html")
    response.status_code = status
    return response


def problem_document(status: int, detail: str) -> dict[str, Any]:
    document = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "request_id": request_id()}
    return {**document, "detail": detail} if detail else document


def _ended(sentence: object) -> str:
    """With one full stop, whoever wrote it."""
    return f"{str(sentence or '').rstrip('. ')}."


def wants_json() -> bool:
    if is_for_programs():
        return True
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"
