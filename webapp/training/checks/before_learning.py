"""
Checks before learning: what a careful person would look at in the table first, each with its reason.

A check never changes what is learned. What cannot be learned from at all was refused before; what can, but should be
looked at, is warned of.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from webapp.training.checks.acceptance_file import Cases, read_cases
from webapp.training.checks.aftermath import told_afterwards
from webapp.training.columns.inference import Inference
from webapp.training.columns.leaks import LEAK
from webapp.training.columns.moments import future_rows, says_when
from webapp.training.columns.set_aside import names_a_case
from webapp.training.division.row_keys import BY_ID, RowKeys, row_keys
from webapp.training.division.rows import moments_of
from webapp.training.metrics.named import metric_of
from webapp.training.spec.file import Spec
from webapp.training.spec.own_gates import own_gates

FEW_CLASS_ROWS = 50  # then about ten of them are left to judge on
FEW_VALUES = 10  # whole numbers with so few values may be grades
MANY_THE_SAME = 0.5  # of a number to predict
MANY_COPIES = 0.05
LISTED = 6


@dataclass(frozen=True, slots=True)
class Check:
    """verdict: pass, warn or refuse. `subject` is the column that it is about, '' for the table."""

    name: str
    verdict: str
    subject: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class FirstLook:
    """What there is to see before anything is learned."""

    checks: tuple[Check, ...]
    cases: Cases | None


Finding = tuple[str, str, str]  # verdict, subject, reason
Finder = Callable[[Spec, Inference], Iterator[Finding]]


def look_first(spec: Spec, inference: Inference) -> FirstLook:
    """The checks, and the cases that are to be answered. Raises UnusableSpec, also for an unfit metric or gate."""
    metric_of(spec.evaluation.metric, inference.schema.target.task, spec.evaluation.better)
    own_gates(spec.gates.own)
    return FirstLook(check_table(spec, inference), read_cases(spec, inference))


def check_table(spec: Spec, inference: Inference) -> tuple[Check, ...]:
    """Every check in the order in which it is printed; each of them says something. Raises UnusableSpec."""
    return tuple(Check(name, *finding) for name, finder in CHECKS.items() for finding in finder(spec, inference))


def target_kind(spec: Spec, inference: Inference) -> Iterator[Finding]:
    target, y = inference.schema.target, inference.y
    how = "as the spec says" if spec.target.kind else "by its values"
    if target.kind == "classes":
        shown = f"; the chance shown is that of “{target.positive}”" if target.positive else ""
        yield "pass", target.name, f"one of {len(target.classes)} classes, {how}{shown}"
        return
    values, counts = np.unique(y, return_counts=True)
    if len(values) <= FEW_VALUES and not spec.target.kind:
        advice = 'say kind = "classes" under [target]; if it is a number after all, kind = "number"'
        yield (
            "warn",
            target.name,
            f"a number, but with {len(values)} values only: if they are grades or codes, {advice}",
        )
    elif counts.max() > MANY_THE_SAME * len(y):
        share = f"{100 * counts.max() / len(y):.0f} in 100 rows have the same number"
        advice = "ask first whether it is that number, as a target of two classes, if the others matter most"
        yield (
            "warn",
            target.name,
            f"a number, {how}, but {share}, and the estimate for many will be just that: {advice}",
        )
    else:
        yield "pass", target.name, f"a number, {how}"


def class_size(spec: Spec, inference: Inference) -> Iterator[Finding]:
    target = inference.schema.target
    if target.kind != "classes":
        return
    names, counts = np.unique(inference.y, return_counts=True)
    small = [f"“{name}” has {rows:,}" for name, rows in zip(names, counts, strict=True) if rows < FEW_CLASS_ROWS]
    if small:
        advice = f"fewer than {FEW_CLASS_ROWS} leave fewer than ten to judge on. More of them would help most"
        yield "warn", target.name, f"of the rows {_listed(small)}: {advice}"
    else:
        yield "pass", target.name, f"the smallest class, “{names[counts.argmin()]}”, has {counts.min():,} rows"


def identifiers(spec: Spec, inference: Inference) -> Iterator[Finding]:
    found = _set_aside(inference, "identifier")
    if found:
        yield "pass", found[0] if len(found) == 1 else "", f"not learned from: {_listed(found)}"
    doubtful = [
        feature.name
        for feature in inference.schema.features
        if feature.kind in ("integer", "category") and names_a_case(feature.name)
    ]
    for name in doubtful:
        yield (
            "warn",
            name,
            "its name is that of an identifier, but its values repeat. If it says whose case it is, say "
            f'id_column = "{name}" under [data], so that all rows of one stay together; if it says nothing, exclude it',
        )
    if not found and not doubtful:
        yield "pass", "", "no column only names the case"


def constants(spec: Spec, inference: Inference) -> Iterator[Finding]:
    found = [*_set_aside(inference, "constant"), *_set_aside(inference, "no values")]
    yield (
        "pass",
        found[0] if len(found) == 1 else "",
        (f"not learned from: {_listed(found)}" if found else "every column has at least two values"),
    )


def duplicates(spec: Spec, inference: Inference) -> Iterator[Finding]:
    keys = row_keys(inference, np.arange(len(inference.y)), seed=0)
    if keys.by == BY_ID:
        yield from _repeated_cases(keys, inference)
    alike, common = int((keys.alike & ~keys.common).sum()), int(keys.common.sum())
    if common:
        yield (
            "warn",
            "",
            f"{common:,} rows are of a few kinds that make up more than one row in twenty each. They count as common "
            "cases, not as copies, and stand on both sides of a split: its figures say how well these kinds are known",
        )
    if alike:
        kept = "each such group stays on one side of every split"
        verdict = "warn" if alike > MANY_COPIES * len(inference.y) else "pass"
        advice = ". If they are copies, take them out: they count twice" if verdict == "warn" else ""
        yield verdict, "", f"{alike:,} rows have a twin that is the same in every input; {kept}{advice}"
    elif not common:
        yield "pass", "", "no row is the same as another in every input"


def _repeated_cases(keys: RowKeys, inference: Inference) -> Iterator[Finding]:
    texts = inference.ids
    _, codes, counts = np.unique(texts.astype(str), return_inverse=True, return_counts=True)
    repeated = int((counts[codes] > 1).sum())
    if repeated:
        column = inference.schema.id_column
        yield "pass", column, f"{repeated:,} rows share it with another row; all rows of one case stay together"


def gives_target_away(spec: Spec, inference: Inference) -> Iterator[Finding]:
    target = spec.data.target
    aside = _set_aside(inference, "leak")
    for name in aside:
        yield "warn", name, f"set aside, because by itself it tells {target}: it is probably known only afterwards"
    suspects = [(name, found) for name, found in inference.alone.items() if found.is_leak or found.is_suspect]
    for name, found in suspects:
        kept = "kept because the spec gives its kind" if found.is_leak else f"{LEAK:g} would set it aside"
        yield (
            "warn",
            name,
            f"by itself it predicts {target} very well ({found.measure} {found.score:.3f}; {kept}). Make sure that it "
            "is known before the answer is; if not, exclude it",
        )
    if not aside and not suspects:
        yield "pass", "", f"no column predicts {target} nearly perfectly by itself"


def known_afterwards(spec: Spec, inference: Inference) -> Iterator[Finding]:
    told = told_afterwards(spec, inference)
    for name, reason in told:
        yield "warn", name, f"{reason}. If it is known only afterwards, exclude it: a form cannot ask for it"
    if not told:
        yield "pass", "", "no column looks as if it were filled in after the answer was known"


def dates_in_future(spec: Spec, inference: Inference) -> Iterator[Finding]:
    found = future_rows(inference)
    for name, rows in found.items():
        advice = "Are they plans, mistakes, or a day that stands for none? The last belongs to missing under [data]"
        if name == spec.data.time_column:
            advice = "They would be the latest rows, which the model is judged on. Take them out or mend them"
        yield "warn", name, f"{rows:,} row{'s are' if rows > 1 else ' is'} in the future. {advice}"
    if not found:
        yield "pass", "", "no date is in the future"


def time_order(spec: Spec, inference: Inference) -> Iterator[Finding]:
    column = spec.data.time_column
    if column:
        unknown = int(np.isnan(moments_of(spec, inference)).sum())
        missing = f"; {unknown:,} rows without it count as early ones" if unknown else ""
        yield "pass", column, f"the model is judged on the latest rows, as it will be used{missing}"
        return
    found = says_when(inference)
    if found:
        yield (
            "warn",
            found[0],
            "it is a date. If it says when each case happened, say "
            f'time_column = "{found[0]}" under [data]: the model is then judged on the latest rows, as it will be used',
        )
    else:
        yield "pass", "", "no column of dates: the rows that are kept back are drawn by chance"


CHECKS: dict[str, Finder] = {
    "target_kind": target_kind,
    "class_size": class_size,
    "identifiers": identifiers,
    "constants": constants,
    "duplicates": duplicates,
    "gives_target_away": gives_target_away,
    "known_afterwards": known_afterwards,
    "dates_in_future": dates_in_future,
    "time_order": time_order,
}


def _set_aside(inference: Inference, why: str) -> list[str]:
    return [name for name, reason in inference.set_aside if reason.startswith(f"{why}:")]


def _listed(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - LISTED} more" if len(texts) > LISTED else ""
    return ", ".join(texts[:LISTED]) + more
