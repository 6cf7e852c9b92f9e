"""A table is known again by its hashes, and anybody can work them out."""

import hashlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from webapp.training.sources.fingerprints import column_hash, column_hashes, rows_hash, table_hash

CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=3)
COLUMN = st.integers(1, 6).map(lambda rows: st.lists(CELLS, min_size=rows, max_size=rows))
TABLES = COLUMN.flatmap(lambda column: st.lists(column, min_size=1, max_size=3))


def table(*columns):
    return {f"c{at}": np.array(cells, dtype=object) for at, cells in enumerate(columns)}


def test_the_hash_of_a_column_can_be_worked_out_by_hand():
    assert column_hash(np.array(["a", "", "Zoë"], dtype=object)) == hashlib.sha256("a\0\0Zoë".encode()).hexdigest()


def test_rows_in_another_order_are_the_same_rows():
    columns = table(["1", "2", "3"], ["x", "y", "z"])
    turned = {name: cells[::-1] for name, cells in reversed(columns.items())}

    assert rows_hash(columns) == rows_hash(turned)
    assert column_hashes(columns) != column_hashes(turned)


def test_values_that_change_partners_are_other_rows():
    assert rows_hash(table(["1", "2"], ["x", "y"])) != rows_hash(table(["1", "2"], ["y", "x"]))


def test_the_same_rows_under_another_name_are_another_table():
    columns = table(["1", "2"], ["x", "y"])

    assert rows_hash(columns) != rows_hash({"other": columns["c0"], "c1": columns["c1"]})


@given(TABLES, TABLES)
def test_two_tables_have_the_same_marks_only_if_they_are_the_same(one, other):
    same = one == other
    rows = [sorted(zip(*found, strict=True)) for found in (one, other)]

    assert (table_hash(column_hashes(table(*one))) == table_hash(column_hashes(table(*other)))) == same
    assert (rows_hash(table(*one)) == rows_hash(table(*other))) == (len(one) == len(other) and rows[0] == rows[1])
