"""Tables at http:// and https:// addresses."""

import base64
import http.client
from collections.abc import Mapping
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from webapp.errors import UnusableTable
from webapp.training.sources.addresses import Address
from webapp.training.sources.extras import first_line
from webapp.training.sources.fetching import LIMITS, Fetched, Limits, all_of

# No handler for file:// or ftp://, so that an answer cannot send the reader there.
_HANDLERS = (
    ProxyHandler, UnknownHandler, HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, HTTPRedirectHandler,
    HTTPErrorProcessor,
)  # fmt: skip
_ANSWERS: Mapping[int, str] = {
    401: "asks who you are",
    403: "does not let you have it",
    404: "has nothing there",
    410: "has nothing there any more",
    429: "was asked too often",
}
_SAFE = "%/:=&?~#+!$,;'@()*[]"


def fetch_web(address: Address, limits: Limits = LIMITS) -> Fetched:
    """Raises UnusableTable in a whole sentence."""
    try:
        with _opener().open(_request(address), timeout=limits.silence_s) as answer:
            length = answer.headers.get("Content-Length", "")
            expected = int(length) if length.isascii() and length.isdigit() else None
            content = all_of(answer.read1, address, limits, expected)
            return Fetched(content, _version(answer.headers))
    except HTTPError as problem:
        problem.close()
        what = _ANSWERS.get(problem.code, "failed" if problem.code >= 500 else "refused")
        raise UnusableTable(f"{address.written} cannot be read: the server {what} ({problem.code})") from problem
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise UnusableTable(f"{address.written} cannot be read: {_why(problem, address)}") from problem


def _opener() -> OpenerDirector:
    opener = OpenerDirector()
    for handler in _HANDLERS:
        opener.add_handler(handler())
    return opener


def _request(address: Address) -> Request:
    parts = urlsplit(address.opened)
    place = parts.netloc.rpartition("@")[2]
    request = Request(quote(parts._replace(netloc=place).geturl(), safe=_SAFE))
    request.add_header("User-Agent", "Formcast")
    if parts.username:
        both = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        # Not sent on to wherever the server redirects to.
        request.add_unredirected_header("Authorization", f"Basic {base64.b64encode(both).decode()}")
    return request


def _version(headers: Mapping[str, str]) -> str:
    if headers.get("ETag"):
        return f"ETag {headers['ETag']}"
    return f"changed {headers['Last-Modified']}" if headers.get("Last-Modified") else ""


def _why(problem: Exception, address: Address) -> str:
    reason = problem.reason if isinstance(problem, URLError) else problem
    if isinstance(reason, TimeoutError):
        return "the server is silent"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    if isinstance(reason, http.client.IncompleteRead):
        return "the answer broke off. Try again"
    return address.without_secrets(first_line(reason) if isinstance(reason, Exception) else str(reason))
