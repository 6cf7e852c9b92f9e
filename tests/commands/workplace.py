"""A place of its own for training and commands: folders, database and keys that nobody else uses."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import train
from tests.training.known_tables import KEY, csv_text
from webapp.commands.line import run
from webapp.model_package.format import ModelPackage
from webapp.model_store import ModelStore, StoredVersion

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("--budget", "0")  # no time for boosting


@dataclass(frozen=True)
class Said:
    """Exit code and what was written to both streams."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Place:
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "MODEL_STORE": str(self.folder / "model_store"),
            "DATABASE_URL": f"sqlite:///{self.folder / 'formcast.db'}",
            "FORMCAST_SPECS": str(self.folder / "specs"),
            "FORMCAST_SIGNING_KEY": KEY.text,
            "FORMCAST_TRUSTED_KEYS": KEY.public.text,
        }

    @property
    def store(self) -> ModelStore:
        return ModelStore(self.folder / "model_store")

    @property
    def specs(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "specs").glob("*"))

    def open(self, model: str, version: str) -> ModelPackage:
        return self.store.load(model, version, (KEY.public,))

    def versions(self, model: str = "leaving") -> list[StoredVersion]:
        return self.store.versions(model)

    def table(self, name: str, columns: Mapping[str, Sequence] | str | bytes) -> str:
        path = self.folder / name
        content = columns if isinstance(columns, str | bytes) else csv_text(columns)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def process(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


class Terminal:
    """train.py and python -m webapp in this process, at one place."""

    def __init__(self, place: Place, capsys):
        self.place, self._capsys = place, capsys

    def train(self, *arguments: str) -> Said:
        return self._said(train.main, arguments)

    def webapp(self, *arguments: str) -> Said:
        return self._said(run, arguments)

    def _said(self, command, arguments: Sequence[str]) -> Said:
        self._capsys.readouterr()
        try:
            code = command(list(arguments))
        except SystemExit as ended:  # argparse
            code = ended.code
        out, err = self._capsys.readouterr()
        return Said(code, out, err)
