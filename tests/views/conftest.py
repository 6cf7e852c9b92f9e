"""A running service without a network: a folder of its own, a real model in use, a browser that keeps cookies."""

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.views.hashing import quickly
from tests.views.making import KEY, add_version, promote
from webapp.app import create_app
from webapp.config import Config
from webapp.model_store import ModelStore, StoredVersion
from webapp.records.tables import predictions
from webapp.views.services import Services, services_of

SECRET = "k" * 40
ASK = "/models/leaving"
ANSWERS = {
    "business_key": "",
    "f0": "12",
    "f1": "70.50",
    "f2": "0",
    "f3": "1",
    "f4-day": "3",
    "f4-month": "5",
    "f4-year": "2019",
}


def config(folder: Path, **environ: str) -> Config:
    settings = {"SECRET_KEY": SECRET, "FORMCAST_TRUSTED_KEYS": KEY.public.text, **environ}
    return Config.for_service(settings, root=folder)


@dataclass
class Service:
    """One app with what stands behind it."""

    app: Flask
    first: StoredVersion

    @property
    def parts(self) -> Services:
        return services_of(self.app)

    def promote(self, stored: StoredVersion, **overrides: Any) -> None:
        promote(self.parts.database, self.parts.store, stored, **overrides)
        self.parts.follower.refresh()

    def records(self) -> int:
        with self.parts.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(predictions)).scalar()


class Browser:
    """Fetches a form, fills it in and sends it, as a person does."""

    def __init__(self, client: FlaskClient):
        self.client = client

    def get(self, url: str = ASK, **more) -> TestResponse:
        return self.client.get(url, **more)

    def fields(self, url: str = ASK) -> dict[str, str]:
        """The hidden fields of a fresh form and everybody's answers."""
        return hidden_fields(self.get(url)) | ANSWERS

    def send(self, fields: dict[str, str], **more) -> TestResponse:
        return self.client.post(ASK, data=fields, **more)

    def ask(self, **overrides: str) -> TestResponse:
        return self.send(self.fields() | overrides)


def hidden_fields(page: TestResponse) -> dict[str, str]:
    inputs = [tag for tag in re.findall(r"<input[^>]*>", page.text) if 'type="hidden"' in tag]
    return {re.search(r'name="([^"]*)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1] for tag in inputs}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> tuple[Path, StoredVersion]:
    """A folder with one promoted version, made once and copied for every test."""
    folder = tmp_path_factory.mktemp("prepared")
    stored = add_version(ModelStore(folder / "model_store"))
    parts = services_of(create_app(config(folder)))
    promote(parts.database, parts.store, stored)
    parts.database.dispose()
    return folder, stored


@pytest.fixture
def folder(prepared, tmp_path) -> Path:
    return shutil.copytree(prepared[0], tmp_path / "service")


@pytest.fixture
def environ() -> dict[str, str]:
    """Settings of one test; override in a class or a module."""
    return {}


@pytest.fixture(scope="session")
def compiled_pages(tmp_path_factory):
    """Every test has an app of its own; what its pages compile to is the same."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))


@pytest.fixture
def service(folder, prepared, environ, compiled_pages):
    app = create_app(config(folder, **environ))
    app.jinja_env.bytecode_cache = compiled_pages
    yield Service(app, prepared[1])
    services_of(app).database.dispose()


@pytest.fixture(scope="module", autouse=True)
def quick_passwords():
    with quickly():
        yield


@pytest.fixture
def browser(service) -> Browser:
    return Browser(service.app.test_client())


@pytest.fixture
def database_away(service):
    """A context in which the file of the database is gone."""
    path = service.parts.database.path

    @contextmanager
    def away():
        service.parts.database.dispose()
        hidden = path.with_name("elsewhere")
        path.rename(hidden)
        yield
        hidden.rename(path)

    return away
