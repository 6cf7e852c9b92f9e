"""Which rows count as the same case, and where a row falls because of what stands in it."""

import numpy as np
import pytest

from webapp.training.division.row_keys import BY_ID, COMMON_SHARE, case_marks, keys_of
from webapp.training.division.row_marks import marks_of_rows, marks_of_texts, places


def rows_of(*columns):
    X = np.empty((len(columns[0]), len(columns)), dtype=object)
    for position, column in enumerate(columns):
        X[:, position] = column
    return X


def table(rows=400, seed=0):
    random = np.random.default_rng(seed)
    days = [np.datetime64("2024-01-01") + int(day) for day in random.integers(0, 900, rows)]
    gaps = [None if gap else float(value) for gap, value in zip(random.random(rows) < 0.2, range(rows), strict=True)]
    return rows_of(random.normal(size=rows).tolist(), random.choice(["a", "b"], rows).tolist(), days, gaps)


NAMES = ("size", "kind", "day", "gaps")


def groups_of(inputs, ids=None):
    marks = np.asarray(inputs, dtype=np.uint64)
    return keys_of(marks if ids is None else np.asarray(ids, dtype=np.uint64), marks, seed=0)


def tied(keys):
    """Sets of rows that stay together, larger than one."""
    return sorted(
        tuple(np.flatnonzero(keys.groups == group)) for group in set(keys.groups) if (keys.groups == group).sum() > 1
    )


def test_a_mark_depends_on_nothing_but_what_stands_in_the_row():
    X = table()
    shuffled = np.random.default_rng(1).permutation(len(X))

    assert np.array_equal(marks_of_rows(X, NAMES)[shuffled], marks_of_rows(X[shuffled], NAMES))
    assert np.array_equal(marks_of_rows(X, NAMES), marks_of_rows(X[:, ::-1], NAMES[::-1]))
    assert len(set(marks_of_rows(X, NAMES))) == len(X)


@pytest.mark.parametrize("position", range(len(NAMES)))
def test_another_value_is_another_mark(position):
    X = table(50)
    changed = X.copy()
    changed[:, position] = np.roll(X[:, position], 1)
    differs = np.array(
        [
            before is not after and before != after
            for before, after in zip(X.T[position], changed.T[position], strict=True)
        ]
    )

    assert np.array_equal(marks_of_rows(X, NAMES) != marks_of_rows(changed, NAMES), differs)


def test_equal_values_are_marked_alike_however_they_were_written():
    assert np.array_equal(marks_of_rows(rows_of([0.0, 3.0]), ["a"]), marks_of_rows(rows_of([-0.0, 3]), ["a"]))
    assert np.array_equal(marks_of_texts(np.array(["C-1 ", "C-2"])), marks_of_texts(np.array(["C-1", " C-2"])))
    assert marks_of_texts(np.array(["", "  ", "x"], dtype=object)).tolist()[:2] == [0, 0]


def test_the_same_value_in_another_column_is_another_mark():
    X = rows_of([1.0, 2.0], [2.0, 1.0])

    assert len(set(marks_of_rows(X, ["a", "b"]))) == 2


def test_places_are_as_even_as_chance_and_depend_on_the_seed():
    marks = marks_of_rows(table(20_000), NAMES)
    first, second = places(marks, 0), places(marks, 1)

    expected, noise = 2_000, 3.5 * np.sqrt(20_000 * 0.1 * 0.9)
    assert np.all(np.abs(np.histogram(first, 10, (0, 1))[0] - expected) < noise)
    assert abs(np.corrcoef(first, second)[0, 1]) < 3.5 / np.sqrt(20_000)
    assert np.array_equal(first, places(marks, 0))


def test_rows_that_are_the_same_share_a_group_and_a_place():
    keys = groups_of([5, 6, 5, 7, 6, 8])

    assert tied(keys) == [(0, 2), (1, 4)]
    assert keys.place[0] == keys.place[2] != keys.place[1]
    assert keys.alike.tolist() == [True, True, True, False, True, False]
    assert not keys.common.any()


def test_rows_of_one_case_stay_together_and_so_do_those_that_look_the_same():
    random = np.random.default_rng(0).integers(1, 2**60, 200)
    inputs, ids = random.copy(), random[::-1].copy()
    ids[1] = ids[0]  # one customer twice
    inputs[2] = inputs[1]  # and another who looks like the first

    assert tied(groups_of(inputs, ids)) == [(0, 1, 2)]


def test_a_place_goes_by_the_case_so_that_a_changed_row_stays_on_its_side():
    ids = np.arange(1, 300, dtype=np.uint64)
    before, after = (keys_of(ids, marks_of_rows(table(299, seed), NAMES), 0, BY_ID) for seed in (0, 1))

    assert np.array_equal(before.place, after.place)


def test_a_row_without_a_case_is_known_by_its_inputs():
    assert case_marks(np.array(["x", "", "y"], dtype=object), np.array([1, 2, 3], dtype=np.uint64))[1] == 2


def test_common_cases_are_no_copies():
    inputs = np.array([1] * 300 + [2] * 300 + list(range(10, 410)) + [7, 7])
    keys = groups_of(inputs)

    assert keys.common.sum() == 600
    assert tied(keys) == [(1000, 1001)]
    assert len(set(keys.place[:300])) == 300


def test_with_few_combinations_rows_are_told_apart_one_by_one():
    X = rows_of(*np.random.default_rng(0).choice(["x", "y"], (3, 500)))
    marks = marks_of_rows(X, ["a", "b", "c"])
    keys = keys_of(marks, marks, 0)

    assert keys.common.all()
    assert len(set(keys.place)) == 500


def test_look_alikes_do_not_tie_the_whole_table_together():
    random = np.random.default_rng(0)
    ids = np.repeat(np.arange(1, 101), 4)
    inputs = random.integers(1, 40, 400)

    groups = tied(groups_of(inputs, ids))

    assert groups == [tuple(range(at, at + 4)) for at in range(0, 400, 4)]


def test_what_might_be_a_common_case_in_another_table_is_marked():
    size = int(0.7 * COMMON_SHARE * 1000)
    keys = groups_of([1] * size + list(range(10, 1010 - size)))

    assert keys.large.sum() == size
    assert not keys.common.any()
