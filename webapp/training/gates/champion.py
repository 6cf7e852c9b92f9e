"""The gates that compare with the version in use: its answers, its questions and its table."""

import difflib
import re
import shlex
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from webapp.parsing.shown import figure_text
from webapp.schema import Schema
from webapp.training.gates.quality import BEYOND_NOISE, Gate, moved_text
from webapp.training.spec.gate_limits import GateSpec
from webapp.training.succession.incumbent import Incumbent, NewRows, replayed, same_sort

FEWEST_ROWS = 30  # to compare on; with fewer, the mean of the differences is not yet normal
KINDS_IN_WORDS = {
    "number": "a number",
    "integer": "a number",
    "yes_no": "yes or no",
    "category": "one of a list",
    "date": "a date",
    "datetime": "a date",
}
_FIGURES = re.compile(r" \([^)]*\)")
NONE_IN_USE = "No version is in use yet"


def not_worse(incumbent: Incumbent | None, new: NewRows, losses: np.ndarray, limits: GateSpec) -> Gate:
    """`losses` (n,): those of the new version on the same rows."""
    name = "not_worse_than_champion"
    if incumbent is None:
        return Gate(name, "pass", NONE_IN_USE)
    replay = replayed(incumbent, new)
    if isinstance(replay, str):
        return Gate(name, "warn", f"It could not be compared with {incumbent.name}: {replay}")
    if replay.unseen.sum() >= FEWEST_ROWS:
        return _on_unseen_rows(incumbent, losses[replay.unseen], replay.losses[replay.unseen], limits)
    if replay.readable.sum() < FEWEST_ROWS:
        reason = f"Only {replay.readable.sum()} cases are there that {incumbent.name} can read as well, too few to tell"
        return Gate(name, "warn", reason)
    return _on_all_rows(incumbent, losses[replay.readable], replay.losses[replay.readable], limits)


def with_doubt(gate: Gate) -> Gate:
    """The comparison of a version that was fitted elsewhere: nobody knows from which rows it has learned."""
    if gate.verdict == "refuse":
        return gate
    reason = f"{gate.reason}. It was fitted elsewhere and may have learned from these cases, which would help it"
    return replace(gate, verdict="warn", reason=reason)


def _on_unseen_rows(incumbent: Incumbent, own: np.ndarray, other: np.ndarray, limits: GateSpec) -> Gate:
    """A fair comparison: paired, one-sided."""
    rise, error = _mean_and_error(own - other)
    verdict = _verdict(rise, error, limits.max_worse_percent / 100 * other.mean())
    reason = f"{_said(verdict, incumbent)} {len(own):,} cases that neither of them had learned from can tell"
    moved = moved_text(rise, error, "higher", "lower")
    measured = f"mean loss {figure_text(own.mean())}, {incumbent.name} {figure_text(other.mean())}; {moved}"
    return Gate("not_worse_than_champion", verdict, reason, measured)


def _on_all_rows(incumbent: Incumbent, own: np.ndarray, other: np.ndarray, limits: GateSpec) -> Gate:
    """
    The version in use may have learned from some of these rows, which makes it look better on them than it is. So it
    has to be the better one here, and by what was measured of it on rows kept back from it, too.
    """
    allowed = limits.max_worse_percent / 100 * other.mean()
    rise, error = _mean_and_error(own - other)
    then, then_rows = _measured_then(incumbent.metadata)
    since = own.mean() - then
    since_error = float(own.std(ddof=1) * np.sqrt(1 / len(own) + 1 / then_rows))
    verdict = min(_verdict(rise, error, allowed), _verdict(since, since_error, allowed), key=_leniency)
    reason = (
        f"{_said(verdict, incumbent)} {len(own):,} cases can tell. {incumbent.name[0].upper()}{incumbent.name[1:]} may "
        "have learned from some of them, which helps it there, so what was measured when it was trained counts too"
    )
    measured = (
        f"mean loss {figure_text(own.mean())}, {incumbent.name} {figure_text(other.mean())} on these rows and "
        f"{figure_text(then)} when it was trained; {moved_text(rise, error, 'higher', 'lower')} and "
        f"{moved_text(since, since_error, 'higher', 'lower')}"
    )
    return Gate("not_worse_than_champion", verdict, reason, measured)


