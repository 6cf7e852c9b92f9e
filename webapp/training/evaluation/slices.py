"""How good the version is for each part of the rows, with ranges that hold for all parts at once."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from scipy import stats
from scipy.special import entr

from webapp.training.evaluation.slice_making import Cut
from webapp.training.metrics.bootstrap import FEWEST_DRAWS, Band, Resamples
from webapp.training.metrics.judged import Judged
from webapp.training.metrics.named import OF_TASK, Metric

ERROR = 0.05  # the chance that any range of all slices misses, however many there are
FEWEST_ROWS = 10  # a slice with fewer rows shows no figure
COUNTED_ROWS = 5  # and one with fewer than these not even how many


@dataclass(frozen=True, slots=True)
class Slice:
    """
    A part of the holdout. `rows` is None for fewer than 5, and there are figures from 10 rows on.

    Ranges are wide enough that with 95 in 100 certainty none of all slices' true figures lies outside its range.
    `metric` with `low` and `high` is the chosen metric; None where these rows do not have it. `loss` is the mean loss,
    `over_guessing` how much less that is than of the same guess for everybody (negative: worse than guessing). `bias`
    is how much too high chances or estimates are on average; of several classes the chance of the answer. `surprise`,
    of classes only, is how much larger the loss is than the stated chances themselves lead to expect. `coverage` is
    how often ranges held the real value.
    """

    feature: str
    feature_label: str
    part: str
    label: str
    kind: str
    sensitive: bool
    rows: int | None
    metric: float | None = None
    low: float | None = None
    high: float | None = None
    loss: Band | None = None
    over_guessing: Band | None = None
    bias: Band | None = None
    surprise: Band | None = None
    coverage: Band | None = None

    def is_weaker_than(self, loss: float) -> bool:
        """Whether its loss is above that one, beyond what chance explains."""
        return self.loss is not None and self.loss.low > loss


@dataclass(frozen=True)
class _All:
    """All rows, and what it takes to judge a part of them beside the others."""

    judged: Judged
    metric: Metric
    resamples: Resamples
    metric_error: float  # standard error of the metric over all rows
    slices: int

    @property
    def level(self) -> float:
        """The error each slice may have so that all together have ERROR (Bonferroni)."""
        return ERROR / max(self.slices, 1)


def slices_of(cuts: Sequence[Cut], judged: Judged, metric: Metric, resamples: Resamples) -> tuple[Slice, ...]:
    is_loss = metric.name == OF_TASK[judged.task]  # its ranges need no draws
    drawn = np.zeros(1) if is_loss else _drawn(metric, judged, resamples)
    error = float(np.nanstd(drawn)) if np.isfinite(drawn).any() else 0.0
    told = sum(len(cut.rows) >= FEWEST_ROWS for cut in cuts)
    everyone = _All(judged, metric, resamples, error, told)
    return tuple(_slice(cut, everyone) for cut in cuts)


def _slice(cut: Cut, everyone: _All) -> Slice:
    rows, feature = len(cut.rows), cut.feature
    counted = Slice(
        feature=feature.name,
        feature_label=feature.label,
        part=cut.part,
        label=cut.label,
        kind=cut.kind,
        sensitive=feature.sensitive,
        rows=rows if rows >= COUNTED_ROWS else None,
    )
    return counted if rows < FEWEST_ROWS else _with_figures(counted, cut, everyone)


def _with_figures(counted: Slice, cut: Cut, everyone: _All) -> Slice:
    judged = everyone.judged
    loss = _mean_band(judged.losses, cut.rows, everyone)
    is_loss = everyone.metric.name == OF_TASK[judged.task]
    value, low, high = astuple(loss) if is_loss else _metric_band(cut, everyone) or (None, None, None)
    return Slice(
        **{name: getattr(counted, name) for name in ("feature", "feature_label", "part", "label", "kind")},
        sensitive=counted.sensitive,
        rows=counted.rows,
        metric=value,
        low=low,
        high=high,
        loss=loss,
        over_guessing=_mean_band(judged.baseline_losses - judged.losses, cut.rows, everyone),
        bias=_mean_band(_excess(judged), cut.rows, everyone),
        surprise=None if judged.is_number else _mean_band(_surprise(judged), cut.rows, everyone),
        coverage=None if judged.interval is None else _coverage(judged.covered[cut.rows], everyone),
    )


def _excess(judged: Judged) -> np.ndarray:
    return judged.predicted - judged.truth if judged.is_number else judged.chance - judged.happened


def _surprise(judged: Judged) -> np.ndarray:
    """The loss less the one that the chances expect of themselves."""
    return judged.losses - entr(judged.predicted).sum(axis=1)


def _mean_band(values: np.ndarray, rows: np.ndarray, everyone: _All) -> Band:
    part = values[rows]
    spread = (len(part) - 1) * part.var(ddof=1) + values.var()
    margin = _t(len(part), everyone) * np.sqrt(spread) / len(part)
    return Band(float(part.mean()), float(part.mean() - margin), float(part.mean() + margin))


def _metric_band(cut: Cut, everyone: _All) -> tuple[float, float, float] | None:
    """The standard error is that of the draws, moved a little towards that of all rows: ten equal rows prove little."""
    part, rows = everyone.judged.only(cut.rows), len(cut.rows)
    value = everyone.metric.value(part)
    drawn = _drawn(everyone.metric, part, everyone.resamples, cut.rows)
    if not np.isfinite(value) or np.isfinite(drawn).mean() < 0.5:
        return None
    of_all = everyone.metric_error**2 * len(everyone.judged) / rows
    error = np.sqrt(((rows - 1) * np.nanvar(drawn) + of_all) / rows)
    margin = _t(rows, everyone) * error
    least, most = everyone.metric.limits
    return value, float(max(value - margin, least)), float(min(value + margin, most))


def _drawn(metric: Metric, judged: Judged, resamples: Resamples, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
    weights = resamples.counts[:FEWEST_DRAWS, rows].astype(np.float64)
    return metric.of(judged)(weights[weights.any(axis=1)])


def _t(rows: int, everyone: _All) -> float:
    return float(stats.t.ppf(1.0 - everyone.level / 2.0, rows - 1))


def _coverage(covered: np.ndarray, everyone: _All) -> Band:
    band = stats.binomtest(int(covered.sum()), len(covered)).proportion_ci(1.0 - everyone.level, method="wilson")
    return Band(float(covered.mean()), float(band.low), float(band.high))
