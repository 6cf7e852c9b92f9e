"""Requests as bytes, straight into the app as a server hands them on; nothing here cleans what is sent."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Flask

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Request:
    """One request; `path` is already percent-decoded, as servers give it."""

    method: str = "GET"
    path: str = "/"
    query: str = ""
    body: bytes = b""
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


def ask(app: Flask, request: Request) -> Answer:
    got: dict = {}

    def start_response(status: str, headers: Iterable[tuple[str, str]], exc_info: object = None):
        got.update(status=int(status.split()[0]), headers=dict(headers))
        return lambda _: None

    answer = app(_environ(request), start_response)
    try:
        body = b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    return Answer(got["status"], got["headers"], body)


def _environ(request: Request) -> dict:
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.encode("utf-8", "surrogatepass").decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if request.method not in ("GET", "HEAD") or request.body:
        environ |= {"CONTENT_TYPE": request.content_type, "CONTENT_LENGTH": str(len(request.body))}
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ
