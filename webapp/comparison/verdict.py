"""Whether two versions are the same for those who use them: one finding for each question, and one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from webapp.comparison.amounts import moved_text, share_text
from webapp.comparison.answers import Answers, SliceMove, flips_by_class
from webapp.comparison.change_log import ChangeLog, entanglement_words
from webapp.comparison.quality import Quality
from webapp.comparison.sides import Side
from webapp.comparison.stability import Tolerance
from webapp.comparison.tables import TableChange

SLICE_SHARE = 0.05  # of the rows; a smaller group is shown and does not decide
BEYOND_IN_SLICE = 3.0  # times the tolerance of all rows, by which a group has to move
SAID = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """subject: fields, answers, decisions, groups, quality, honesty, table. Material ones make two versions differ."""

    subject: str
    words: str
    is_material: bool


def findings(
    sides: tuple[Side, Side], log: ChangeLog, tables: Sequence[TableChange], seen: "Seen | None"
) -> tuple[Finding, ...]:
    """The material ones first, causes before what comes of them."""
    found = [Finding("fields", change.words, change.is_material) for change in log.changes]
    if said := entanglement_words(log):
        found.append(Finding("fields", said, False))
    found += [Finding("table", change.words, change.is_material) for change in tables]
    if seen is not None:
        found += _of_answers(sides, seen)
    return tuple(sorted(found, key=lambda finding: not finding.is_material))


@dataclass(frozen=True)
class Seen:
    """What the rows have shown, and what is still taken for the same."""

    answers: Answers
    slices: tuple[SliceMove, ...]
    quality: Quality | None
    tolerance: Tolerance


def verdict_words(a: Side, b: Side, found: Sequence[Finding]) -> str:
    """One sentence that a person could say aloud."""
    material = [finding.words for finding in found if finding.is_material]
    after = b.name[0].upper() + b.name[1:]
    if not material:
        return f"{after} answers as {a.name} does, as far as two trainings of the same table ever agree"
    if len(material) == 1:
        return f"{after} is not the same as {a.name}: {_lower(material[0])}"
    return f"{after} is not the same as {a.name}, for {len(material)} reasons; the first: {_lower(material[0])}"


def _of_answers(sides: tuple[Side, Side], seen: Seen) -> list[Finding]:
    answers, allowed = seen.answers, seen.tolerance
    found = [_moved(sides, answers, allowed), *_unread(sides, answers)]
    if answers.decided_before is not None:
        found.append(_flipped(answers, allowed))
    found += _groups(sides[1], seen)
    if seen.quality is not None:
        found += _quality(sides, seen.quality)
    return found


def _moved(sides: tuple[Side, Side], answers: Answers, allowed: Tolerance) -> Finding:
    mean, most = float(answers.moved.mean()), float(answers.moved.max())
    target = sides[1].schema.target
    basis = "two trainings of one table may be apart by that" if allowed.is_measured else "usual at these many rows"
    words = (
        f"Answers move by {moved_text(target, mean)} on average, at most by {moved_text(target, most)}; on average up "
        f"to {moved_text(target, allowed.answers)} is taken for the same ({basis})"
    )
    return Finding("answers", words, mean > allowed.answers)


def _unread(sides: tuple[Side, Side], answers: Answers) -> list[Finding]:
    found = []
    for side, other, rows, others in zip(sides, sides[::-1], answers.unread, answers.unread[::-1], strict=True):
        if rows > others:
            words = f"{side.name[0].upper()}{side.name[1:]} cannot read {rows - others:,} rows that {other.name} can"
            found.append(Finding("answers", words, True))
    return found


def _flipped(answers: Answers, allowed: Tolerance) -> Finding:
    rows, count = int(answers.flipped.sum()), len(answers.kept)
    if not rows:
        return Finding("decisions", f"None of {count:,} cases is decided otherwise", False)
    flips = ", ".join(
        f"{flip.rows:,} from “{flip.before}” to “{flip.after}”" for flip in flips_by_class(answers)[:SAID]
    )
    words = (
        f"{rows:,} of {count:,} cases ({share_text(rows / count)}) are decided otherwise: {flips}; up to "
        f"{share_text(allowed.flips)} is taken for the same"
    )
    return Finding("decisions", words, rows / count > allowed.flips + _band(allowed.flips, count))


def _groups(b: Side, seen: Seen) -> list[Finding]:
    limit = BEYOND_IN_SLICE * seen.tolerance.answers
    least = SLICE_SHARE * len(seen.answers.kept)
    moved = [move for move in seen.slices if move.rows >= least and abs(move.shift) > limit]
    return [
        Finding(
            "groups",
            f"“{move.label}”, {move.what}: answers move by {moved_text(b.schema.target, abs(move.shift))} "
            f"{'upwards' if move.shift > 0 else 'downwards'} on average ({move.rows:,} cases)",
            True,
        )
        for move in moved[:SAID]
    ]


def _quality(sides: tuple[Side, Side], quality: Quality) -> list[Finding]:
    before, after = sides
    closer = after.name if quality.difference < 0 else before.name
    figures = f"{quality.loss_name} {quality.after:.4g}, before {quality.before:.4g}, on {quality.rows:,} cases"
    if quality.is_other:
        found = [Finding("quality", f"{closer[0].upper()}{closer[1:]} is closer to what happened: {figures}", True)]
    else:
        found = [Finding("quality", f"Both are equally close to what happened: {figures}", False)]
    if quality.calibration_error is not None:
        old, new = (f"{100 * error:.1f}" for error in quality.calibration_error)
        words = f"Chances are off by {new} points on average, before by {old}"
        found.append(Finding("honesty", words, quality.less_honest))
    return found


def _band(share: float, count: int) -> float:
    """What a share of so many rows hardly exceeds by chance."""
    return float(3.0 * np.sqrt(max(share, 1e-3) * (1.0 - share) / count))


def _lower(words: str) -> str:
    """The first letter small, unless the word is written in capitals or quoted."""
    return words if words[:1] == "“" or words[1:2].isupper() else words[0].lower() + words[1:]
