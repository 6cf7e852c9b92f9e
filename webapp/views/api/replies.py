"""What programs get back: documents as JSON, refusals as problems that name everything that is wrong."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from flask import Blueprint, Response, abort, request

from webapp.errors import AnswersGone, KeyUsed, RequestRefused, RequestUnderWay
from webapp.records.predictions import PredictionRecord, document
from webapp.views.champion import words_of
from webapp.views.errors import PROBLEM, problem_document
from webapp.views.quotas import BY_PROGRAM, used_up

JSON = "application/json"
MOST_FAULTS = 100  # named in one problem
TOO_MANY = f"One key may ask {BY_PROGRAM.limit} times a minute; wait as long as Retry-After says"
RETRY_AFTER_S = 1
_REFUSED = {KeyUsed: 422, RequestUnderWay: 409, AnswersGone: 410}


class Fault(NamedTuple):
    """One thing that is wrong: where, as a JSON pointer (RFC 6901) into what was sent, and a sentence."""

    pointer: str
    detail: str


def pointer(*steps: str | int) -> str:
    """'/rows/0/a~1b'"""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def replied(content: Any, status: int = 200, mimetype: str = JSON) -> Response:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(f"{text}\n", status=status, mimetype=mimetype)


def refuse(
    status: int,
    detail: str,
    faults: Sequence[Fault] = (),
    retry_after_s: int | None = None,
    members: Mapping[str, Any] | None = None,
) -> NoReturn:
    """End the request with a problem (RFC 9457); `errors` lists the faults, `errors_left_out` counts the others."""
    content = {**problem_document(status, ended(detail)), **(members or {})}
    if faults:
        named = faults[:MOST_FAULTS]
        content["errors"] = [{"pointer": fault.pointer, "detail": ended(fault.detail)} for fault in named]
    if len(faults) > MOST_FAULTS:
        content["errors_left_out"] = len(faults) - MOST_FAULTS
    response = replied(content, status, PROBLEM)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    abort(response)


def prediction(record: PredictionRecord) -> dict[str, Any]:
    """One answer as programs see it, with what was understood of the row, and with what people read beside it."""
    return {**document(record), "business_key": record.business_key, "notice": notice_of(record), "row": record.row}


def notice_of(record: PredictionRecord) -> str:
    """What everybody has to know who reads the answer, such as that a person decides about every case."""
    return (words_of(record).get("notice") or "") if record.decision_id is not None else ""


def look_after(bp: Blueprint) -> None:
    """Count every request of a key to these addresses, and say why one is refused."""
    bp.before_request(count_this)
    bp.register_error_handler(RequestRefused, refuse_repeated)


def count_this() -> None:
    if request.endpoint not in NOT_COUNTED:
        retry = used_up(BY_PROGRAM)
        if retry is not None:
            refuse(429, TOO_MANY, retry_after_s=retry.after_s)


NOT_COUNTED = ("mlflow.ping",)


def refuse_repeated(error: RequestRefused) -> Response:
    status = _REFUSED[type(error)]
    response = replied(problem_document(status, ended(str(error))), status, PROBLEM)
    if status == 409:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def ended(sentence: str) -> str:
    """With a mark at its end."""
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def without_nothing(content: Mapping[str, Any]) -> dict[str, Any]:
    """Without what has no value, so that a document says only what is so."""
    return {name: value for name, value in content.items() if value not in (None, "", [], {})}
