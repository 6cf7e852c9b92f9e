"""
Objects behind an address such as s3://bucket/folder, by fsspec.

Whatever a backend raises becomes one sentence, and nothing that exists is ever written over.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from webapp.errors import ConfigError, ModelStoreError

INSTALLING = "pip install -r requirements-s3.txt"
S3 = ("s3", "s3a")
# Backends that refuse to create what is there already, in one step at the place itself.
REFUSING = (*S3, "gs", "gcs", "az", "abfs")
CONNECT_S, READ_S, TRIES = 5, 30, 2
LONGEST = 200  # characters of a library's own words
TAKEN = ("PreconditionFailed", "412")
UNDECIDED = ("ConditionalRequestConflict", "OperationAborted", "409")  # two at once: the keeper asks to try again
UNDECIDED_TRIES, UNDECIDED_S = 6, 0.2


@dataclass(frozen=True, slots=True)
class Entry:
    """An object in a listing; `mark` is another one when its content is."""

    size: int
    mark: str
    changed: datetime | None


class Objects:
    """Those below one address, by their paths from there."""

    def __init__(self, address: str):
        """Raises ConfigError for an address that nothing here can read."""
        self.address = address.rstrip("/")
        self.scheme = address.partition("://")[0]
        self._kind = _backend(self.scheme, self.address)
        self._root = self._kind._strip_protocol(self.address).rstrip("/")
        self._opened: dict[int, Any] = {}  # a process that was forked opens its own connections

    @property
    def _files(self) -> Any:
        process = os.getpid()
        if process not in self._opened:
            self._opened[process] = self._open()
        return self._opened[process]

    def _open(self) -> Any:
        if self.scheme not in S3:
            return self._kind(skip_instance_cache=True, use_listings_cache=False)
        patience = {
            "connect_timeout": CONNECT_S,
            "read_timeout": READ_S,
            "retries": {"mode": "standard", "total_max_attempts": TRIES},
        }
        files = self._kind(config_kwargs=patience, skip_instance_cache=True, use_listings_cache=False)
        files.retries = TRIES
        return files

    def listed(self, below: str = "") -> dict[str, Entry]:
        """Path -> entry, of everything that lies below a path."""
        top = f"{self._root}/{below}".rstrip("/")
        with self._reporting():
            try:
                found = self._files.find(top, detail=True)
            except FileNotFoundError:
                found = {}
            if not found and not below:
                self._files.ls(self._root.partition("/")[0])  # an empty store is none that is not there
        start = len(self._root) + 1
        return {path[start:]: _entry(known) for path, known in found.items() if path.startswith(f"{top}/")}

    def read(self, sizes: Mapping[str, int]) -> dict[str, bytes]:
        """The objects at these paths, no more of each than the size that its listing said."""
        paths = [path for path, size in sizes.items() if size]
        with self._reporting():
            ends = [sizes[path] for path in paths]
            found = self._files.cat_ranges([self._at(path) for path in paths], [0] * len(paths), ends, on_error="raise")
        return dict.fromkeys(sizes, b"") | dict(zip(paths, map(bytes, found), strict=True))

    def read_whole(self, path: str) -> bytes | None:
        """However large; None where there is nothing."""
        with self._reporting():
            try:
                return self._files.cat_file(self._at(path))
            except FileNotFoundError:
                return None

    def create(self, path: str, content: bytes) -> bool:
        """Whether it holds this content now; False where another one stands there, which stays."""
        with self._reporting():
            for _ in range(UNDECIDED_TRIES):
                try:
                    self._files.pipe_file(self._at(path), content, mode="create")
                    return True
                except OSError as problem:
                    if _is_taken(problem):
                        # Ours, perhaps, of a first try whose answer was lost.
                        return self._files.cat_file(self._at(path)) == content
                    if _code(problem) not in UNDECIDED:
                        raise
                time.sleep(UNDECIDED_S)
        raise ModelStoreError(f"The model store {self.address} cannot be used: others are writing to it. Try again")

    def upload(self, file: Path, path: str) -> bool:
        """Whether the file was written there; False where there is something already."""
        with self._reporting():
            try:
                self._files.put_file(str(file), self._at(path), mode="create")
            except OSError as problem:
                if not _is_taken(problem):
                    raise
                return False
        return True

    def remove(self, paths: Sequence[str]) -> None:
        with self._reporting():
            for path in paths:
                self._files.rm_file(self._at(path))

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}"

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except Exception as problem:  # every backend raises what the library below it raises
            raise ModelStoreError(f"The model store {self.address} cannot be used: {_said(problem)}") from problem


def _backend(scheme: str, address: str) -> Any:
    try:
        return import_module("fsspec").get_filesystem_class(scheme)
    except ImportError as problem:
        package = "s3fs" if scheme in S3 else problem.name or "fsspec"
        raise ConfigError(f"The model store {address} needs the package {package}: {INSTALLING}") from problem
    except ValueError as problem:
        raise ConfigError(f"The model store {address} is of a kind that nothing here can read") from problem


def _entry(known: Mapping[str, Any]) -> Entry:
    moments = (known.get(name) for name in ("LastModified", "last_modified", "mtime", "created"))
    changed = next((moment for moment in moments if isinstance(moment, datetime)), None)
    return Entry(int(known.get("size") or 0), str(known.get("ETag") or changed or ""), changed)


def _code(problem: OSError) -> str:
    """What S3 itself called the problem; not every server says it in the words that s3fs translates."""
    response = getattr(problem.__cause__, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def _is_taken(problem: OSError) -> bool:
    return isinstance(problem, FileExistsError) or _code(problem) in TAKEN


def _said(problem: Exception) -> str:
    if isinstance(problem, FileNotFoundError):
        return "there is no such bucket, or what was in it has gone"
    if isinstance(problem, PermissionError):
        return "its keeper refused the credentials"
    lines = str(problem).strip().splitlines()
    return lines[0].rstrip(" .:")[:LONGEST] if lines else type(problem).__name__
