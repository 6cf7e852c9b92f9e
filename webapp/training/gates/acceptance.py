"""The gate that asks a version the cases somebody wrote down for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from webapp.parsing.shown import number_text
from webapp.prediction.predictor import Predictor
from webapp.prediction.values import Prediction
from webapp.schema import Schema, Target
from webapp.training.checks.acceptance_file import PER_CENT, Case, Cases
from webapp.training.gates.quality import Gate

NAMED = 5  # failed cases in the reason; the package holds all of them
SHOWN_NOTE = 80  # characters


@dataclass(frozen=True, slots=True)
class Failed:
    """A case that was not answered as it was to be; `wanted` and `said` in words."""

    line: int
    note: str
    wanted: str
    said: str

    @property
    def text(self) -> str:
        note = f" ({self.note})" if self.note else ""
        return f"line {self.line}{note}: {self.said}, {self.wanted} expected"

    def to_json(self) -> dict[str, Any]:
        return {"line": self.line, "note": self.note, "wanted": self.wanted, "said": self.said}


def acceptance_gate(cases: Cases, schema: Schema, pipeline: Pipeline) -> tuple[Gate, dict[str, Any]]:
    """The gate, and what metadata.json keeps of it."""
    failed = failed_cases(cases.cases, schema, pipeline)
    facts = {
        "file": cases.file,
        "sha256": cases.sha256,
        "cases": len(cases.cases),
        "failed": [case.to_json() for case in failed],
    }
    return _gate(cases, failed, schema), facts


def failed_cases(cases: Sequence[Case], schema: Schema, pipeline: Pipeline) -> list[Failed]:
    """Those whose answer is another one than expected, or outside of what was allowed."""
    rows = np.empty((len(cases), len(schema.features)), dtype=object)
    for position, case in enumerate(cases):
        rows[position] = [case.answers.get(feature.name, feature.typical_value) for feature in schema.features]
    answers = Predictor(schema, pipeline, None, "").predict(rows) if len(cases) else []
    check = _number_failure if schema.target.task == "number" else _class_failure
    found = [check(case, answer, schema.target) for case, answer in zip(cases, answers, strict=True)]
    return [failure for failure in found if failure is not None]


def _gate(cases: Cases, failed: Sequence[Failed], schema: Schema) -> Gate:
    asked = len(cases.cases)
    if not asked:
        return Gate("acceptance_cases", "warn", f"{cases.file} has no case yet")
    has_blanks = any(set(case.answers) != set(schema.by_name) for case in cases.cases)
    assumed = ". What a case leaves blank was taken to be typical" if has_blanks else ""
    passed_over = f". Not asked by the model, so passed over: {', '.join(cases.unasked)}" if cases.unasked else ""
    if not failed:
        were = "The one case was" if asked == 1 else f"All {asked} cases were"
        return Gate("acceptance_cases", "pass", f"{were} answered as expected{assumed}{passed_over}")
    named = "; ".join(case.text for case in failed[:NAMED])
    more = f"; and {len(failed) - NAMED} more" if len(failed) > NAMED else ""
    reason = f"{len(failed)} of {asked} cases in {cases.file} were not answered as expected: {named}{more}{assumed}"
    return Gate("acceptance_cases", "refuse", reason + passed_over)


def _class_failure(case: Case, answer: Prediction, target: Target) -> Failed | None:
    """Chances are compared as the page shows them, in whole per cent."""
    of = target.positive if target.task == "binary" else str(case.expected)
    chance = float(round(PER_CENT * answer.probabilities[of]))
    said = f"“{answer.answer}” with a chance of {chance:.0f}% of “{of}”"
    if case.expected is not None and answer.answer != case.expected:
        return _failed(case, f"“{case.expected}”", said)
    if not _lies_within(chance, case):
        return _failed(case, f"a chance of “{of}” {_bounds(case, lambda value: f'{value:g}%')}", said)
    return None


def _number_failure(case: Case, answer: Prediction, target: Target) -> Failed | None:
    """An expected number must lie in the range of the answer; bounds are for the answer itself."""

    def shown(value: float) -> str:
        return number_text(float(f"{value:.4g}"), unit=target.unit, decimals=target.decimals, decimal=target.decimal)

    said = f"{shown(answer.value)}"
    if answer.interval is not None:
        said += f", range {shown(answer.interval.low)} to {shown(answer.interval.high)}"
    if not _lies_within(answer.value, case):
        return _failed(case, _bounds(case, shown), said)
    if case.expected is None:
        return None
    if answer.interval is None:
        return _failed(case, "at_least and at_most, because this model gives no ranges,", said)
    is_held = answer.interval.low <= case.expected <= answer.interval.high
    return None if is_held else _failed(case, f"a range that holds {shown(case.expected)}", said)


def _lies_within(value: float, case: Case) -> bool:
    return (case.at_least is None or value >= case.at_least) and (case.at_most is None or value <= case.at_most)


def _bounds(case: Case, shown: Any) -> str:
    if case.at_least is None:
        return f"of at most {shown(case.at_most)}"
    if case.at_most is None:
        return f"of at least {shown(case.at_least)}"
    return f"from {shown(case.at_least)} to {shown(case.at_most)}"


def _failed(case: Case, wanted: str, said: str) -> Failed:
    return Failed(case.line, case.note[:SHOWN_NOTE], wanted, said)
