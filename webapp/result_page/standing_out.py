"""What a model looks at most, and for which cases it is less sure, in plain words and only what was proved."""

from collections.abc import Sequence

from webapp.result_page.case import Case
from webapp.wording.numbers import listed
from webapp.wording.quoting import shown


def what_stands_out(case: Case) -> list[str]:
    """Sentences; none where nothing was measured."""
    found = [_looks_at(case), _less_sure(case), _off(case, "too_high", "higher"), _off(case, "too_low", "lower")]
    return [sentence for sentence in (*found, _sensitive(case)) if sentence]


def _looks_at(case: Case) -> str:
    names = [_label(case, name) for name in case.quality.get("looks_at") or ()]
    return f"It looks most at {listed(names)}, in this order." if names else ""


def _less_sure(case: Case) -> str:
    parts = _parts(case, "less_sure")
    if not parts:
        return ""
    said = "Its estimates are further off" if case.target.task == "number" else "It is less sure of its answers"
    return f"{said} for {case.many} like these: {parts}."


def _off(case: Case, kind: str, word: str) -> str:
    parts = _parts(case, kind)
    if not parts:
        return ""
    if case.target.task == "number":
        return f"For these its estimates have been {word} than what was true: {parts}."
    chance = case.outcome(case.target.positive).chance_of
    return f"For these its chances of {chance} have been {word} than what came true: {parts}."


def _sensitive(case: Case) -> str:
    names = [_label(case, name) for name in case.quality.get("sensitive") or ()]
    if not names:
        return ""
    fields = listed(names, "or")
    looked = f"People should not be judged by {fields} without notice, so their groups were looked at one by one"
    parts = _parts(case, "sensitive_differs")
    return f"{looked}. Its answers differ in quality for: {parts}." if parts else f"{looked}. None of them stood out."


def _parts(case: Case, kind: str) -> str:
    """'Contract: Month-to-month; Tenure: under 14 months'"""
    found: Sequence[dict[str, str]] = case.quality.get(kind) or ()
    return "; ".join(f"{_label(case, part['feature'])}: {shown(part['part'])}" for part in found)


def _label(case: Case, name: str) -> str:
    feature = case.schema.by_name.get(name)
    return shown(feature.label if feature else name)
