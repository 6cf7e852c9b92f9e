"""The fitted distance tells rows that belong together from rows whose values were shuffled."""

import json

import numpy as np
import pytest

from webapp.reference_profile import Unusualness, fit_unusualness


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(1)
    size = random.normal(0, 1, 1500)
    level = (size > 0).astype(float)
    encoded = np.column_stack([size, 3 * size + random.normal(0, 0.2, 1500), level, random.normal(0, 1, 1500)])
    encoded[::50, 3] = np.nan
    return encoded


@pytest.fixture(scope="module")
def fitted(rows):
    return fit_unusualness(rows[:1000], categorical=[2])


def test_ordinary_rows_are_rarely_flagged(fitted, rows):
    beyond = fitted.squared(rows[1000:]) > fitted.amber

    assert beyond.mean() < 0.04


def test_rows_with_shuffled_columns_are_flagged(fitted, rows):
    random = np.random.default_rng(2)
    shuffled = np.column_stack([random.permutation(column) for column in rows[1000:].T])

    assert np.mean(fitted.squared(shuffled) > fitted.amber) > 0.8


def test_one_row_is_as_far_as_in_its_batch(fitted, rows):
    together = fitted.squared(rows[:50])

    for position in range(50):
        assert fitted.squared(rows[position : position + 1])[0] == pytest.approx(together[position], rel=1e-12)


def test_it_survives_json_and_holds_no_row(fitted, rows):
    again = Unusualness.from_json(json.loads(json.dumps(fitted.to_json())))

    np.testing.assert_allclose(again.squared(rows), fitted.squared(rows), rtol=1e-6)
    assert again.red >= again.amber > 0


def test_a_table_without_numbers_or_with_constant_columns_works():
    codes = np.tile([[0.0], [1.0], [np.nan], [-1.0]], (30, 1))
    constant = np.full((120, 1), 7.0)

    assert np.isfinite(fit_unusualness(codes, [0]).squared(codes)).all()
    assert np.isfinite(fit_unusualness(constant, []).squared(constant)).all()
