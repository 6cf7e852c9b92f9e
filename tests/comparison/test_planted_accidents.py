"""What must be noticed between two versions, also where both are equally close to what happened; and what must not."""

from itertools import combinations

import pytest

from tests.comparison.planted import customers, first, rows_of, shuffled, without
from webapp.comparison.comparing import Comparison, Context, compare
from webapp.comparison.fields import renamed_fields
from webapp.comparison.rows import linked, made_up
from webapp.comparison.tables import table_mark


def compared(before, after, rows=None, **context) -> Comparison:
    """On made-up rows unless others are given."""
    rows = made_up(before, after, 0) if rows is None else rows
    return compare(before, after, linked(rows, renamed_fields(before, after)), Context(**context))


def material(comparison: Comparison, subject: str) -> str:
    return "; ".join(one.words for one in comparison.findings if one.is_material and one.subject == subject)


@pytest.fixture(scope="module")
def seeds(trainer, table, before):
    return [before, *(trainer.side(table, seed=seed) for seed in (1, 2, 3))]


def test_two_seeds_of_one_training_are_the_same(seeds, table):
    for one, other in combinations(seeds, 2):
        for rows in (None, rows_of(table)):
            comparison = compared(one, other, rows)

            assert comparison.is_same, comparison.verdict
            assert comparison.code == 0


def test_other_cases_of_the_same_kind_are_no_difference(trainer, before):
    assert compared(before, trainer.side(customers(seed=9))).is_same


def test_a_dropped_field_is_noticed_although_its_twin_says_the_same(trainer, before, table):
    after = trainer.side(without(table, "fee_with_tax"))

    comparison = compared(before, after, rows_of(table))

    assert comparison.code == 1
    assert "“Fee with tax” is no longer asked" in material(comparison, "fields")
    assert not comparison.seen.quality.is_other
    assert not material(comparison, "answers")


@pytest.fixture(scope="module")
def twin_shuffled(trainer, table):
    return trainer.side(shuffled(table, "fee_with_tax"))


def test_a_shuffled_column_is_noticed_although_the_metric_is_equal(before, twin_shuffled, table):
    comparison = compared(before, twin_shuffled, rows_of(table))

    assert comparison.code == 1
    assert "“Fee with tax” holds other values in rows that are otherwise the same" in material(comparison, "table")
    assert not comparison.seen.quality.is_other


def test_a_shuffled_column_among_new_rows_is_noticed_by_what_it_no_longer_goes_with(trainer, before):
    after = trainer.side(shuffled(customers(seed=9), "fee_with_tax"))

    words = material(compared(before, after), "table")

    assert "“Fee”" in words and "“Fee with tax”" in words
    assert "no longer go together" in words


def test_a_shuffled_column_that_stands_alone_is_noticed_by_its_lost_effect(trainer, before):
    after = trainer.side(shuffled(customers(seed=9), "months"))

    comparison = compared(before, after)

    assert material(comparison, "answers")
    assert "“Months”" in material(comparison, "groups")


def test_a_table_that_ends_earlier_is_noticed(trainer, before, table):
    words = material(compared(before, trainer.side(first(table, 1300))), "table")

    assert "its dates end earlier: “Joined”" in words


def test_a_table_with_fewer_rows_is_noticed_where_no_date_says_when(trainer, table):
    dateless = without(table, "joined")
    before, after = trainer.side(dateless), trainer.side(first(dateless, 1300))

    assert "fewer rows: 1,300, before 1,500" in material(compared(before, after), "table")


def test_a_table_of_an_older_version_is_known_again(trainer, before, table):
    newer = trainer.side(customers(seed=9))
    again = trainer.side(table, seed=4)

    comparison = compared(newer, again, earlier={table_mark(before.metadata): "version 1"})

    assert "on the older table of version 1" in material(comparison, "table")


def test_columns_that_changed_places_are_noticed(trainer, before, table):
    after = trainer.side({**table, "fee": table["fee_with_tax"], "months": table["fee"]})

    assert "The values of “Months” are spread otherwise" in material(compared(before, after), "table")


def test_a_renamed_field_is_guessed_and_said_to_be_a_guess(trainer, before, table):
    after = trainer.side({"tariff" if name == "plan" else name: values for name, values in table.items()})

    comparison = compared(before, after)

    assert renamed_fields(before, after) == {"plan": "tariff"}
    assert "probably called “tariff” now: a guess" in material(comparison, "fields")
    assert not material(comparison, "answers")


def test_another_target_is_not_compared_row_by_row(trainer, before, table):
    comparison = compared(before, trainer.side(table, target="fee"))

    assert comparison.seen is None
    assert "One answers with a class and the other with a number" in material(comparison, "fields")
