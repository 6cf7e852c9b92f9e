"""
Gates: one question each, answered with its reason. Printed, stored in the package and shown on the model's pages.

A gate refuses only what the holdout rows can prove: where the 99 % sampling band at this number of rows still holds
the target, it warns, and the page drops the figure that it cannot defend.

This module has the gates that rest on the evaluation alone. `reason` is for everybody, `measured` for those who want
to see the figures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from scipy import stats

from webapp.parsing.shown import figure_text
from webapp.training.evaluation.findings import Evaluation
from webapp.training.evaluation.slices import ERROR, Slice
from webapp.training.spec.gate_limits import QUESTIONS, GateSpec

BEYOND_NOISE = 1.645  # one-sided 5 %: the difference must be this many standard errors
COVERAGE_SLACK = GateSpec().max_coverage_points / 100
MAX_DECILE_ERROR = 0.10
BAND = 0.99
FEWEST_SLICE_ROWS = 30  # below, the mean of a slice's losses is not yet normal enough to refuse on
UNSEEN = "that it had not learned from"
NAMED = 3  # slices in a sentence
NO_LIMITS = GateSpec()
VERDICTS = ("pass", "warn", "refuse")  # from the mildest to the worst


@dataclass(frozen=True, slots=True)
class Gate:
    """verdict: pass, warn or refuse. `asks` is the question of a gate that is not among QUESTIONS."""

    name: str
    verdict: str
    reason: str
    measured: str = ""
    asks: str = ""

    @property
    def question(self) -> str:
        return QUESTIONS.get(self.name) or self.asks or self.name

    def to_json(self) -> dict[str, Any]:
        kept = asdict(self) | {"question": self.question}
        del kept["asks"]
        return kept


def is_refused(gates: Iterable[Gate]) -> bool:
    return any(gate.verdict == "refuse" for gate in gates)


def worst(verdicts: Iterable[str]) -> str:
    return max(verdicts, key=VERDICTS.index, default="pass")


def softened(gate: Gate, limits: GateSpec) -> Gate:
    """The gate, only warning where the spec says so, with the reason that stands there."""
    why = limits.only_warn.get(gate.name)
    if why is None or gate.verdict != "refuse":
        return gate
    return replace(gate, verdict="warn", reason=f"{gate.reason}. It only warns, as the spec says: {why}")


def quality_gates(evaluation: Evaluation, limits: GateSpec = NO_LIMITS) -> tuple[Gate, ...]:
    """Every gate about the evaluation that applies to this task, in the order in which they are printed."""
    gates = [beats_baseline(evaluation), enough_rows(evaluation, limits)]
    if evaluation.calibration is not None:
        gates.append(is_calibrated(evaluation, limits))
    if evaluation.coverage is not None:
        gates.append(covers(evaluation, limits))
    if evaluation.slices:
        gates.append(no_slice_collapses(evaluation))
    return tuple(gates)


def beats_baseline(evaluation: Evaluation) -> Gate:
    """Out-of-fold and holdout losses together, row by row against guessing the same for everybody."""
    gain, error = evaluation.gain_over_baseline, evaluation.gain_error
    measured = (
        f"{evaluation.loss_name} {figure_text(evaluation.loss)}, guessing gives "
        f"{figure_text(evaluation.baseline_loss)}; {moved_text(gain, error, 'better', 'worse')}"
    )
    if gain > BEYOND_NOISE * error:
        reason = "Its answers are closer to what happened than the same answer for everybody would be"
        return Gate("beats_baseline", "pass", reason, measured)
    reason = "The same answer for everybody would be as good, as far as these cases can tell"
    return Gate("beats_baseline", "refuse", reason, measured)


def moved_text(by: float, error: float, up: str, down: str) -> str:
    """'better by 0.12 ± 0.006', 'worse by 0.009 ± 0.009'"""
    return f"{up if by >= 0 else down} by {figure_text(abs(by), 2)} ± {figure_text(error, 1)}"


def enough_rows(evaluation: Evaluation, limits: GateSpec = NO_LIMITS) -> Gate:
    rows, wanted = evaluation.holdout_rows, limits.enough_rows
    if rows >= wanted:
        return Gate("enough_rows", "pass", f"It was tried on {rows:,} cases {UNSEEN}")
    return Gate("enough_rows", "warn", f"It was tried on {rows:,} cases {UNSEEN}, and {wanted:,} are wanted")


def without_claim(gate: Gate) -> Gate:
    """Of a version that was fitted elsewhere nobody knows whether it has learned from the cases it is tried on."""
    if UNSEEN not in gate.reason:
        return gate
    reason = gate.reason.replace(UNSEEN, "from which it may have learned: it was fitted elsewhere")
    return replace(gate, reason=reason)


def is_calibrated(evaluation: Evaluation, limits: GateSpec = NO_LIMITS) -> Gate:
    """Expected calibration error, less what chance alone would show at this number of rows."""
    found, most = evaluation.calibration, limits.max_calibration_points / 100
    measured = (
        f"chances are off by {100 * found.error:.1f} points on average; at {evaluation.holdout_rows:,} rows chance "
        f"alone gives {100 * found.by_chance:.1f}, and {100 * most:g} more are allowed"
    )
    if found.error > most + found.at_most_by_chance:
        return Gate("calibration", "refuse", "They are further off than so many cases could show by accident", measured)
    if found.error - found.by_chance > most or found.worst_decile > MAX_DECILE_ERROR:
        reason = "They may be off by some points, so pages show a range in place of one figure"
        return Gate("calibration", "warn", reason, measured)
    return Gate("calibration", "pass", "They came true about as often as they said", measured)


def covers(evaluation: Evaluation, limits: GateSpec = NO_LIMITS) -> Gate:
    """The range held the real value as often as promised; too often is no harm to anybody."""
    rows, wanted = evaluation.holdout_rows, evaluation.promised_coverage - limits.max_coverage_points / 100
    held = round(evaluation.coverage * rows)
    promised = f"{100 * evaluation.promised_coverage:.0f} promised"
    reason = f"They held {100 * evaluation.coverage:.0f} of 100 real values, {promised}"
    band = stats.binomtest(held, rows).proportion_ci(BAND, method="wilson")
    measured = f"{held:,} of {rows:,} rows; 99 % band {100 * band.low:.1f} to {100 * band.high:.1f}"
    if band.high < wanted:
        return Gate("coverage", "refuse", reason, measured)
    return Gate("coverage", "warn" if evaluation.coverage < wanted else "pass", reason, measured)


def no_slice_collapses(evaluation: Evaluation) -> Gate:
    """
    A slice has collapsed when guessing would serve its cases better.

    It is refused beyond the 99 % band over all slices at once. It is warned of beyond the 99 % band of the slice alone,
    or where chances are too sure or ranges too narrow beyond the band over all slices that the evaluation gives.
    """
    told = [part for part in evaluation.slices if part.over_guessing is not None]
    if not told:
        return Gate("slices", "pass", "No group of cases is large enough to be judged by itself")
    collapsed = [part for part in told if part.rows >= FEWEST_SLICE_ROWS and _gain_at_most(part, told, len(told)) < 0]
    doubtful = [part for part in told if _gain_at_most(part, told, 1) < 0 or _is_off(part, evaluation)]
    if collapsed:
        reason = f"Guessing would serve these cases better: {_named(collapsed)}"
        return Gate("slices", "refuse", reason, _gains(collapsed))
    if doubtful:
        return Gate("slices", "warn", f"It may serve these cases badly: {_named(doubtful)}", _gains(doubtful))
    return Gate("slices", "pass", f"None of the {len(told)} groups looked at gets answers worse than guessing")


def _gain_at_most(part: Slice, told: Sequence[Slice], at_once: int) -> float:
    """The upper end of the 99 % band of what the slice gains over guessing, for so many slices at once."""
    band, freedom = part.over_guessing, part.rows - 1
    given = stats.t.ppf(1 - ERROR / (2 * len(told)), freedom)
    wanted = stats.t.ppf(1 - (1 - BAND) / (2 * at_once), freedom)
    return band.value + (band.high - band.value) * wanted / given


def _is_off(part: Slice, evaluation: Evaluation) -> bool:
    too_sure = part.surprise is not None and part.surprise.low > 0
    return too_sure or (part.coverage is not None and part.coverage.high < evaluation.promised_coverage)


def _named(parts: Sequence[Slice]) -> str:
    more = f" and {len(parts) - NAMED} more" if len(parts) > NAMED else ""
    return ", ".join(f"“{part.label}”" for part in parts[:NAMED]) + more


def _gains(parts: Sequence[Slice]) -> str:
    return "; ".join(
        f"“{part.label}”: loss lower than guessing by {part.over_guessing.value:.2g} on {part.rows:,} rows"
        for part in parts[:NAMED]
    )
