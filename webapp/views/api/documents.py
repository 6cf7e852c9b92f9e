"""What a program sent: its type, its bytes, its key, each checked before anything is made of it."""

import re
from typing import Any

from flask import request

from webapp.parsing.strict_json import NotJson, read_json
from webapp.records.api_requests import Sent
from webapp.views.access import current_actor
from webapp.views.api.replies import refuse

KEY = "Idempotency-Key"
MAX_KEY = 255
UTF_8 = ("utf-8", "utf8")
KEY_UNUSABLE = f"{KEY} must be 1 to {MAX_KEY} visible ASCII characters"
NOT_READABLE = "What was sent cannot be read as JSON. {why}"
NOT_AN_OBJECT = "What is sent here must be a JSON object, such as {example}"

_KEY = re.compile(rf"[!-~]{{1,{MAX_KEY}}}", re.ASCII)


def sent_type(*accepted: str) -> str:
    """Which of the accepted types the body has. Ends the request with 415 for another one."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in accepted or charset not in UTF_8:
        refuse(415, f"This address takes {' or '.join(accepted)} in UTF-8; say so in Content-Type")
    return request.mimetype


def sent_object(example: str, *, nan_is_null: bool = False) -> dict[str, Any]:
    """The JSON object in the body. Ends the request with 400 for anything else."""
    try:
        content = read_json(request.get_data(), nan_is_null=nan_is_null)
    except NotJson as problem:
        refuse(400, NOT_READABLE.format(why=problem))
    if not isinstance(content, dict):
        refuse(400, NOT_AN_OBJECT.format(example=example))
    return content


def sent_under_key() -> Sent | None:
    """The request as one that may be sent again; None without a key. Ends the request with 400 for an unusable key."""
    key = request.headers.get(KEY)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        refuse(400, KEY_UNUSABLE)
    kind = f"{request.path} {request.mimetype}"
    return Sent.of(current_actor(), key, kind, request.get_data())
