"""What may be sent: checked on the bytes themselves before anything parses them.

Left to itself the parser below us takes any number of urlencoded fields, lets the first of two equal ones win, and
turns a body with one wrong byte into an empty form.
"""

import re
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from webapp.views.programs import is_for_programs
from webapp.views.uploads import is_upload

KB = 1000
MAX_BODY = 256 * 1024
MAX_FIELDS = 500
MAX_NAME = 100
MAX_VALUE = 10 * KB
WITHOUT_BODY = ("GET", "HEAD", "OPTIONS", "TRACE")
FORM = "application/x-www-form-urlencoded"

TOO_LARGE = f"At most {MAX_BODY // 1024} kB can be sent at once"
TOO_MANY = f"At most {MAX_FIELDS} fields can be sent at once"
NAME_TOO_LONG = f"The name of a field can have at most {MAX_NAME} characters"
VALUE_TOO_LONG = f"One answer can have at most {MAX_VALUE // KB} kB"
SENT_TWICE = "A field was sent twice, so it is not clear which answer is meant"
NOT_TEXT = "What was sent is not text in UTF-8"
NOT_A_FORM = f"This address takes forms only, sent as {FORM} in UTF-8"
NO_LENGTH = "What is sent must say at its beginning how long it is"
COMPRESSED = "A compressed body cannot be read here; send it as it is"

_PLAIN = re.compile(rb"[A-Za-z0-9._~-]*").fullmatch  # most names and answers, which stand for themselves


def limit_bodies(app: Flask) -> None:
    """Register the check of every request that brings a body."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    app.config["MAX_FORM_PARTS"] = MAX_FIELDS

    @app.before_request
    def check_body() -> None:
        if request.method not in WITHOUT_BODY:
            check_encoding()
            if is_upload():
                return  # read once it is clear that whoever sends it may
            body = _read_body()
            if not is_for_programs():  # what a program sends is a document, and read by whoever knows which
                check_form(body)


def check_encoding() -> None:
    """Only what can be measured before it is read: as it is, and of a known length."""
    if request.content_length is None and request.headers.get("Transfer-Encoding"):
        abort(411, NO_LENGTH)
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        abort(415, COMPRESSED)


def check_form(body: bytes) -> None:
    """End the request with 400, 413 or 415 unless the body is an urlencoded form within the limits."""
    if not body:
        return
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != FORM or charset not in ("utf-8", "utf8"):
        abort(415, NOT_A_FORM)
    if body.count(b"&") >= MAX_FIELDS:
        abort(413, TOO_MANY)
    names = [_checked_name(pair) for pair in body.split(b"&") if pair]
    if len(set(names)) != len(names):
        abort(400, SENT_TWICE)


def _read_body() -> bytes:
    try:
        return request.get_data()
    except RequestEntityTooLarge:
        abort(413, TOO_LARGE)


def _checked_name(pair: bytes) -> str:
    name, _, value = pair.partition(b"=")
    text = _text(name, MAX_NAME, NAME_TOO_LONG)
    _text(value, MAX_VALUE, VALUE_TOO_LONG)
    return text


def _text(quoted: bytes, limit: int, too_long: str) -> str:
    """The characters behind a name or value; a byte takes at most three to write."""
    if _PLAIN(quoted):
        if len(quoted) > limit:
            abort(413, too_long)
        return quoted.decode("ascii")
    content = unquote_to_bytes(quoted.replace(b"+", b" "))
    if len(content) > limit:
        abort(413, too_long)
    try:
        text = content.decode("utf-8")
        quoted.decode("ascii")  # everything else is written as %xx, and would be read as something else
    except UnicodeDecodeError:
        abort(400, NOT_TEXT)
    if "\x00" in text:
        abort(400, NOT_TEXT)
    return text
