"""A real S3 for tests: moto's server on a port of this machine, in a thread of the process that asks."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

REGION = "us-east-1"
AWAY = 503, "ServiceUnavailable"

Answer = tuple[int, str] | None
Look = Callable[[str, str], Answer]


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Nothing on stderr."""


@dataclass
class S3:
    """
    `asked` holds (method, path) of what came in; `before` sees each request before it is answered, so that a test can
    do something at that very moment, or answer with a status and a code of S3 in its place. While it `is_away`, every
    request is refused; where it `forgets_conditions`, it writes over what it was asked not to, as some servers do.
    """

    address: str
    asked: list[tuple[str, str]] = field(default_factory=list)
    before: Look | None = None
    is_away: bool = False
    forgets_conditions: bool = False

    @property
    def settings(self) -> dict[str, str]:
        """What the environment of a process must say, so that it finds this S3."""
        return {
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ACCESS_KEY_ID": "test-key",
            "AWS_SECRET_ACCESS_KEY": "test-secret",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def create_bucket(self) -> str:
        """The name of a fresh one."""
        name = f"formcast-{uuid4().hex[:12]}"
        self.client().create_bucket(Bucket=name)
        return name

    def put(self, bucket: str, key: str, content: bytes) -> None:
        self.client().put_object(Bucket=bucket, Key=key, Body=content)

    def get(self, bucket: str, key: str) -> bytes:
        return self.client().get_object(Bucket=bucket, Key=key)["Body"].read()

    def put_folder(self, bucket: str, prefix: str, folder: Path) -> None:
        """Every file of a folder, as a person copies it."""
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.put(bucket, f"{prefix}/{path.relative_to(folder)}", path.read_bytes())

    def delete(self, bucket: str, key: str) -> None:
        self.client().delete_object(Bucket=bucket, Key=key)

    def keys(self, bucket: str) -> list[str]:
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [one["Key"] for page in pages for one in page.get("Contents", ())]

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        self.is_away = True
        try:
            yield
        finally:
            self.is_away = False

    def client(self):
        """Of Amazon's own library, which shares nothing with what is tested."""
        return _client(self.address)


@cache
def _client(address: str):
    return boto3.client(
        "s3",
        endpoint_url=address,
        aws_access_key_id="test-key",
        aws_secret_access_key="test-secret",
        region_name=REGION,
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
    )


def _refused(start_response, status: int, code: str) -> list[bytes]:
    body = f"<Error><Code>{code}</Code><Message>Refused</Message></Error>".encode()
    start_response(f"{status} Refused", [("Content-Length", str(len(body))), ("Content-Type", "application/xml")])
    return [body]


@contextlib.contextmanager
def running_s3() -> Iterator[S3]:
    moto = DomainDispatcherApplication(create_backend_app)
    turn = threading.Lock()

    def answer(environ, start_response):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        s3.asked.append((method, path))
        refused = s3.before(method, path) if s3.before else None
        if refused or s3.is_away:
            return _refused(start_response, *(refused or AWAY))
        if s3.forgets_conditions:
            environ.pop("HTTP_IF_NONE_MATCH", None)
        with turn:  # one at a time, so that "only if it is not there yet" holds as it does at Amazon
            return list(moto(environ, start_response))

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=_Quiet)
    s3 = S3(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield s3
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3]:
    with running_s3() as s3:
        yield s3


@pytest.fixture
def s3(s3_server: S3, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """The server, to which this process and those that it starts are pointed."""
    for name, value in s3_server.settings.items():
        monkeypatch.setenv(name, value)
    s3_server.asked.clear()
    yield s3_server
    s3_server.before, s3_server.is_away, s3_server.forgets_conditions = None, False, False
