"""How often chance alone makes a statistical gate refuse, over 100 simulated tables each; and that a fault does."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import binom
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from tests.training.gates.test_quality import CLASSES, NUMBER
from tests.training.judged_rows import two_classes
from tests.training.succession import Version, buying
from webapp.schema import Choice, Feature, Schema, Target
from webapp.training.evaluation.calibration import calibration_of
from webapp.training.evaluation.slice_making import cuts_of
from webapp.training.evaluation.slices import slices_of
from webapp.training.gates.champion import not_worse
from webapp.training.gates.quality import beats_baseline, covers, is_calibrated, no_slice_collapses
from webapp.training.metrics.bootstrap import Resamples
from webapp.training.metrics.losses import constant_prediction, row_losses
from webapp.training.metrics.named import METRICS
from webapp.training.spec.gate_limits import GateSpec

SEEDS = 100
LIMITS = GateSpec()


def most_refusals(rate):
    """So many of SEEDS simulations, or fewer, refuse in 999 of 1,000 such tests if each does with this chance."""
    return int(binom.ppf(0.999, SEEDS, rate))


def refusals(gate_of):
    return sum(gate_of(seed).verdict == "refuse" for seed in range(SEEDS))


def learned_gain(X, y, seed):
    """Loss of guessing less the loss of a small model, of every row out of fold."""
    predicted = cross_val_predict(LogisticRegression(solver="newton-cholesky"), X, y, cv=3, method="predict_proba")
    return row_losses(y, constant_prediction(y, ("no", "yes"), len(y)), ("no", "yes")) - row_losses(
        y, predicted, ("no", "yes")
    )


def guessing_gate(strength, seed, rows=150):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3))
    y = np.where(random.random(rows) < expit(strength * X[:, 0] - 0.5), "yes", "no")
    gain = learned_gain(X, y, seed)
    return beats_baseline(replace(CLASSES, gain_over_baseline=gain.mean(), gain_error=gain.std(ddof=1) / np.sqrt(rows)))


def test_noise_hardly_ever_passes_for_better_than_guessing():
    assert SEEDS - refusals(lambda seed: guessing_gate(0.0, seed)) <= most_refusals(0.05)


def test_what_is_better_than_guessing_is_let_through():
    assert sum(guessing_gate(1.5, seed).verdict == "pass" for seed in range(40)) >= 38


def calibration_gate(seed, rows, slope=1.0):
    """Chances that are true, or drawn away from even by the slope."""
    random = np.random.default_rng(seed)
    chance = random.beta(1.5, 3.0, rows)
    said = expit(slope * logit(chance))
    judged = two_classes(said, random.random(rows) < chance)
    return is_calibrated(replace(CLASSES, calibration=calibration_of(judged, seed), holdout_rows=rows), LIMITS)


def test_chances_that_are_true_are_never_refused_and_seldom_doubted():
    verdicts = [calibration_gate(seed, 300).verdict for seed in range(SEEDS)]

    assert verdicts.count("refuse") <= most_refusals(0.001)
    assert verdicts.count("warn") <= most_refusals(0.05)


def test_chances_that_are_far_too_sure_are_refused():
    assert {calibration_gate(seed, 1000, slope=3.0).verdict for seed in range(20)} == {"refuse"}


def coverage_gate(seed, rows, held):
    inside = np.random.default_rng(seed).random(rows) < held
    return covers(replace(NUMBER, coverage=float(inside.mean()), holdout_rows=rows), LIMITS)


@pytest.mark.parametrize("rows", [20, 200, 2000])
def test_ranges_that_keep_their_promise_are_hardly_ever_refused(rows):
    assert refusals(lambda seed: coverage_gate(seed, rows, 0.8)) <= most_refusals(0.005)


def test_ranges_that_break_their_promise_are_refused():
    assert refusals(lambda seed: coverage_gate(seed, 500, 0.68)) >= 0.95 * SEEDS


SHOPS = tuple("abcdefgh")
FEATURES = (
    Feature("shop", "category", "Shop", choices=tuple(Choice(shop, shop) for shop in SHOPS)),
    Feature("age", "number", "Age"),
    Feature("member", "yes_no", "Member", choices=(Choice("yes", "Yes"), Choice("no", "No"))),
)
SCHEMA = Schema("sales", FEATURES, Target("bought", "classes", "Bought", classes=("no", "yes"), positive="yes"))


def slices_gate(seed, rows=600, wrong=None):
    """Answers worth as much as guessing for every slice; far from the truth in the one that `wrong` names."""
    random = np.random.default_rng(seed)
    X = np.column_stack([random.choice(SHOPS, rows), random.normal(size=rows), random.integers(0, 2, rows)]).astype(
        object
    )
    X[:, 1:] = X[:, 1:].astype(float)
    happened = random.random(rows) < 0.3
    said = np.clip(0.3 + random.uniform(-0.1, 0.1, rows), 0.01, 0.99)
    if wrong is not None:
        said = np.where(X[:, 0] == wrong, 0.9, said)
    judged = two_classes(said, happened)
    guess = np.clip(0.3 + random.uniform(-0.1, 0.1, rows), 0.01, 0.99)
    judged = replace(judged, baseline=np.column_stack([1 - guess, guess]))
    found = slices_of(cuts_of(SCHEMA, X), judged, METRICS["log_loss"], Resamples(rows, seed, most=50))
    return no_slice_collapses(replace(CLASSES, slices=found))


def test_a_group_is_hardly_ever_said_to_be_served_badly_by_chance():
    assert refusals(slices_gate) <= most_refusals(0.01)


def test_a_group_that_is_served_badly_is_found():
    gates = [slices_gate(seed, wrong="c") for seed in range(20)]

    assert sum(gate.verdict == "refuse" for gate in gates) >= 18
    assert all("“Shop: c”" in gate.reason for gate in gates)


def succession_gates(seed, old_rows=700, rows=1000, learned=None, old_seed=0):
    """The comparison with a version of fewer rows: as it is, and as if nobody knew what that one learned from."""
    table = buying(rows, seed)
    old = Version(table.first(old_rows), seed=old_seed)
    new = Version(table, learned=None if learned is None else learned(table))
    return [not_worse(old.incumbent(**facts), new.kept_back, new.losses, LIMITS) for facts in ({}, {"kept_back": None})]


@pytest.mark.parametrize("others", [{}, {"old_rows": 1000, "old_seed": 1}], ids=["grown table", "other rows kept back"])
def test_a_version_that_learned_as_well_is_seldom_called_worse(others):
    gates = [succession_gates(seed, **others) for seed in range(SEEDS)]

    for known in zip(*gates, strict=True):
        assert sum(gate.verdict == "refuse" for gate in known) <= most_refusals(0.05)


def test_a_version_that_learned_from_a_spoiled_table_is_refused():
    gates = [succession_gates(seed, learned=lambda table: table.with_noise_in(0.9, seed=0)) for seed in range(25)]

    for known in zip(*gates, strict=True):
        assert sum(gate.verdict == "refuse" for gate in known) >= 18
