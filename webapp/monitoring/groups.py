"""Is anybody treated differently? Parts of the cases beside all of them, those of sensitive fields first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.monitoring.chance import corrected, two_sided
from webapp.monitoring.drift import SURE
from webapp.monitoring.findings import LOOK, Finding
from webapp.monitoring.watched import Watched, parts_of
from webapp.wording.chances import of_hundred_text
from webapp.wording.quoting import shown

ALIKE = "alike"  # the question that this answers
FEWEST = 30  # known outcomes of a part that is judged
APART = 0.05  # of the cases
APART_OF_ERROR = 0.5  # of the typical error of a number
Z_95 = 1.96


@dataclass(frozen=True, slots=True)
class Part:
    """
    One part: `share` of its answers proved right (of ranges: held the real value), between `low` and `high` allowing
    for chance. `off` is by how much what happened exceeds what was said, in parts of 1 or in the target's unit.
    """

    field: str
    label: str
    part: str
    sensitive: bool
    rows: int
    known: int
    share: float
    low: float
    high: float
    flagged: float
    off: float
    chance: float = 1.0
    differs: bool = False


def parts(watched: Watched, counts: Mapping[str, Any]) -> list[Part]:
    """Those with enough known outcomes, by field in the order in which fields matter, each from low to high."""
    told = []
    for feature in watched.grouped:
        counted = (counts.get("parts") or {}).get(feature.name) or {}
        place = {label: at for at, label in enumerate(parts_of(watched, feature).labels)}
        for name in sorted(counted, key=lambda name: place.get(name, len(place))):
            if counted[name]["known"] >= FEWEST:
                told.append(_part(watched, feature, name, counted[name]))
    sure = corrected([one.chance for one in told])
    least = APART if watched.task != "number" else APART_OF_ERROR * _typical_error(watched)
    return [_with(one, differs=chance < SURE and abs(one.off) >= least) for one, chance in zip(told, sure, strict=True)]


def findings(watched: Watched, found: list[Part]) -> list[Finding]:
    """At most one a field: its part that is furthest off."""
    told: dict[str, Part] = {}
    for one in found:
        if one.differs and (one.field not in told or abs(one.off) > abs(told[one.field].off)):
            told[one.field] = one
    return [
        Finding(
            code="group_off",
            field=one.field,
            status=LOOK,
            sentence=f"{one.label}, {one.part}: {_off_text(watched, one)}",
            to_do=f"Look at these {watched.cases} one by one before relying on answers about them; then train again.",
            question=ALIKE,
            weight=(4.0 if one.sensitive else 3.0) + abs(one.off),
        )
        for one in told.values()
    ]


def _off_text(watched: Watched, one: Part) -> str:
    if watched.task == "number":
        unit = watched.schema.target.unit
        way = "low" if one.off > 0 else "high"
        return f"estimates are too {way} by {abs(one.off):,.4g} {unit}".rstrip() + " on average"
    way = "more" if one.off > 0 else "less"
    return f"what it gives chances of happens {way} often than it says, by {of_hundred_text(abs(one.off))} in 100"


def _part(watched: Watched, feature: Any, name: str, sums: Mapping[str, float]) -> Part:
    known = sums["known"]
    share = sums["right"] / known
    low, high = wilson(sums["right"], known)
    if watched.task == "number":
        off, error = sums["error"] / known, np.sqrt(max(sums["variance"], 1e-12)) / known
    else:
        off, error = (sums["came"] - sums["said"]) / known, np.sqrt(max(sums["variance"], 1e-12)) / known
    return Part(
        field=feature.name,
        label=shown(feature.label),
        part=shown(name),
        sensitive=feature.sensitive,
        rows=int(sums["rows"]),
        known=int(known),
        share=share,
        low=low,
        high=high,
        flagged=sums.get("flagged", 0.0) / sums["rows"],
        off=off,
        chance=two_sided(off / error),
    )


def wilson(hits: float, of: float) -> tuple[float, float]:
    """Between what a share may lie, 95 times in 100."""
    share, square = hits / of, Z_95**2 / of
    centre = (share + square / 2) / (1 + square)
    half = Z_95 * float(np.sqrt(share * (1 - share) / of + square / (4 * of))) / (1 + square)
    return centre - half, centre + half


def _with(part: Part, *, differs: bool) -> Part:
    return Part(**{name: getattr(part, name) for name in Part.__slots__} | {"differs": differs})


def _typical_error(watched: Watched) -> float:
    return (watched.evaluation.get("figures") or {}).get("mean_absolute_error", 0.0)
