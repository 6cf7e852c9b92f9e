"""
Files that people send: larger than anything else, so read only for whoever may send them, a few at once, not for long.

A browser sends one inside a form, a program as it is. Beyond half a megabyte it lies in a temporary file without a
name, which is gone when the request ends.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask import Flask, abort, current_app, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, RequestTimeout, ServiceUnavailable
from werkzeug.wsgi import get_input_stream

from webapp.batch.upload import MAX_BYTES, TOO_LARGE
from webapp.views.errors import problem
from webapp.views.programs import is_for_programs

View = TypeVar("View", bound=Callable)

AROUND = 64 * 1024  # what a form has besides the file
MOST_FIELDS = 10
AT_ONCE = 2  # of the four threads of a process; the others go on answering
WAITS_S = 5.0
SILENT_S = 10.0
LONGEST_S = 120.0
STILL_READ = 4 * MAX_BYTES  # a browser that is answered before it has sent everything shows no answer
PIECE = 64 * 1024
MULTIPART = "multipart/form-data"
NOT_A_FORM = f"This address takes a form with a file, sent as {MULTIPART}"
KEPT = "Nothing was saved here, and your file is where it was."
DIVIDE = "Go back, divide the file into several and send them one after the other."
BUSY = "Several files are being read at the moment. Send yours again in a few seconds"
TOO_SLOW = "The file arrived too slowly. Send it again, or send a smaller one"

_turns = threading.BoundedSemaphore(AT_ONCE)


def takes_upload(view: View) -> View:
    """Mark a view that is sent a file."""
    view.takes_upload = True
    return view


def is_upload() -> bool:
    view = current_app.view_functions.get(request.endpoint) if request.endpoint else None
    return getattr(view, "takes_upload", False)


def receive_uploads(app: Flask) -> None:
    """Register the step that reads a file; it comes behind the one that asks whether whoever sends it may."""

    @app.before_request
    def receive() -> None:
        if is_upload():
            with _turn(), _patience():
                _receive()


def _receive() -> None:
    most = MAX_BYTES + AROUND
    if (request.content_length or 0) > most:
        _pass_over(request.content_length)
        abort(problem(413, happened=f"{TOO_LARGE}.", kept=KEPT, todo=DIVIDE))
    request.max_content_length = most
    try:
        if is_for_programs():
            request.get_data()
            return
        if request.mimetype != MULTIPART:
            abort(415, NOT_A_FORM)
        request.max_form_parts = MOST_FIELDS
        fields = [*request.form.lists(), *request.files.lists()]
    except RequestEntityTooLarge:
        abort(problem(413, happened=f"{TOO_LARGE}.", kept=KEPT, todo=DIVIDE))
    if any(len(values) > 1 for _, values in fields):
        abort(400, "A field was sent twice, so it is not clear which is meant")


def _pass_over(length: int) -> None:
    """Read what nobody wants, so that the browser gets to the answer; nothing of it is kept."""
    if length <= STILL_READ:
        stream = get_input_stream(request.environ, max_content_length=STILL_READ)
        ends = time.monotonic() + LONGEST_S
        while stream.read(PIECE) and time.monotonic() < ends:
            pass


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=WAITS_S):
        raise ServiceUnavailable(BUSY, retry_after=int(WAITS_S))
    try:
        yield
    finally:
        _turns.release()


@contextmanager
def _patience() -> Iterator[None]:
    """A sender that falls silent frees its thread."""
    connection = request.environ.get("gunicorn.socket")
    before = connection.gettimeout() if connection is not None else None
    if connection is not None:
        connection.settimeout(SILENT_S)
    try:
        yield
    except (TimeoutError, ClientDisconnected):
        raise RequestTimeout(TOO_SLOW) from None
    finally:
        if connection is not None:
            connection.settimeout(before)