def _leniency(verdict: str) -> int:
    return ("pass", "warn", "refuse").index(verdict)


def _measured_then(metadata: Mapping[str, Any]) -> tuple[float, int]:
    evaluation = metadata["evaluation"]
    return float(evaluation["loss"]), int(evaluation["holdout_rows"])


def _mean_and_error(difference: np.ndarray) -> tuple[float, float]:
    return float(difference.mean()), float(difference.std(ddof=1) / np.sqrt(len(difference)))


def _verdict(rise: float, error: float, allowed: float) -> str:
    if rise <= BEYOND_NOISE * error:
        return "pass"
    return "refuse" if rise > allowed else "warn"


def _said(verdict: str, incumbent: Incumbent) -> str:
    return {
        "pass": f"It is no further from what happened than {incumbent.name}, as far as",
        "warn": f"It is a little further from what happened than {incumbent.name}, by less than is allowed, as far as",
        "refuse": f"It is further from what happened than {incumbent.name}, as",
    }[verdict]


def no_feature_forgotten(incumbent: Incumbent | None, new: NewRows, asked: Schema, allowed: Collection[str]) -> Gate:
    """Every input of the version in use is still asked, does not help any more, or may go because a person said so."""
    name = "no_feature_forgotten"
    if incumbent is None:
        return Gate(name, "pass", NONE_IN_USE)
    if incumbent.schema is None:
        return Gate(name, "warn", f"What {incumbent.name} asks could not be read: {incumbent.problem.rstrip('.')}")
    gone = [feature.name for feature in incumbent.schema.features if feature.name not in asked.by_name]
    unhelpful = [column for column in gone if column in new.inference.schema.by_name and column not in allowed]
    forgotten = [column for column in gone if column not in (*unhelpful, *allowed)]
    if forgotten:
        options = " ".join(f"--allow-removed {shlex.quote(column)}" for column in forgotten)
        why = "; ".join(_why_gone(column, new, incumbent.schema) for column in forgotten)
        return Gate(name, "refuse", f"It no longer asks {_listed(forgotten)}: {why}", f"if that is meant: {options}")
    if unhelpful:
        return Gate(name, "warn", f"It no longer asks {_listed(unhelpful)}: its answers are no worse without")
    if changed := _asked_otherwise(incumbent.schema, asked):
        return Gate(name, "warn", f"It asks what {incumbent.name} asks, but {'; '.join(changed)}")
    removed = f", but for {_listed(gone)}, as allowed" if gone else ""
    return Gate(name, "pass", f"It asks what {incumbent.name} asks{removed}")


def _asked_otherwise(known: Schema, asked: Schema) -> list[str]:
    both = [(feature, asked.by_name[feature.name]) for feature in known.features if feature.name in asked.by_name]
    return [
        f"“{before.label}” was {KINDS_IN_WORDS[before.kind]} and is {KINDS_IN_WORDS[after.kind]}"
        for before, after in both
        if not same_sort(before.kind, after.kind)
    ]


def _why_gone(column: str, new: NewRows, known: Schema) -> str:
    """Why one input of the version in use is not there any more."""
    aside = dict(new.inference.set_aside).get(column)
    if aside is not None:
        return f"“{column}” was set aside, {_FIGURES.sub('', aside)}"
    if column in new.table.columns:
        return f"“{column}” is no input any more"
    added = {name.casefold(): name for name in new.inference.schema.by_name if name not in known.by_name}
    near = difflib.get_close_matches(column.casefold(), added, n=1, cutoff=0.6)
    hint = f". Is it “{added[near[0]]}” now?" if near else ""
    return f"the table has no column “{column}”{hint}"


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
