"""
The picture of the answer: a line, the case on it with its range, what it is compared with on stems below.

Positions across are in percent and texts keep their size, so labels are placed for the narrowest screen: nothing
crosses and nothing leaves the picture at NARROWEST pixels, and a wider screen only has more room.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations, product

from webapp.result_page.values import Stem, Text, Zone

NARROWEST = 288  # px of the picture on a screen 320 px wide
CHARACTER = 6.6  # px of an average character of 13 px type
GAP = 7  # px between a stem and its text
MARK_ROWS = (14, 31)  # the two lines above: the case, its range
LIFT = MARK_ROWS[1] - MARK_ROWS[0]  # px that a picture with one line above may lose
LINE_HEIGHT = 22  # px from one line of stem labels to the next
TEXT_LEFT_ABOVE = 60  # percent: further right than this a label stands left of its stem
ARRANGEMENTS_KEPT = 1024  # a chance is compared with the same marks as long as a decision stands
ROOM_OUTSIDE = 5  # percent of the picture that a label may reach into the padding around it


@dataclass(frozen=True, slots=True)
class Mark:
    """Something the case is compared with, to be shown below the line."""

    at: float
    text: str
    is_rule: bool = False


def percent(position: float) -> str:
    """'27%', '66.4%', kept inside the picture."""
    return f"{round(min(max(position, 0.0), 100.0), 2):g}%"


def zone(low: float, high: float) -> Zone:
    low, high = (min(max(end, 0.0), 100.0) for end in (low, high))
    return Zone(percent(low), percent(high - low))


def case_labels(at: float, lines: tuple[str, ...]) -> tuple[Text, ...]:
    """The lines above the case, the first one strong, all anchored where the longest one fits."""
    x, anchor = _place_above(at, max(width_of(line) for line in lines))
    rows = MARK_ROWS[-len(lines) :]
    return tuple(Text(line, x, y, anchor, strong=y == rows[0]) for line, y in zip(lines, rows, strict=True))


def width_of(text: str) -> float:
    """The estimated width of a text in percent of the narrowest picture."""
    return 100 * len(text) * CHARACTER / NARROWEST


def _place_above(at: float, width: float) -> tuple[str, str]:
    if at - width / 2 >= -ROOM_OUTSIDE and at + width / 2 <= 100 + ROOM_OUTSIDE:
        return percent(at), "middle"
    if at < 50 and at + width <= 100 + ROOM_OUTSIDE:
        return percent(at), "start"
    if at > 50 and at - width >= -ROOM_OUTSIDE:
        return percent(at), "end"
    return "50%", "middle"


@lru_cache(maxsize=ARRANGEMENTS_KEPT)
def place_below(marks: tuple[Mark, ...], first_row: int) -> tuple[tuple[Stem, ...], tuple[Text, ...]]:
    """Stems and labels of up to three marks, one label a line, arranged so that no label crosses a stem."""
    ordered = sorted(marks, key=lambda mark: -mark.at)
    arrangements = product(permutations(ordered), product((False, True), repeat=len(marks)))
    rows, sides = min(arrangements, key=lambda arrangement: _cost(*arrangement))
    bottoms = [first_row + LINE_HEIGHT * row for row in range(len(rows))]
    stems = [Stem(percent(mark.at), bottom, mark.is_rule) for mark, bottom in zip(rows, bottoms, strict=True)]
    labels = [_label(mark, left, y) for mark, left, y in zip(rows, sides, bottoms, strict=True)]
    return tuple(stems), tuple(labels)


def _cost(rows: tuple[Mark, ...], sides: tuple[bool, ...]) -> tuple[float, float, int]:
    """Crossings first, then what leaves the picture, then sides that are not the usual one."""
    extents = [_extent(mark, left) for mark, left in zip(rows, sides, strict=True)]
    crossings = sum(
        low - 1 < lower.at < high + 1 for row, (low, high) in enumerate(extents) for lower in rows[row + 1 :]
    )
    outside = sum(max(0.0, -ROOM_OUTSIDE - low) + max(0.0, high - 100 - ROOM_OUTSIDE) for low, high in extents)
    unusual = sum(left != (mark.at > TEXT_LEFT_ABOVE) for mark, left in zip(rows, sides, strict=True))
    return crossings, round(outside, 1), unusual


def _extent(mark: Mark, left: bool) -> tuple[float, float]:
    gap = 100 * GAP / NARROWEST
    width = width_of(mark.text)
    return (mark.at - gap - width, mark.at - gap) if left else (mark.at + gap, mark.at + gap + width)


def _label(mark: Mark, left: bool, y: int) -> Text:
    anchor, dx = ("end", -GAP) if left else ("start", GAP)
    return Text(mark.text, percent(mark.at), y, anchor, dx, strong=mark.is_rule)
