"""What a section about a version is made of; a page draws it, a terminal prints it."""

from collections.abc import Iterator
from dataclasses import dataclass

Column = tuple[str, bool]  # its title, and whether it holds numbers


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell heads its row. `folded`: long, and behind its caption until somebody opens it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and what is known of them; those that are not known are left out."""

    pairs: tuple[tuple[str, str], ...]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Points:
    lines: tuple[str, ...]
    kind: str = "points"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`verdict`: pass, warn or refuse; `words` says it."""

    verdict: str
    words: str
    title: str
    text: str
    measured: str = ""


@dataclass(frozen=True, slots=True)
class Verdicts:
    lines: tuple[Verdict, ...]
    kind: str = "verdicts"


@dataclass(frozen=True, slots=True)
class Text:
    """Text of a drawing: x in percent, y in pixels."""

    text: str
    x: str
    y: float
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line across at `y`, its label standing on it."""

    y: float
    text: str
    text_y: float


@dataclass(frozen=True, slots=True)
class Line:
    """Points across a field of 100 by 100; `look`: '', 'grey' or 'dash'."""

    points: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """x in percent, y in pixels; with a whisker from `high` to `low` where there is one. `look`: 'few' or 'grey'."""

    x: str
    y: float
    low: float | None = None
    high: float | None = None
    look: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """Pixels: the field of the data begins at `top` and is `depth` high; the unit stands at `unit_y`."""

    height: int
    top: int
    depth: int
    floor: int
    unit_y: int
    grid: tuple[GridLine, ...]
    ticks: tuple[Text, ...]
    unit: str
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    bands: tuple[str, ...] = ()  # polygons in the field of the lines
    key: tuple[tuple[str, str], ...] = ()
    kind: str = "plot"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a row chart: a dot with its range between `low` and `high`, all in percent."""

    label: str
    under: str
    at: str
    low: str
    width: str
    text: str


@dataclass(frozen=True, slots=True)
class Rows:
    """`mark` is a line through all rows, `mark_text` what it stands for."""

    rows: tuple[Row, ...]
    mark: str
    mark_text: str
    kind: str = "rows"


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart of bars from zero; `usual` is how long a bar is by chance alone."""

    label: str
    width: str
    usual: str
    text: str
    stands_out: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    bars: tuple[Bar, ...]
    kind: str = "bars"


@dataclass(frozen=True, slots=True)
class Cell:
    """Then and now of one level or bin: x in percent, y in pixels."""

    x: str
    middle: str
    width: str
    y: float
    height: float
    now_y: float


@dataclass(frozen=True, slots=True)
class ThenNow:
    """Bars of before with a mark at now, `floor` pixels down."""

    cells: tuple[Cell, ...]
    ticks: tuple[Text, ...]
    floor: int
    height: int
    kind: str = "then_now"


@dataclass(frozen=True, slots=True)
class Figure:
    """The title is the finding, `sub` says what is drawn; the table holds the same figures."""

    name: str
    title: str
    sub: str
    picture: Plot | Rows | Bars | ThenNow
    table: Table
    csv_url: str = ""
    kind: str = "figure"


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    kind: str = "paragraph"


Part = Paragraph | Facts | Points | Table | Verdicts | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """`name` is what links to it."""

    name: str
    title: str
    parts: tuple[Part, ...]


def says_something(part: Part) -> bool:
    held = {"facts": "pairs", "points": "lines", "verdicts": "lines", "table": "rows"}.get(part.kind)
    return held is None or bool(getattr(part, held))


def paragraphs(*texts: str) -> Iterator[Paragraph]:
    """Those that say something."""
    return (Paragraph(text) for text in texts if text)


def facts(*pairs: tuple[str, str]) -> Facts:
    return Facts(tuple((term, text) for term, text in pairs if text))
