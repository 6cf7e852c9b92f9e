"""
The folder beside OUTPUT in which a run keeps what it has, so that it can be gone on with.

Every piece has a file of its results, one of its rejected rows and, written last, one that says what it is. Nothing of
a run with other input, another version or other options is used. OUTPUT itself appears complete or not at all.
"""

import errno
import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from webapp.errors import ScoringFailed
from webapp.scoring.piece import Mark, Piece, Scored, Tally
from webapp.scoring.remote_file import already_there

MANIFEST = "run.json"
LOCK = ".lock"
DRAFT = ".draft"
ENDING = ".partial"
NO_ROOM = ". What is done is kept: make room, and the same command goes on from there"


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of a piece that is done."""

    begin: Mark
    end: Mark
    tally: Tally
    sums: tuple[int, int]

    @classmethod
    def from_json(cls, told: Mapping[str, Any], sums: str) -> "Part":
        """`sums` is the name of what its contents are known by."""
        return cls(Mark(**told["begin"]), Mark(**told["end"]), Tally.from_json(told["tally"]), tuple(told[sums]))


def told_of(piece: Piece, scored: Scored) -> dict[str, Any]:
    """What is written down of a piece that is done, but for what its contents are known by."""
    return {"begin": asdict(piece.begin), "end": asdict(piece.end), "tally": scored.tally.to_json()}


class Parts:
    """Owns the folder while it is open."""

    def __init__(self, output: Path, run: Mapping[str, Any]):
        self.folder = output.with_name(output.name + ENDING)
        self.output, self.run = output, json.loads(json.dumps(run))
        self.begun_anew_because = ""
        self._used: set[int] = set()

    @contextmanager
    def opened(self) -> Iterator["Parts"]:
        """Raises ScoringFailed where another run is at work, or the folder cannot be written."""
        with _telling(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                raise ScoringFailed(
                    f"Another run is writing {self.output}. Wait for it, or give another name"
                ) from problem
            self._settle()
            yield self
        finally:
            os.close(descriptor)

    def done(self, number: int, begin: Mark) -> Part | None:
        """The part of this piece, where it is whole."""
        try:
            told = json.loads((self.folder / _name(number, "json")).read_text())
            sums = tuple(
                zlib.crc32((self.folder / _name(number, kind)).read_bytes()) for kind in ("results", "rejected")
            )
        except (OSError, ValueError):
            return None
        part = Part.from_json(told, "sums")
        if part.begin != begin or part.sums != sums:
            return None
        self._used.add(number)
        return part

    def keep(self, piece: Piece, scored: Scored) -> None:
        told = told_of(piece, scored) | {"sums": [zlib.crc32(scored.results), zlib.crc32(scored.rejected)]}
        with _telling(self.folder):
            (self.folder / _name(piece.number, "results")).write_bytes(scored.results)
            (self.folder / _name(piece.number, "rejected")).write_bytes(scored.rejected)
            self._put(_name(piece.number, "json"), json.dumps(told))
        self._used.add(piece.number)

    def join(self, kind: str, to: Path, put: Callable[[Iterable[bytes], BinaryIO], None], may_replace: bool) -> None:
        """`put` the parts of one kind behind one another into a file that appears when it is whole."""
        draft = self.folder / f"{kind}{DRAFT}"
        with _telling(to):
            with draft.open("wb") as joined:
                put(((self.folder / _name(number, kind)).read_bytes() for number in sorted(self._used)), joined)
                joined.flush()
                os.fsync(joined.fileno())
            if may_replace:
                os.replace(draft, to)
            else:
                _move(draft, to)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _settle(self) -> None:
        """Keep what fits this run, or say why nothing does."""
        path = self.folder / MANIFEST
        try:
            before = json.loads(path.read_text())
        except FileNotFoundError:
            before = None
        except (OSError, ValueError):
            before = {}
        if before is not None and before != self.run:
            self.begun_anew_because = changed(before, self.run)
        if before != self.run:
            with _telling(self.folder):
                for entry in self.folder.iterdir():
                    if entry.name != LOCK:
                        entry.unlink()
                self._put(MANIFEST, json.dumps(self.run))

    def _put(self, name: str, text: str) -> None:
        draft = self.folder / f"{name}{DRAFT}"
        draft.write_text(text)
        os.replace(draft, self.folder / name)


def changed(before: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    """What of a run is another than in the one before."""
    return " and ".join(name for name, value in run.items() if before.get(name) != value) or "the run"


def join_lines(parts: Iterable[bytes], to: BinaryIO, heading: bytes) -> None:
    to.write(heading)
    for part in parts:
        to.write(part)


def _move(draft: Path, to: Path) -> None:
    """Raises ScoringFailed where somebody else has put a file there meanwhile."""
    try:
        os.link(draft, to)
    except FileExistsError as problem:
        raise ScoringFailed(already_there(to)) from problem
    except OSError:  # a file system without links
        os.replace(draft, to)
    else:
        draft.unlink()


def _name(number: int, kind: str) -> str:
    return f"{number:08d}.{kind}"


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        more = NO_ROOM if problem.errno in (errno.ENOSPC, errno.EDQUOT) else ""
        raise ScoringFailed(f"{path} cannot be written: {problem.strerror}{more}") from problem
