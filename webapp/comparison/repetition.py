"""A version trained a second time: the same to the byte, equal but for rounding, or different, and then why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from webapp.model_package.format import GOLDEN_ROWS, METADATA, PIPELINE
from webapp.model_package.golden_rows import TOLERANCE
from webapp.model_package.manifest import json_object

IDENTICAL, EQUAL, DIFFERENT = "identical", "equal", "different"
LISTED = 6
CODE_WORDS = {
    "preprocessing": "how values are read and encoded",
    "estimators": "the estimators",
    "training": "the training itself",
}


@dataclass(frozen=True, slots=True)
class Circumstance:
    """Something that is not as it was. kind: data, spec, packages, code, platform, candidates."""

    kind: str
    words: str


@dataclass(frozen=True)
class Repetition:
    """
    `largest`: the largest difference on the golden rows, relative for numbers beyond 1; None where their rows differ.
    `is_same_file`: the pickle, too, is the same to the byte.
    """

    verdict: str
    largest: float | None
    is_same_file: bool
    circumstances: tuple[Circumstance, ...]

    @property
    def words(self) -> str:
        if self.verdict == IDENTICAL:
            pickled = "and so is the pickle" if self.is_same_file else "though the pickle is written otherwise"
            return f"Identical: the golden rows are the same to the byte, {pickled}"
        if self.verdict == EQUAL:
            return f"Equal: answers to the golden rows differ by {self.largest:.1g} at most, no more than rounding"
        by = "its golden rows are others" if self.largest is None else f"by up to {self.largest:.3g} on the golden rows"
        return f"Different: {by}, {self._because}"

    @property
    def _because(self) -> str:
        if not self.circumstances:
            return "and everything that is recorded is as it was: something in the training depends on chance or time"
        kinds = list(dict.fromkeys(one.kind for one in self.circumstances))
        return f"and this is not as it was: {', '.join(kinds)}"

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "words": self.words}


def repetition(
    files: Mapping[str, bytes], again: Mapping[str, bytes], others: Sequence[Circumstance] = ()
) -> Repetition:
    """Compare two packages' files; `others` are what only the one who trained again can know."""
    found = (*others, *_circumstances(json_object(files, METADATA), json_object(again, METADATA)))
    is_same_file = files[PIPELINE] == again[PIPELINE]
    if files[GOLDEN_ROWS] == again[GOLDEN_ROWS]:
        return Repetition(IDENTICAL, 0.0, is_same_file, found)
    largest = _largest_difference(json_object(files, GOLDEN_ROWS), json_object(again, GOLDEN_ROWS))
    verdict = EQUAL if largest is not None and largest <= TOLERANCE else DIFFERENT
    return Repetition(verdict, largest, is_same_file, found)


def _largest_difference(golden: Mapping[str, Any], again: Mapping[str, Any]) -> float | None:
    if golden["rows"] != again["rows"]:
        return None
    expected, found = (np.array(one["expected"], dtype=float) for one in (golden, again))
    if expected.shape != found.shape:
        return None
    return float((np.abs(found - expected) / np.maximum(1.0, np.abs(expected))).max())


def _circumstances(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Circumstance]:
    return [*_packages(before, after), *_code(before, after), *_platform(before, after), *_candidates(before, after)]


def _packages(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Circumstance]:
    old, new = ({**one.get("packages", {}), **(one.get("dependencies") or {})} for one in (before, after))
    old, new = {**old, "Python": before.get("python")}, {**new, "Python": after.get("python")}
    other = [f"{name} {new[name]}, then {old[name]}" for name in sorted(old) if name in new and old[name] != new[name]]
    if not other:
        return []
    more = f" and {len(other) - LISTED} more" if len(other) > LISTED else ""
    return [Circumstance("packages", f"Other versions are installed: {'; '.join(other[:LISTED])}{more}")]


def _code(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Circumstance]:
    """By the hashes of the code itself; a commit that changed none of it is no circumstance."""
    old, new = (one.get("code") or {} for one in (before, after))
    changed = [CODE_WORDS.get(part, part) for part in old if old[part] != new.get(part)]
    if old and not changed:
        return []
    commits = [str(one.get("git_commit", "unknown"))[:12] for one in (before, after)]
    if not old and commits[0] == commits[1] and not (before.get("git_dirty") or after.get("git_dirty")):
        return []
    dirty = ", with changes that were in no commit" if before.get("git_dirty") else ""
    what = (
        f"The code of Formcast has changed: {', '.join(changed)}"
        if changed
        else "The code of Formcast may have changed"
    )
    return [Circumstance("code", f"{what} (then commit {commits[0]}{dirty}; now {commits[1]})")]


def _platform(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Circumstance]:
    terms = {"platform": "platform", "blas": "linear algebra"}
    return [
        Circumstance("platform", f"Another {words}: {after[key]}, then {before[key]}")
        for key, words in terms.items()
        if before.get(key) and after.get(key) and before[key] != after[key]
    ]


def _candidates(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Circumstance]:
    """Those learned to the end: which of them are depends on the time budget and on how busy the machine is."""
    old, new = ([one["name"] for one in side.get("candidates", []) if "loss" in one] for side in (before, after))
    if old == new:
        return []
    words = f"Learned to the end this time: {', '.join(new) or 'nothing'}; then: {', '.join(old) or 'nothing'}"
    return [Circumstance("candidates", f"{words}. A larger --budget leaves nothing to the speed of the machine")]
