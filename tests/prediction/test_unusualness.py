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
    beyond = fitted.distances(rows[1000:]) > fitted.amber

    assert beyond.mean() < 0.04


def test_rows_with_shuffled_columns_are_flagged(fitted, rows):
    random = np.random.default_rng(2)
    shuffled = np.column_stack([random.permutation(column) for column in rows[1000:].T])

    assert np.mean(fitted.distances(shuffled) > fitted.amber) > 0.8


def test_one_row_is_as_far_as_in_its_batch(fitted, rows):
    together = fitted.distances(rows[:50])

    for position in range(50):
        assert fitted.distances(rows[position : position + 1])[0] == pytest.approx(together[position], rel=1e-12)


def test_it_survives_json_and_holds_no_row(fitted, rows):
    again = Unusualness.from_json(json.loads(json.dumps(fitted.to_json())))

    np.testing.assert_allclose(again.distances(rows), fitted.distances(rows), rtol=1e-6)
    assert again.red >= again.amber > 0


def test_a_table_without_numbers_or_with_constant_columns_works():
    codes = np.tile([[0.0], [1.0], [np.nan], [-1.0]], (30, 1))
    constant = np.full((120, 1), 7.0)

    assert np.isfinite(fit_unusualness(codes, [0]).distances(codes)).all()
    assert np.isfinite(fit_unusualness(constant, []).distances(constant)).all()


def test_one_value_far_out_is_less_unusual_than_many_that_do_not_go_together(rows):
    random = np.random.default_rng(3)
    size = random.normal(0, 1, 1500)
    together = size[:, None] * [1.0, 2.0, 3.0, 4.0, 5.0] + random.normal(0, 0.1, (1500, 5))
    fitted = fit_unusualness(together, [])
    outlier, mixed = together[:1].copy(), np.array([[1.0, -2.0, 3.0, -4.0, 5.0]])
    outlier[0, 0] *= 50

    assert fitted.distances(outlier)[0] < fitted.distances(mixed)[0]
    assert fitted.distances(mixed)[0] > fitted.red


def test_what_is_kept_of_a_column_is_nobodys_value(rows):
    fitted = fit_unusualness(rows[:, :2], [])

    for kept in (*fitted.centre, *fitted.scale, *fitted.mean):
        assert not np.any(np.isclose(rows[:, :2], kept, rtol=1e-9, atol=0.0))
