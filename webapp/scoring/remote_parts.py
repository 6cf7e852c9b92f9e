"""
What a run keeps beside an OUTPUT at an address, so that it can be gone on with from any machine.

A bucket has no lock. So every run has a folder of its own, named by what is to be done: the same run started twice
writes the same parts, and another one never meets them. Each piece is one object, which is there whole or not at all.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, BinaryIO

from webapp.clock import now
from webapp.scoring.parts import ENDING, MANIFEST, Part, changed, told_of
from webapp.scoring.piece import Mark, Piece, Scored
from webapp.scoring.remote_file import RemoteFile

HEAD = 64 * 1024  # bytes; what is told of a piece is smaller
ABANDONED_AFTER = timedelta(days=1)
KINDS = ("results", "rejected")


class RemoteParts:
    """The folder of one run."""

    def __init__(self, output: RemoteFile, run: Mapping[str, Any]):
        text = json.dumps(run)
        self.output, self.run = output, json.loads(text)
        self.top = f"{output.path}{ENDING}"
        self.folder = f"{self.top}/{sha256(text.encode()).hexdigest()[:16]}"
        self.begun_anew_because = ""
        self._places: dict[int, dict[str, tuple[int, int]]] = {}  # of each piece, from where to where its parts are
        self._sizes: dict[str, int] = {}

    @contextmanager
    def opened(self) -> Iterator["RemoteParts"]:
        """Raises ScoringFailed."""
        with self._telling():
            found = self._listed()
            self._sizes = {path: known["size"] for path, known in found.items() if path.startswith(f"{self.folder}/")}
            if not self._sizes:
                self.begun_anew_because = self._changed_since(found)
                self._files.pipe_file(f"{self.folder}/{MANIFEST}", json.dumps(self.run).encode())
            self._remove_abandoned(found)
        yield self

    def done(self, number: int, begin: Mark) -> Part | None:
        """The part of this piece, where it is whole."""
        path = self._path(number)
        if path not in self._sizes:
            return None
        with self._telling():
            head, _, _ = self._files.cat_file(path, start=0, end=min(HEAD, self._sizes[path])).partition(b"\n")
        try:
            part = Part.from_json(json.loads(head), "sizes")
        except (ValueError, KeyError, TypeError):
            return None
        if part.begin != begin or len(head) + 1 + sum(part.sums) != self._sizes[path]:
            return None
        self._note(number, len(head) + 1, part.sums)
        return part

    def keep(self, piece: Piece, scored: Scored) -> None:
        """Raises ScoringFailed."""
        sizes = (len(scored.results), len(scored.rejected))
        told = told_of(piece, scored) | {"sizes": sizes}
        head = json.dumps(told).encode() + b"\n"
        with self._telling():
            self._files.pipe_file(self._path(piece.number), b"".join((head, scored.results, scored.rejected)))
        self._note(piece.number, len(head), sizes)

    def join(
        self, kind: str, to: RemoteFile, put: Callable[[Iterable[bytes], BinaryIO], None], may_replace: bool
    ) -> None:
        """`put` the parts of one kind behind one another into a file that appears when it is whole."""
        with to.written(may_replace) as file:
            put(self._contents(kind), file)

    def remove(self) -> None:
        with suppress(Exception):  # the results are there; what is left is removed by a later run
            self._files.rm(self.folder, recursive=True)

    def _contents(self, kind: str) -> Iterator[bytes]:
        for number in sorted(self._places):
            start, end = self._places[number][kind]
            yield self._files.cat_file(self._path(number), start=start, end=end) if end > start else b""

    def _note(self, number: int, start: int, sizes: tuple[int, ...]) -> None:
        middle = start + sizes[0]
        self._places[number] = dict(zip(KINDS, ((start, middle), (middle, middle + sizes[1])), strict=True))

    def _listed(self) -> dict[str, dict[str, Any]]:
        try:
            return self._files.find(self.top, detail=True)
        except FileNotFoundError:
            return {}

    def _changed_since(self, found: Mapping[str, Any]) -> str:
        """Why nothing of the newest other run is used; '' where there is none."""
        others = [path for path in found if path.endswith(f"/{MANIFEST}")]
        if not others:
            return ""
        newest = max(others, key=lambda path: str(_moment(found[path])))
        with suppress(ValueError):
            return changed(json.loads(self._files.cat_file(newest)), self.run)
        return "the run"

    def _remove_abandoned(self, found: Mapping[str, Mapping[str, Any]]) -> None:
        """What other runs left a day ago or more; a younger one may be at work."""
        for folder in {path.rpartition("/")[0] for path in found} - {self.folder}:
            moments = [_moment(known) for path, known in found.items() if path.startswith(f"{folder}/")]
            if all(moment is not None and moment < now() - ABANDONED_AFTER for moment in moments):
                self._files.rm(folder, recursive=True)

    @property
    def _files(self) -> Any:
        return self.output.filesystem

    def _path(self, number: int) -> str:
        return f"{self.folder}/{number:08d}.part"

    def _telling(self):
        return self.output.telling()


def _moment(known: Mapping[str, Any]) -> datetime | None:
    found = (known.get(name) for name in ("LastModified", "last_modified", "mtime", "created"))
    return next((moment for moment in found if isinstance(moment, datetime) and moment.tzinfo), None)
