"""The simulated loan book: always the same, with effects that a model finds again and a drift that begins late."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from examples.loans import (
    DRIFT_BEGINS,
    EMPLOYMENT,
    EMPLOYMENT_EFFECT,
    FIRST_DAY,
    HOUSING,
    HOUSING_EFFECT,
    LAST_DAY,
    PURPOSE_EFFECT,
    PURPOSES,
    ROWS,
    simulate,
    table,
    true_log_odds,
)

LATER = DRIFT_BEGINS + timedelta(days=180)


@pytest.fixture(scope="module")
def book():
    return simulate(FIRST_DAY, LAST_DAY, ROWS, 1)


@pytest.fixture(scope="module")
def drifted():
    return simulate(DRIFT_BEGINS, LATER, ROWS, 1)


def test_the_same_seed_simulates_the_same_book():
    assert table() == table()
    assert table(rows=50, seed=1) != table(rows=50, seed=2)


def test_the_training_table_ends_before_the_drift(book):
    assert DRIFT_BEGINS > LAST_DAY
    assert book["applied_on"].max() <= LAST_DAY.isoformat()
    assert book["applied_on"].is_monotonic_increasing
    assert book["reference"].is_unique
    assert len(table().splitlines()) == ROWS + 1


def test_the_drift_leaves_the_true_relation_as_it_is(book, drifted):
    """Among loans with the same true chance as many fail before as after the drift."""
    for loans in (book, drifted):
        chance = expit(true_log_odds(loans.assign(savings=pd.to_numeric(loans["savings"]))))
        known = ~np.isnan(chance)
        failed = (loans["repaid"] == "No").to_numpy()[known]
        for low, high in ((0.0, 0.2), (0.2, 0.4), (0.4, 1.0)):
            inside = (low <= chance[known]) & (chance[known] < high)
            assert failed[inside].mean() == pytest.approx(chance[known][inside].mean(), abs=0.03)


def test_applicants_change_when_the_drift_begins(book, drifted):
    assert drifted["amount"].median() > 1.2 * book["amount"].median()
    assert (drifted["region"] == "North").mean() > 2 * (book["region"] == "North").mean()
    assert (drifted["employment"] == "Self-employed").mean() > 1.7 * (book["employment"] == "Self-employed").mean()
    assert (drifted["repaid"] == "No").mean() > (book["repaid"] == "No").mean() + 0.02


def test_the_drift_begins_on_its_day():
    around = simulate(DRIFT_BEGINS - timedelta(days=100), DRIFT_BEGINS + timedelta(days=99), 8000, 3)
    before = around["applied_on"] < DRIFT_BEGINS.isoformat()

    assert (around["region"][before] == "North").mean() == pytest.approx(0.16, abs=0.02)
    assert (around["region"][~before] == "North").mean() == pytest.approx(0.36, abs=0.02)


def test_an_eighth_of_the_savings_is_unknown(book):
    assert (book["savings"] == "").mean() == pytest.approx(0.125, abs=0.02)
    assert (book.drop(columns="savings") != "").all(axis=None)


def test_one_day_can_be_simulated():
    assert set(simulate(date(2026, 1, 5), date(2026, 1, 5), 20, 0)["applied_on"]) == {"2026-01-05"}


EFFECTS = {
    "purpose": dict(zip(PURPOSES, PURPOSE_EFFECT, strict=True)),
    "employment": dict(zip(EMPLOYMENT, EMPLOYMENT_EFFECT, strict=True)),
    "housing": dict(zip(HOUSING, HOUSING_EFFECT, strict=True)),
}


def points(predictor, **changed):
    """Percentage points by which each input moves the chance of not being repaid, in an otherwise typical case."""
    names = list(predictor.schema.by_name)
    row = np.empty((1, len(names)), dtype=object)
    row[0] = predictor.example()
    for name, value in changed.items():
        row[0, names.index(name)] = value
    [prediction] = predictor.predict(row)
    return {reason.feature: reason.points for reason in prediction.reasons}


@pytest.mark.parametrize("column", EFFECTS)
def test_true_effects_of_categories_are_found_again(loans_predictor, column):
    found = {level: points(loans_predictor, **{column: level})[column] for level in EFFECTS[column]}
    order = sorted(EFFECTS[column], key=EFFECTS[column].get)

    assert found[order[0]] < 0 < found[order[-1]]
    for low in order:
        for high in order:
            if EFFECTS[column][high] - EFFECTS[column][low] >= 0.4:
                assert found[low] < found[high]


@pytest.mark.parametrize(
    ("column", "safe", "risky"),
    [
        ("late_payments", 0.0, 3.0),
        ("amount", 3_000.0, 30_000.0),
        ("monthly_income", 5_000.0, 1_500.0),
        ("savings", 20_000.0, 100.0),
        ("years_as_customer", 10.0, 0.0),
    ],
)
def test_true_effects_of_numbers_are_found_again(loans_predictor, column, safe, risky):
    assert points(loans_predictor, **{column: safe})[column] < points(loans_predictor, **{column: risky})[column]
    assert points(loans_predictor, **{column: risky})[column] > 0


def test_what_has_no_effect_hardly_moves_the_chance(loans_predictor):
    for region in ("North", "East", "South", "West", "Capital"):
        assert abs(points(loans_predictor, region=region)["region"]) < 3
    assert abs(points(loans_predictor, has_guarantor=1.0)["has_guarantor"]) < 3
