"""Which rows are kept back."""

import numpy as np
import pytest

from webapp.training.splitting import split_rows


def shares(y, rows):
    return {name: np.mean(y[rows] == name) for name in np.unique(y)}


@pytest.mark.parametrize("rows", [30, 31, 97, 1000])
def test_every_row_stands_on_one_side(rows):
    split = split_rows(np.arange(rows, dtype=float), is_classes=False, seed=0)

    assert sorted([*split.train, *split.holdout]) == list(range(rows))
    assert len(split.holdout) == pytest.approx(rows / 5, abs=1)
    assert not split.by_time


def test_classes_keep_their_share():
    y = np.array(["rare"] * 20 + ["common"] * 180)
    split = split_rows(y, is_classes=True, seed=3)

    assert shares(y, split.train) == pytest.approx(shares(y, split.holdout))


def test_a_seed_draws_the_same_rows_and_another_others():
    y = np.arange(100.0)

    def holdout(seed):
        return split_rows(y, is_classes=False, seed=seed).holdout.tolist()

    assert holdout(1) == holdout(1) != holdout(2)


@pytest.mark.parametrize("counts", [(1, 99), (5,) * 30, (1, 1, 1, 28)])
def test_classes_too_many_or_too_small_to_share_are_split_all_the_same(counts):
    y = np.repeat([f"class {at}" for at in range(len(counts))], counts)

    split = split_rows(y, is_classes=True, seed=0)

    assert len(split.train) + len(split.holdout) == len(y)


def test_with_moments_the_latest_rows_are_kept_back():
    moments = np.random.default_rng(0).permutation(50).astype(float)
    split = split_rows(np.zeros(50), is_classes=True, seed=0, moments=moments)

    assert split.by_time
    assert moments[split.train].max() < moments[split.holdout].min()
    assert len(split.holdout) == 10


def test_a_row_without_a_moment_does_not_count_as_the_latest():
    moments = np.arange(50.0)
    moments[[3, 20, 49]] = np.nan

    split = split_rows(np.zeros(50), is_classes=True, seed=0, moments=moments)

    assert not np.isnan(moments[split.holdout]).any()
