"""
The folder beside OUTPUT in which a run keeps what it has, so that it can be gone on with.

Every piece has a file of its results, one of its rejected rows and, written last, one that says what it is. Nothing of
a run with other input, another version or other options is used. OUTPUT itself appears complete or not at all.
"""

import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from webapp.errors import ScoringFailed
from webapp.scoring.piece import Mark, Piece, Scored, Tally

MANIFEST = "run.json"
LOCK = ".lock"
DRAFT = ".draft"
ENDING = ".partial"
COPIED = 16 * 1024**2  # bytes at a time


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of a piece that is done."""

    begin: Mark
    end: Mark
    tally: Tally
    sums: tuple[int, int]


class Parts:
    """Owns the folder while it is open."""

    def __init__(self, output: Path, run: Mapping[str, Any]):
        self.folder = output.with_name(output.name + ENDING)
        self.output, self.run = output, json.loads(json.dumps(run))
        self.begun_anew_because = ""

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
        part = Part(Mark(**told["begin"]), Mark(**told["end"]), Tally.from_json(told["tally"]), tuple(told["sums"]))
        return part if part.begin == begin and part.sums == sums else None

    def keep(self, piece: Piece, scored: Scored) -> None:
        told = {
            "begin": asdict(piece.begin),
            "end": asdict(piece.end),
            "tally": scored.tally.to_json(),
            "sums": [zlib.crc32(scored.results), zlib.crc32(scored.rejected)],
        }
        with _telling(self.folder):
            (self.folder / _name(piece.number, "results")).write_bytes(scored.results)
            (self.folder / _name(piece.number, "rejected")).write_bytes(scored.rejected)
            self._put(_name(piece.number, "json"), json.dumps(told))

    def join(self, kind: str, pieces: int, to: Path, put: Callable[[list[Path], Path], None]) -> None:
        """`put` the parts of one kind behind one another into a file that appears when it is whole."""
        draft = self.folder / f"{kind}{DRAFT}"
        with _telling(to):
            put([self.folder / _name(number, kind) for number in range(pieces)], draft)
            with draft.open("rb") as joined:
                os.fsync(joined.fileno())
            os.replace(draft, to)

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
            names = [name for name, value in self.run.items() if before.get(name) != value]
            self.begun_anew_because = " and ".join(names) or "the run"
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


def join_lines(parts: Sequence[Path], to: Path, heading: bytes) -> None:
    with to.open("wb") as joined:
        joined.write(heading)
        for one in parts:
            with one.open("rb") as part:
                shutil.copyfileobj(part, joined, COPIED)


def _name(number: int, kind: str) -> str:
    return f"{number:08d}.{kind}"


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise ScoringFailed(f"{path} cannot be written: {problem.strerror}") from problem
