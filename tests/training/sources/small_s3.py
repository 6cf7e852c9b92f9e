"""As much of S3 as reading one object takes: HEAD, GET with a range, and refusals in its own words."""

from collections.abc import Callable
from hashlib import md5
from http.server import BaseHTTPRequestHandler

from tests.training.sources.loopback import send

MODIFIED = "Sun, 22 Nov 2026 10:00:00 GMT"


def an_object(content: bytes, version: str = "") -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        marks = {"ETag": f'"{md5(content).hexdigest()}"', "Last-Modified": MODIFIED, "Accept-Ranges": "bytes"}
        marks |= {"x-amz-version-id": version} if version else {}
        wanted = handler.headers.get("Range")
        if wanted is None:
            send(handler, 200, content, marks)
            return
        first, last = wanted.removeprefix("bytes=").split("-")
        part = content[int(first) : int(last) + 1]
        marks["Content-Range"] = f"bytes {first}-{int(first) + len(part) - 1}/{len(content)}"
        send(handler, 206, part, marks)

    return answer


def refused(status: int, code: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        send(handler, status, f"<Error><Code>{code}</Code><Message>No</Message></Error>".encode())

    return answer
