"""
The words of a version: everything a result page says besides the answer itself.

Half of them come from the spec and may change with every decision; the other half are facts of the training run.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from webapp.training.evaluation.findings import Evaluation
from webapp.training.evaluation.slices import Slice
from webapp.training.evaluation.thresholds import threshold_in
from webapp.training.gates.quality import COVERAGE_SLACK, Gate
from webapp.training.spec.file import Spec, read_spec

LEAST_BAND = 5  # percentage points on either side when a chance cannot be shown as one number
NAMED_FIELDS = 5
NAMED_SLICES = 3
CLEARLY_WEAKER = 1.1  # times the loss of all cases; less is not worth a reader's attention
CLEARLY_OFF = 0.05  # of a chance, or of the mean absolute error of all cases


def spec_words(spec: Spec) -> dict[str, Any]:
    """What a person may change at any time without training again; read once more at promotion."""
    return {
        "title": spec.title,
        "question": spec.question,
        "case": spec.case,
        "cases": spec.cases,
        "owner": spec.owner,
        "contact": spec.contact,
        "objective": spec.objective,
        "geography": spec.geography,
        "timezone": spec.timezone,
        "notice": spec.notice,
        "wanted": spec.target.wanted,
        "plan": _as_texts(spec.plan),
        "retirement": _as_texts(spec.retirement),
        "monitoring": {
            name: value if isinstance(value, int) else list(value)
            for name, value in asdict(spec.monitoring).items()
            if value
        },
        "outcomes": {
            name: {"text": said.text, "chance": said.chance, "short": said.short, "advice": said.advice}
            for name, said in spec.outcomes.items()
        },
        "decision": {
            "threshold": threshold_in(spec.decision),
            "set_by": spec.decision.set_by,
            "set_on": spec.decision.set_on,
            **({"costs": dict(spec.decision.costs)} if spec.decision.costs else {}),
        },
    }


def current_words(specs: Path, model: str) -> dict[str, Any]:
    """What a person may change without training again, as the spec says it now; nothing where there is no spec."""
    path = specs / f"{model}.toml"
    return spec_words(read_spec(path)) if path.exists() else {}


def quality_words(evaluation: Evaluation, gates: tuple[Gate, ...]) -> dict[str, Any]:
    """The figures a business user reads, and which of them the holdout can defend."""
    verdicts = {gate.name: gate.verdict for gate in gates}
    figures = evaluation.figures
    quality: dict[str, Any] = {
        "holdout_rows": evaluation.holdout_rows,
        "is_rough": verdicts["enough_rows"] != "pass",
        **{name: figures[name] for name in ("precision", "recall", "accuracy", "baseline_accuracy") if name in figures},
    }
    if evaluation.calibration is not None:
        quality["calibrated"] = verdicts["calibration"] == "pass"
        quality["band_points"] = max(LEAST_BAND, round(100 * evaluation.calibration.error))
    if "median_absolute_error" in figures:
        quality["median_error"] = figures["median_absolute_error"]
    if evaluation.coverage is not None:
        quality["coverage"] = evaluation.coverage
        quality["interval_coverage_nominal"] = evaluation.promised_coverage
        quality["coverage_defended"] = evaluation.coverage >= evaluation.promised_coverage - COVERAGE_SLACK
    return quality | {"proved": _proved(evaluation)} | _what_stands_out(evaluation)


def _proved(evaluation: Evaluation) -> list[dict[str, Any]]:
    """By size of the chance or of the estimate: how many cases there were, and what was true of them."""
    if evaluation.task == "number":
        kept, parts = ("least", "most", "rows", "typical", "coverage"), evaluation.residuals
    else:
        kept, parts = ("least", "most", "rows", "happened"), evaluation.calibration_table
    return [{name: getattr(part, name) for name in kept} for part in parts]


def _what_stands_out(evaluation: Evaluation) -> dict[str, Any]:
    """
    What it looks at most, and parts of the cases by what is known of them beyond chance: less sure of, answered too
    high or too low, and those of fields by which people should not be judged.
    """
    told = [part for part in evaluation.slices if part.loss is not None]
    weaker = [
        part
        for part in told
        if part.is_weaker_than(evaluation.loss) and part.loss.value >= CLEARLY_WEAKER * evaluation.loss
    ]
    least = CLEARLY_OFF * (1.0 if evaluation.calibration else evaluation.figures.get("mean_absolute_error", 1.0))
    binary_or_number = [] if evaluation.task == "many" else told
    high = [part for part in binary_or_number if part.bias.low > 0 and part.bias.value >= least]
    low = [part for part in binary_or_number if part.bias.high < 0 and part.bias.value <= -least]
    return {
        "looks_at": [one.feature for one in evaluation.importance if one.is_found][:NAMED_FIELDS],
        "less_sure": _named(sorted(weaker, key=lambda part: -part.loss.value)),
        "too_high": _named(sorted(high, key=lambda part: -part.bias.value)),
        "too_low": _named(sorted(low, key=lambda part: part.bias.value)),
        "sensitive": list(dict.fromkeys(part.feature for part in evaluation.slices if part.sensitive)),
        "sensitive_differs": _named([part for part in (*weaker, *high, *low) if part.sensitive]),
    }


def _named(parts: list[Slice]) -> list[dict[str, str]]:
    once = dict.fromkeys((part.feature, part.part) for part in parts)
    return [{"feature": feature, "part": part} for feature, part in list(once)[:NAMED_SLICES]]


def _as_texts(value: Any) -> Any:
    """What a person wrote under [plan] and [retirement], as JSON can keep it."""
    if isinstance(value, Mapping):
        return {key: _as_texts(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_texts(part) for part in value]
    return value if isinstance(value, bool | int | float) else str(value)
