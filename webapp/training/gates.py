"""
Gates: one question each, answered with its reason. Printed, stored in the package and shown on the model's pages.

A gate refuses only what the holdout rows can prove: where the 99 % sampling band at this number of rows still holds
the target, it warns, and the page drops the figure that it cannot defend.
"""

from dataclasses import asdict, dataclass
from typing import Any

from scipy import stats

from webapp.training.evaluation import Evaluation

FEW_ROWS = 100  # holdout rows below which the figures are shown as rough
MAX_CALIBRATION_ERROR = 0.05
MAX_DECILE_ERROR = 0.10
COVERAGE_SLACK = 0.02
BEYOND_NOISE = 1.645  # one-sided 5 %: the difference must be this many standard errors
BAND = 0.99


@dataclass(frozen=True, slots=True)
class Gate:
    """verdict: pass, warn or refuse."""

    name: str
    verdict: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def check_gates(evaluation: Evaluation) -> tuple[Gate, ...]:
    """Every gate that applies to this task, in the order in which they are printed."""
    gates = [beats_baseline(evaluation), enough_rows(evaluation)]
    if evaluation.calibration is not None:
        gates.append(is_calibrated(evaluation))
    if evaluation.coverage is not None:
        gates.append(covers(evaluation))
    return tuple(gates)


def gate_names(target_kind: str) -> tuple[str, ...]:
    """The gates that a version with this kind of target has to pass, before there is anything to judge."""
    return ("beats_baseline", "enough_rows", "calibration" if target_kind == "classes" else "coverage")


def is_refused(gates: tuple[Gate, ...]) -> bool:
    return any(gate.verdict == "refuse" for gate in gates)


def beats_baseline(evaluation: Evaluation) -> Gate:
    """Out-of-fold and holdout losses together, row by row against guessing the same for everybody."""
    gain, error = evaluation.gain_over_baseline, evaluation.gain_error
    better = gain > BEYOND_NOISE * error
    said = "better" if better else "not better beyond chance"
    reason = f"{evaluation.loss_name} {evaluation.loss:.4g}, guessing gives {evaluation.baseline_loss:.4g}: {said}"
    return Gate("beats_baseline", "pass" if better else "refuse", reason)


def enough_rows(evaluation: Evaluation) -> Gate:
    rows = evaluation.holdout_rows
    verdict = "pass" if rows >= FEW_ROWS else "warn"
    return Gate("enough_rows", verdict, f"judged on {rows:,} rows that it did not learn from, {FEW_ROWS} wanted")


def is_calibrated(evaluation: Evaluation) -> Gate:
    """Expected calibration error, less what chance alone would show at this number of rows."""
    found = evaluation.calibration
    reason = (
        f"chances are off by {100 * found.error:.1f} points on average; at {evaluation.holdout_rows:,} rows chance "
        f"alone gives {100 * found.by_chance:.1f}, and {100 * MAX_CALIBRATION_ERROR:.0f} more are allowed"
    )
    if found.error > MAX_CALIBRATION_ERROR + found.at_most_by_chance:
        return Gate("calibration", "refuse", reason)
    is_off = found.error - found.by_chance > MAX_CALIBRATION_ERROR or found.worst_decile > MAX_DECILE_ERROR
    return Gate("calibration", "warn" if is_off else "pass", reason)


def covers(evaluation: Evaluation) -> Gate:
    """The range held the real value as often as promised; too often is no harm to anybody."""
    rows, promised = evaluation.holdout_rows, evaluation.promised_coverage
    held = round(evaluation.coverage * rows)
    reason = f"ranges held {100 * evaluation.coverage:.0f} of 100 real values, {100 * promised:.0f} promised"
    band = stats.binomtest(held, rows).proportion_ci(BAND, method="wilson")
    if band.high < promised - COVERAGE_SLACK:
        return Gate("coverage", "refuse", reason)
    return Gate("coverage", "warn" if evaluation.coverage < promised - COVERAGE_SLACK else "pass", reason)
