"""Are the cases like those that it learned from? Field by field, the counts of now beside those of training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from webapp.monitoring.chance import (
    chi_squared,
    corrected,
    kolmogorov_smirnov,
    shares_differ,
    stability_index,
)
from webapp.monitoring.watched import Watched
from webapp.schema import Feature

# Both are needed: a difference that chance does not make once in a thousand times, however many fields are looked at
# on however many days, and one that is large enough to matter. docs/monitoring.md has the simulation behind them.
SURE = 0.001
INDEX_LOOK, INDEX_BROKEN = 0.1, 2.0
MISSING_POINTS, EMPTY, WAS_FILLED = 0.05, 0.9, 0.5
NEW_SHARE, VANISHED_SHARE, FEWEST_NEW = 0.02, 0.02, 5
MOSTLY = 0.5  # of the cases: more than a shift, the field is broken
STUCK, WAS_SPREAD = 0.95, 0.6
WINDOWS = 2  # looked at: the last weeks, and the last few hundred cases
LARGEST_BY_CHANCE = 2.0


@dataclass(frozen=True)
class Shift:
    """
    One field then and now, by cell: its levels or bins, then anything else, then missing. `moved` is the share of cases
    that lie in another cell than before, `moved_by_chance` what that hardly exceeds by chance.
    """

    feature: Feature
    before: np.ndarray
    now: np.ndarray
    new: Mapping[str, int]
    edges: tuple[float, ...] = ()
    importance: float = 0.0
    index: float = 0.0
    distance: float = 0.0
    chance: float = 1.0
    at: int = 0
    code: str = ""
    broken: bool = False

    @property
    def shares(self) -> tuple[np.ndarray, np.ndarray]:
        return self.before / max(self.before.sum(), 1), self.now / max(self.now.sum(), 1)

    @property
    def moved(self) -> float:
        old, new = self.shares
        return float(np.abs(old - new).sum() / 2)

    @property
    def moved_by_chance(self) -> float:
        share = (self.before + self.now) / max(self.before.sum() + self.now.sum(), 1)
        noise = 1.0 / max(self.before.sum(), 1) + 1.0 / max(self.now.sum(), 1)
        return float(LARGEST_BY_CHANCE * np.sqrt(2.0 * share * (1.0 - share) * noise / np.pi).sum() / 2)


def shifts(watched: Watched, fields: Mapping[str, Any]) -> list[Shift]:
    """Every field that can be compared, as it is in these counts; `code` says what is wrong, "" nothing."""
    laid = [_laid(watched, feature, fields.get(feature.name) or {}) for feature in watched.compared]
    laid = [one for one in laid if one.before.sum() and one.now.sum()]
    tested = [_chances(one) for one in laid]
    sure = corrected([min(1.0, WINDOWS * len(one) * min(one.values())) for one in tested])
    judged = []
    for one, chances, chance in zip(laid, tested, sure, strict=True):
        distance, _, at = kolmogorov_smirnov(one.before[:-1], one.now[:-1])
        measured = replace(
            one,
            importance=watched.importance.get(one.feature.name, 0.0),
            index=stability_index(one.before, one.now),
            distance=distance,
            chance=chance,
            at=at,
        )
        judged.append(_judged(measured, chances, len(laid)))
    return judged


def cells(watched: Watched, feature: Feature, counted: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Its counts in training and in `counted`."""
    one = _laid(watched, feature, counted)
    return one.before, one.now


def _laid(watched: Watched, feature: Feature, counted: Mapping[str, Any]) -> Shift:
    profile = watched.profile[feature.name]
    if feature.kind in ("category", "yes_no"):
        names = [choice.value for choice in feature.choices]
        then = profile.get("levels") or {choice.value: choice.rows for choice in feature.choices}
        known = counted.get("levels") or {}
        new = counted.get("new") or {}
        other = sum(new.values()) + counted.get("rest", 0)
        before = [*(then.get(name, 0) for name in names), profile.get("other", 0), profile["missing"]]
        now = [*(known.get(name, 0) for name in names), other, counted.get("missing", 0)]
        return Shift(feature, np.array(before, float), np.array(now, float), new)
    bins = counted.get("bins") or [0] * len(profile["counts"])
    before = np.array([*profile["counts"], profile["missing"]], float)
    now = np.array([*bins, counted.get("missing", 0)], float)
    if len(now) != len(before):  # counted by the bins of another package of this name
        now = np.zeros(len(before))
    return Shift(feature, before, now, {}, tuple(profile["edges"]))


def _chances(one: Shift) -> dict[str, float]:
    """How likely by chance is each way in which the field may differ."""
    n, m = one.before.sum(), one.now.sum()
    found = {
        "cells": chi_squared(one.before, one.now),
        "missing": shares_differ(one.before[-1], n, one.now[-1], m),
    }
    if one.feature.kind in ("category", "yes_no"):
        gone = _vanished(one)
        share = one.before[gone] / n if gone is not None else 0.0
        found["other"] = shares_differ(one.before[-2], n, one.now[-2], m)
        found["vanished"] = float((1.0 - share) ** m) * len(one.before) if share else 1.0
    else:
        found["order"] = kolmogorov_smirnov(one.before[:-1], one.now[:-1])[1]
    return found


def _vanished(one: Shift) -> int | None:
    """The level that was the most frequent of those that nobody has now."""
    gone = [at for at in range(len(one.before) - 2) if one.before[at] and not one.now[at]]
    return max(gone, key=lambda at: one.before[at], default=None)


def _judged(one: Shift, chances: Mapping[str, float], fields: int) -> Shift:
    sure = {name: chance * WINDOWS * len(chances) * fields < SURE for name, chance in chances.items()}
    sure["any"] = one.chance < SURE
    code, broken = _code(one, sure)
    at = _vanished(one) if code == "vanished" else one.at
    return replace(one, at=at, code=code, broken=broken)


def _code(one: Shift, sure: Mapping[str, bool]) -> tuple[str, bool]:
    old, new = one.shares
    missing = new[-1] - old[-1]
    if sure["missing"] and new[-1] >= EMPTY and old[-1] < WAS_FILLED:
        return "empty", True
    if sure["missing"] and missing >= MISSING_POINTS:
        return "missing", missing >= MOSTLY
    if sure.get("other") and new[-2] - old[-2] >= NEW_SHARE and max(one.new.values(), default=0) >= FEWEST_NEW:
        return "new_value", new[-2] >= MOSTLY
    if "order" in sure and sure["any"] and new[:-1].max() >= STUCK and old[:-1].max() < WAS_SPREAD:
        return "stuck", True
    gone = _vanished(one) if sure.get("vanished") else None
    if gone is not None and old[gone] >= VANISHED_SHARE:
        return "vanished", False
    if sure["any"] and one.index >= INDEX_LOOK:
        return "shifted", one.index >= INDEX_BROKEN
    return "", False


def most_moved(judged: Sequence[Shift]) -> list[Shift]:
    """By what was found, then by how much the answers depend on the field, then by how far it moved."""
    return sorted(judged, key=lambda one: (not one.broken, not one.code, -one.importance, -one.moved))
