"""Which rows are kept back."""

import numpy as np
import pytest

from webapp.training.division.row_keys import keys_of
from webapp.training.division.splitting import BORDERS, split_rows


def keys(rows, seed=0, copies=1):
    marks = np.repeat(np.random.default_rng(7).integers(1, 2**62, -(-rows // copies)), copies)[:rows].astype(np.uint64)
    return keys_of(marks, marks, seed)


def shares(y, rows):
    return {name: np.mean(y[rows] == name) for name in np.unique(y)}


def by_time(moments, rows=None):
    moments = np.asarray(moments, dtype=float)
    return split_rows(np.zeros(len(moments)), rows or keys(len(moments)), is_classes=True, moments=moments)


@pytest.mark.parametrize("rows", [30, 31, 97, 1000])
@pytest.mark.parametrize("copies", [1, 2])
def test_every_row_stands_on_one_side(rows, copies):
    split = split_rows(np.arange(rows, dtype=float), keys(rows, copies=copies), is_classes=False)

    assert sorted([*split.train, *split.holdout]) == list(range(rows))
    assert len(split.holdout) == pytest.approx(rows / 5, abs=copies)
    assert not split.by_time


def test_classes_keep_their_share():
    y = np.array(["rare"] * 20 + ["common"] * 180)
    split = split_rows(y, keys(200, seed=3), is_classes=True)

    assert shares(y, split.train) == pytest.approx(shares(y, split.holdout))


def test_a_seed_draws_the_same_rows_and_another_others():
    def holdout(seed):
        return split_rows(np.arange(100.0), keys(100, seed), is_classes=False).holdout.tolist()

    assert holdout(1) == holdout(1) != holdout(2)


@pytest.mark.parametrize("counts", [(1, 99), (5,) * 30, (1, 1, 1, 28)])
def test_classes_too_many_or_too_small_to_share_are_split_all_the_same(counts):
    y = np.repeat([f"class {at}" for at in range(len(counts))], counts)

    split = split_rows(y, keys(len(y)), is_classes=True)

    assert len(split.train) + len(split.holdout) == len(y)
    assert set(y[split.train]) == set(y)


@pytest.mark.parametrize("is_classes", [True, False])
def test_copies_never_stand_on_both_sides(is_classes):
    rows = keys(600, copies=3)
    y = np.random.default_rng(0).choice(["no", "yes"], 600) if is_classes else np.arange(600.0)
    split = split_rows(y, rows, is_classes=is_classes)

    assert not set(rows.groups[split.train]) & set(rows.groups[split.holdout])
    assert len(split.holdout) == pytest.approx(120, abs=6)


def test_a_row_falls_on_its_side_in_a_larger_table_too():
    marks = np.random.default_rng(0).integers(1, 2**62, 3000).astype(np.uint64)
    y = np.random.default_rng(1).choice(["no", "yes"], 3000, p=(0.8, 0.2))
    small, large = (split_rows(y[:n], keys_of(marks[:n], marks[:n], 0), is_classes=True) for n in (2000, 3000))

    both = np.intersect1d(small.holdout, large.holdout)
    assert len(both) > 0.9 * len(small.holdout)


def test_the_limits_say_which_rows_were_surely_kept_back():
    rows = keys(2000, copies=2)
    y = np.random.default_rng(0).choice(["no", "yes"], 2000, p=(0.9, 0.1))
    split = split_rows(y, rows, is_classes=True)

    surely = rows.place <= np.array([split.limits[answer] for answer in y])
    assert set(np.flatnonzero(surely)) <= set(split.holdout)
    assert surely.sum() > 0.9 * len(split.holdout)
    assert set(split.limits) == {"no", "yes"}
    assert all(limit == round(limit, 3) for limit in split.limits.values())


def test_a_class_whose_rows_all_have_a_twin_of_another_is_kept_back_too():
    rows = keys(200, copies=2)
    split = split_rows(np.array(["no", "yes"] * 100), rows, is_classes=True)

    assert not set(rows.groups[split.train]) & set(rows.groups[split.holdout])
    assert len(split.holdout) == pytest.approx(40, abs=2)


def test_with_moments_the_latest_rows_are_kept_back():
    moments = np.random.default_rng(0).permutation(50).astype(float)
    split = by_time(moments)

    assert split.by_time
    assert moments[split.train].max() < moments[split.holdout].min()
    assert len(split.holdout) == 10


def test_a_row_without_a_moment_does_not_count_as_the_latest():
    moments = np.arange(50.0)
    moments[[3, 20, 49]] = np.nan

    assert not np.isnan(moments[by_time(moments).holdout]).any()


@pytest.mark.parametrize("days", [6, 20, 300])
def test_rows_of_one_moment_stay_together(days):
    moments = np.random.default_rng(0).integers(0, days, 1000).astype(float)
    split = by_time(moments)

    assert not set(moments[split.train]) & set(moments[split.holdout])
    assert BORDERS[0] <= len(split.holdout) / 1000 <= BORDERS[1]


@pytest.mark.parametrize("moments", [[1.0] * 100, [1.0] * 32 + [2.0] * 68, [np.nan] * 100])
def test_where_no_two_moments_are_near_the_border_copies_still_stay_together(moments):
    rows = keys(100, copies=4)
    split = by_time(moments, rows)

    assert len(split.holdout) == pytest.approx(20, abs=4)
    assert not set(rows.groups[split.train]) & set(rows.groups[split.holdout])
