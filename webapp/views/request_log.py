"""One line in the log for each request: who can be found by it is the request, not the person and not the answers."""

import logging
import re
import secrets
import sys
import time
import traceback
from types import TracebackType

from flask import Flask, Response, g, request

from webapp.config import Config
from webapp.views.metrics import count_response

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
ID_BYTES = 8
MS = 1000

logger = logging.getLogger("formcast.requests")

_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class StderrHandler(logging.StreamHandler):
    """Writes to what sys.stderr is at the time."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self):
        return sys.stderr


class DiscreetFormatter(logging.Formatter):
    """One line a record, whatever it contains; of errors the places and kinds, since their words may quote answers."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return escaped(super().formatMessage(record))

    def formatException(self, ei: tuple[type, BaseException, TracebackType]) -> str:
        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None and len(lines) < 200:
            frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
            lines += [f"{type(error).__module__}.{type(error).__qualname__} raised at:\n", *frames]
            error = error.__cause__ or error.__context__
        return "".join(lines).rstrip()


def escaped(text: str) -> str:
    """The text without anything that could begin a line of its own."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


def log_to_stderr(level: str) -> None:
    """Send what this product says to stderr; done once, however many apps are made."""
    product = logging.getLogger("formcast")
    product.setLevel(level.upper())
    if not any(isinstance(handler, StderrHandler) for handler in product.handlers):
        handler = StderrHandler()
        handler.setFormatter(DiscreetFormatter(FORMAT))
        product.addHandler(handler)


def log_requests(app: Flask, config: Config) -> None:
    """Register the first and the last step of every request."""
    log_to_stderr(config.log_level)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        g.request_id = _request_id(config.trust_proxy)

    @app.after_request
    def end(response: Response) -> Response:
        took_ms = MS * (time.perf_counter() - g.began)
        count_response(response.status_code)
        logger.info("%s %s %s %d %.1f ms", g.request_id, request.method[:16], _route(), response.status_code, took_ms)
        return response


def request_id() -> str:
    """What a person quotes when they report a problem."""
    return g.get("request_id", "")


def _request_id(is_behind_proxy: bool) -> str:
    given = request.headers.get("X-Request-ID", "") if is_behind_proxy else ""
    return given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(ID_BYTES)


def _route() -> str:
    """The pattern, never the address itself: an address of a result is the key to it."""
    return request.url_rule.rule if request.url_rule else "-"
