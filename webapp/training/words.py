"""
The words of a version: everything a result page says besides the answer itself.

Half of them come from the spec and may change with every decision; the other half are facts of the training run.
"""

from typing import Any

from webapp.training.evaluation import Evaluation
from webapp.training.gates import COVERAGE_SLACK, Gate
from webapp.training.spec_file import Spec

LEAST_BAND = 5  # percentage points on either side when a chance cannot be shown as one number


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
        "outcomes": {
            name: {"text": said.text, "chance": said.chance, "short": said.short, "advice": said.advice}
            for name, said in spec.outcomes.items()
        },
        "decision": {
            "threshold": threshold_of(spec),
            "set_by": spec.decision.set_by,
            "set_on": spec.decision.set_on,
        },
    }


def threshold_of(spec: Spec) -> float | None:
    """The stated threshold, or the chance from which on acting costs less than not acting (Elkan 2001)."""
    costs = spec.decision.costs
    if not costs:
        return spec.decision.threshold
    return costs["false_alarm"] / (costs["false_alarm"] + costs["missed"])


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
    return quality
