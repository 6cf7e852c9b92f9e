"""One line in the log for each request: who can be found by it is the request, not the person and not the answers."""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from webapp.config import Config
from webapp.logs import log_to_stderr
from webapp.views.metrics import count_response

ID_BYTES = 8
MS = 1000

logger = logging.getLogger("formcast.requests")

_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)


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
