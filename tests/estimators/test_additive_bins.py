"""Where columns are cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.estimators.bins import MAX_LEVELS, bin_limit, category_steps, kept_levels, numeric_steps

NAN = float("nan")


def test_every_distinct_value_with_enough_rows_has_its_own_bin():
    steps = numeric_steps(np.repeat([1.0, 2.0, 7.0], 5), limit=12, min_rows=5)

    assert steps.edges.tolist() == [1.5, 4.5, np.inf]
    assert steps.codes(np.array([-1e300, 1.0, 1.5, 2.0, 4.4, 7.0, 1e300, NAN])).tolist() == [0, 0, 1, 1, 1, 2, 2, 3]


def test_rare_values_are_joined_to_their_neighbours():
    steps = numeric_steps(np.array([1.0] * 2 + [2.0] * 3 + [3.0] * 6 + [4.0] * 2), limit=12, min_rows=5)

    assert steps.edges.tolist() == [2.5, np.inf]


def test_many_values_make_bins_of_equal_counts():
    steps = numeric_steps(np.arange(1000.0), limit=20, min_rows=5)

    assert np.bincount(steps.codes(np.arange(1000.0))).tolist() == [50] * 20


def test_a_heavy_value_starts_its_own_bin():
    values = np.concatenate([np.linspace(0.0, 0.9, 33), np.full(300, 1.0), np.linspace(1.1, 2.0, 67)])
    steps = numeric_steps(values, limit=8, min_rows=5)

    before, heavy = steps.codes(np.array([0.9, 1.0]))
    assert heavy == before + 1


@settings(deadline=None)
@given(
    st.lists(st.floats(allow_infinity=False, allow_nan=True), min_size=1, max_size=60),
    st.integers(2, 12),
    st.integers(1, 5),
)
def test_every_bin_has_rows_and_keeps_equal_values_together(values, limit, min_rows):
    values = np.array(values)
    steps = numeric_steps(values, limit, min_rows)
    known = np.sort(values[~np.isnan(values)])
    codes = steps.codes(known)

    assert (np.diff(steps.edges) > 0).all()
    assert (np.diff(codes) >= 0).all()
    assert set(codes.tolist()) == set(range(steps.n_bins - 1)) or not len(known)
    assert (steps.codes(values[np.isnan(values)]) == steps.n_bins - 1).all()
    if len(set(known.tolist())) <= limit and steps.n_bins > 2:
        assert np.bincount(codes).min() >= min_rows


@pytest.mark.parametrize(
    ("rows", "columns", "bins"), [(100, 3, 12), (2000, 3, 100), (10**6, 3, 256), (10**6, 100, 15), (10**6, 0, 256)]
)
def test_the_number_of_bins_follows_the_rows_and_the_columns(rows, columns, bins):
    assert bin_limit(rows, columns, max_bins=256) == bins


def test_nobody_gets_more_bins_than_asked_for():
    assert bin_limit(10**6, 3, max_bins=5) == 5


def test_rare_unknown_and_impossible_levels_share_a_bin():
    steps = category_steps(np.array([0.0, 1.0, 3.0]), kept_levels=np.array([1.0, 3.0]))

    assert steps.codes(np.array([1.0, 3.0])).tolist() == [0, 1]
    assert steps.codes(np.array([0.0, -1.0, 2.0, 4.0, 1e9])).tolist() == [2] * 5
    assert steps.codes(np.array([NAN])).tolist() == [3]


def test_a_level_is_kept_from_three_rows_on():
    codes = np.array([0.0] * 3 + [1.0] * 2 + [2.0] * 9 + [-1.0] * 9 + [NAN] * 9)

    assert [levels.tolist() for levels in kept_levels([codes], min_rows=3)] == [[0.0, 2.0]]


def test_columns_with_few_levels_leave_their_room_to_those_with_many():
    few, many = np.repeat([0.0, 1.0], 2000), np.repeat(np.arange(1000.0), 4)
    many[:8] = 5.0
    kept = kept_levels([many, few, many], min_rows=3)

    assert [len(levels) for levels in kept] == [(MAX_LEVELS - 2) // 2, 2, (MAX_LEVELS - 2) // 2]
    assert 5.0 in kept[0]
