"""What is remembered of a column of a large table: all its texts, or one of each shape."""

import numpy as np
import pytest

from webapp.training.columns.kinds import Reading, kind_of
from webapp.training.columns.text_column import TextColumn
from webapp.training.sources import seen as seen_module
from webapp.training.sources.seen import Seen


def texts(values):
    return np.array(list(values), dtype=object)


def seen_of(values, pieces=5):
    found = Seen()
    for piece in np.array_split(texts(values), pieces):
        found.add(piece)
    return found


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(seen_module, "MOST_LEVELS", 100)


NUMBERS = [f"{number / 7:.3f}" for number in range(3_000)]
DAYS = [
    f"{1 + number % 28:02d}/{1 + number // 28 % 12:02d}/{2000 + number // 336} 10:{number % 60:02d}"
    for number in range(3_000)
]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (NUMBERS, "number"),
        ([str(number) for number in range(3_000)], "integer"),
        ([*NUMBERS, "NA", "n/a"], "number"),
        ([*NUMBERS, "on request"], "category"),
        ([*NUMBERS, "0123"], "category"),
        ([*NUMBERS, "1e5"], "number"),
        ([f"{number} kg" for number in NUMBERS], "number"),
        ([*(f"{number} kg" for number in NUMBERS), "7.250 lb"], "category"),
        (DAYS, "datetime"),
        ([f"C-{number}" for number in range(3_000)], "category"),
    ],
)
def test_a_kind_is_the_same_as_if_every_text_had_been_kept(few, values, kind):
    found = seen_of(values)
    sample = texts(values[:50])

    assert found.is_wide
    assert len(found.counts) < 500
    assert kind_of(TextColumn.of("a", sample, found), Reading()).kind == kind
    assert kind_of(TextColumn.of("a", texts(values)), Reading()).kind == kind


def test_the_order_of_a_day_is_told_by_a_text_that_the_sample_lacks(few):
    values = [
        f"{1 + number % 12:02d}/{1 + number // 12 % 12:02d}/2020 10:{number // 144:02d}" for number in range(3_000)
    ]
    column = TextColumn.of("joined", texts(values[:50]), seen_of([*values, "05/31/2020 11:00"]))

    assert kind_of(column, Reading()).date_order == "mdy"


def test_missing_values_are_counted_in_all_rows(few):
    found = seen_of([*NUMBERS, *["NA"] * 40, *[""] * 7, *[" "] * 3])
    column = TextColumn.of("a", texts(NUMBERS[:20]), found)

    assert (found.rows, column.blanks, column.rows_of(["NA"])) == (3_050, 10, 40)


def test_how_many_texts_there_are_is_estimated_well_enough(few):
    assert seen_of(["a", "b", "a", " b "]).distinct == 2
    for count in (3_000, 40_000):
        assert abs(seen_of([f"x{number}" for number in range(count)] * 2).distinct / count - 1) < 0.1


def test_pieces_make_no_difference(few):
    values = [*NUMBERS, *DAYS, "NA", "0123"]

    one, many = seen_of(values, 1), seen_of(values, 60)
    assert one.distinct == many.distinct
    assert set(one.counts.values()) and sum(one.counts.values()) == sum(many.counts.values())
