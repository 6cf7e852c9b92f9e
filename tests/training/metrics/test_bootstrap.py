"""Ranges of figures: those of a plain bootstrap, and as wide as theory says."""

import numpy as np
import pytest

from tests.training.judged_rows import estimates, honest
from webapp.training.evaluation.measured import measured_figures
from webapp.training.metrics.bootstrap import Resamples, band_of, mean_of, range_of
from webapp.training.metrics.named import METRICS


def test_a_draw_has_as_many_rows_as_there_are():
    counts = Resamples(50, seed=3).counts

    assert counts.shape == (1000, 50)
    assert set(counts.sum(axis=1)) == {50}


def test_the_same_seed_draws_the_same_rows():
    assert np.array_equal(Resamples(30, seed=1).counts, Resamples(30, seed=1).counts)
    assert not np.array_equal(Resamples(30, seed=1).counts, Resamples(30, seed=2).counts)


def test_very_many_rows_take_fewer_draws():
    assert Resamples(1_000_000).draws == 200


def test_ranges_are_those_of_a_plain_bootstrap():
    judged, random = honest(300), np.random.default_rng(9)
    [drawn] = Resamples(300).drawn(METRICS["auc"].of(judged))
    plain = [METRICS["auc"].value(judged.only(random.integers(300, size=300))) for _ in range(1000)]

    assert range_of(drawn) == pytest.approx(range_of(np.array(plain)), abs=0.012)  # both are drawn by chance


def test_the_range_of_a_mean_is_two_standard_errors_to_either_side():
    values = np.random.default_rng(2).normal(10, 3, 900)
    [drawn] = Resamples(900).drawn(mean_of(values))
    band = band_of(values.mean(), drawn)

    assert (band.low, band.high) == pytest.approx((values.mean() - 0.196, values.mean() + 0.196), abs=0.03)


def test_a_figure_that_most_draws_do_not_have_gets_no_range():
    assert range_of(np.array([1.0] * 8 + [np.nan] * 2)) is None
    assert range_of(np.array([np.nan] * 3)) is None


def test_the_gain_over_guessing_is_paired_row_by_row():
    judged = estimates(400)
    metric = METRICS["mean_absolute_error"]
    chosen = measured_figures(judged, metric, Resamples(400)).chosen
    [own], [guessed] = (Resamples(400).drawn(metric.of(rows)) for rows in (judged, judged.guessing))

    assert chosen.gain == pytest.approx(chosen.baseline - chosen.value)
    assert (chosen.gain_low, chosen.gain_high) == pytest.approx(range_of(guessed - own))


def test_what_better_means_follows_the_metric():
    judged = honest(300)
    gains = {name: measured_figures(judged, METRICS[name], Resamples(300)).chosen.gain for name in ("auc", "log_loss")}

    assert min(gains.values()) > 0


def test_every_figure_lies_within_its_range():
    for judged in (honest(150), estimates(150)):
        measured = measured_figures(judged, METRICS["brier" if judged.is_binary else "r2"], Resamples(150))

        assert set(measured.intervals) == set(measured.figures)
        assert all(low <= measured.figures[name] <= high for name, (low, high) in measured.intervals.items())
