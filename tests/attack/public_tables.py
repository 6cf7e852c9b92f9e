"""Real tables on this machine, where there are any: trained from the command line, served, and typed in."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.process import Service, running
from tests.attack.filling import encoded
from tests.attack.form_page import FormPage, read_form
from webapp.config import PROJECT_ROOT, Config
from webapp.model_package.format import ModelPackage
from webapp.model_package.signing import SigningKey, parse_trusted_keys
from webapp.model_store import ModelStore
from webapp.schema import OTHER, Feature

TABLES = {"telco_churn.csv": ("Churn",), "diamonds.csv": ("price",), "taxis.csv": ("total", "tip")}
ROWS = 500
SECRET = "for tables of this machine, 32 bytes"
FORM = "application/x-www-form-urlencoded"
UNITS = {"date": "datetime64[D]", "datetime": "datetime64[s]"}


@dataclass(frozen=True)
class Served:
    """A table that was learned and is being served."""

    table: Path
    model: str
    package: ModelPackage
    settings: dict[str, str]
    service: Service

    @property
    def features(self) -> tuple[Feature, ...]:
        return self.package.schema.features

    def rows(self, count: int = ROWS) -> list[dict[str, str]]:
        """Rows spread evenly over the table."""
        with self.table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return [rows[int(place)] for place in np.linspace(0, len(rows) - 1, count)]

    def type_in(self, row: Mapping[str, str]) -> str:
        """Fetch the form, fill it in, send it and follow it; the id of the record."""
        path = f"/models/{self.model}"
        answer = self.service.fetch("GET", path)
        page = read_form(answer.text)
        fields = dict(page.hidden)
        for place, feature in enumerate(self.features):
            fields |= _typed_answer(page, f"f{place}", feature, row[feature.name])
        headers = {"Cookie": answer.cookie, "Content-Type": FORM}
        posted = self.service.fetch("POST", path, encoded(fields), headers)
        assert posted.status == 303, read_form(posted.text).errors
        location = posted.headers["Location"]
        assert self.service.fetch("GET", location).status == 200
        return location.rsplit("/", 1)[1]

    def meant(self, row: Mapping[str, str]) -> list[Any]:
        """The typed values of a row of the table, worked out without the product."""
        return [_value(feature, row[feature.name].strip()) for feature in self.features]


@contextmanager
def served(table: Path, target: str, folder: Path) -> Iterator[Served]:
    """Train with nothing but the table and its target, then start the service."""
    key = SigningKey.generate()
    settings = {
        "SECRET_KEY": SECRET,
        "DATABASE_URL": f"sqlite:///{folder / 'formcast.db'}",
        "MODEL_STORE": str(folder / "model_store"),
        "FORMCAST_SPECS": str(folder / "specs"),
        "FORMCAST_TRUSTED_KEYS": key.public.text,
        "LOG_LEVEL": "warning",
    }
    (folder / "specs").mkdir()
    command = [sys.executable, "train.py", "--data", str(table), "--target", target, "--name", "typed-in"]
    environ = {**os.environ, **settings, "FORMCAST_SIGNING_KEY": key.text}
    trained = subprocess.run(command, cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True, check=False)
    assert trained.returncode == 0, f"{trained.stdout}\n{trained.stderr[-3000:]}"
    config = Config.for_service(settings, root=folder)
    store = ModelStore(config.model_store)
    [version] = store.versions("typed-in")
    package = store.load("typed-in", version.version, parse_trusted_keys(config.trusted_keys))
    with running(settings, folder / "service.log", workers=1) as service:
        yield Served(table, "typed-in", package, settings, service)


def _typed_answer(page: FormPage, name: str, feature: Feature, cell: str) -> dict[str, str]:
    text = cell.strip()
    if feature.kind in UNITS:
        day, _, clock = text.partition(" ")
        boxes = dict(zip(("year", "month", "day"), day.split("-"), strict=True))
        # The box takes seconds too, which the table has.
        return {f"{name}-{part}": typed for part, typed in (boxes | ({"time": clock} if clock else {})).items()}
    options = page.fields[name].options
    if not options:
        return {name: text}
    named = {choice.value: choice.label for choice in feature.choices}
    words = named.get(text, "Another, not listed") if text else "Don\u2019t know"
    return {name: next(posted for posted, label in options.items() if label == words)}


def _value(feature: Feature, text: str) -> Any:
    if not text:
        return None
    if feature.kind in UNITS:
        return np.datetime64(text.replace(" ", "T")).astype(UNITS[feature.kind])
    if feature.kind in ("number", "integer"):
        return float(text)
    if feature.kind == "yes_no":
        return 1.0 if text == feature.choices[0].value else 0.0
    return text if text in {choice.value for choice in feature.choices} else OTHER
