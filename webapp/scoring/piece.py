"""What goes to a worker and what comes back: some rows of the input, and everything written about them."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

LISTED = 20  # rejected rows of a piece that are kept to be listed


@dataclass(frozen=True, slots=True)
class Mark:
    """Where in a file of the input a piece begins: the byte or row, the line, and the number of its first row."""

    file: int
    at: int
    line: int
    row: int
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole rows: of a text file its bytes, of Parquet a stream of Arrow. `rows` counts those that are not blank."""

    number: int
    name: str
    begin: Mark
    end: Mark
    content: bytes = field(repr=False)
    is_plain: bool = False

    @property
    def rows(self) -> int:
        return self.end.row - self.begin.row


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not scored, as it stands in the file, and why."""

    line: int
    row: int
    reason: str
    cells: list[str]


@dataclass(slots=True)
class Tally:
    """What became of rows. `marked` counts cells that a spreadsheet would have calculated."""

    scored: int = 0
    rejected: int = 0
    marked: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    lights: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[int, str, int, str]] = field(default_factory=list)  # (row, file, line, reason), the first ones

    def add(self, other: "Tally") -> None:
        self.scored += other.scored
        self.rejected += other.rejected
        self.marked += other.marked
        self.answers.update(other.answers)
        self.lights.update(other.lights)
        self.examples = sorted(self.examples + other.examples)[:LISTED]

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Tally":
        counted = {name: Counter(document[name]) for name in ("answers", "lights")}
        examples = [tuple(example) for example in document["examples"]]
        return cls(**{**document, **counted, "examples": examples})


@dataclass(frozen=True, slots=True)
class Scored:
    """`results` are the lines of the scored rows, `rejected` those of the others, each a part of its file."""

    results: bytes = field(repr=False)
    rejected: bytes = field(repr=False)
    tally: Tally
