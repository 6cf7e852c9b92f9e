"""Requests straight into a WSGI app: what a server would do, without the cost of a client."""

import io
import itertools
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import EnvironBuilder

from benchmarks import churn_like
from benchmarks.measuring import Action
from webapp.schema import Feature, Schema

FORM = "application/x-www-form-urlencoded"
DIFFERENT_ROWS = 200


class Visitor:
    """Somebody with a cookie and a form."""

    def __init__(self, app: Flask, path: str):
        self.app = app
        self.path = path
        client = app.test_client()
        page = client.get(path)
        self.hidden = hidden_fields(page.text)
        cookie = client.get_cookie("session")
        self.headers = {"Cookie": f"session={cookie.value}"} if cookie else {}

    def get(self, path: str = "") -> Action:
        """An action that fetches a page."""
        environ = EnvironBuilder(path or self.path, headers=self.headers).get_environ()
        return lambda: call(self.app, dict(environ), 200)

    def post(self, bodies: Iterator[bytes], status: int) -> Action:
        """An action that sends the next body and expects this status."""
        environ = EnvironBuilder(self.path, method="POST", headers=self.headers, content_type=FORM).get_environ()

        def send() -> str:
            body = next(bodies)
            sent = environ | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
            return call(self.app, sent, status)

        return send


def call(app: Flask, environ: dict, expected: int) -> str:
    """The Location of the answer, or its text; an unexpected status ends the measurement."""
    got: dict = {}

    def start_response(status: str, headers: Iterable[tuple[str, str]], exc_info: object = None) -> None:
        got.update(status=int(status[:3]), headers=dict(headers))

    answer = app(environ, start_response)
    try:
        text = b"".join(answer).decode()
    finally:
        getattr(answer, "close", lambda: None)()
    if got["status"] != expected:
        raise SystemExit(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} gave {got['status']}: {text[:2000]}")
    return got["headers"].get("Location", text)


def tutorial_bodies(hidden: dict[str, str]) -> Iterator[bytes]:
    rows = churn_like.rows(DIFFERENT_ROWS, seed=1)
    answers = [{name: text for name, text in row.items() if name != churn_like.TARGET} for row in rows]
    return itertools.cycle([urlencode(hidden | row).encode() for row in answers])


def form_bodies(hidden: dict[str, str], schema: Schema) -> Iterator[bytes]:
    """Never the same form twice: one that was sent before is answered from its record."""
    rows = itertools.cycle(churn_like.rows(DIFFERENT_ROWS, seed=1))
    for number, row in enumerate(rows):
        fields = {f"f{place}": posted(feature, row[feature.name]) for place, feature in enumerate(schema.features)}
        yield urlencode(hidden | fields | {"nonce": f"measured-{number}"}).encode()


def posted(feature: Feature, text: str) -> str:
    """What a browser sends for this cell of the table."""
    values = [choice.value for choice in feature.choices]
    return str(values.index(text)) if values else text


def hidden_fields(page: str) -> dict[str, str]:
    tags = [tag for tag in re.findall(r"<input[^>]*>", page) if 'type="hidden"' in tag]
    return {re.search(r'name="([^"]*)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1] for tag in tags}
