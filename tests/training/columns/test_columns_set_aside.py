"""Which columns are not learned from, and the reason that a person is told."""

import numpy as np
import pytest

from tests.training.made_up import ROWS, numbers, reason_for, some, understood
from webapp.errors import UnusableTable

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words(count, seed=0):
    drawn = np.random.default_rng(seed).integers(len(LETTERS), size=(count, 6))
    return ["".join(LETTERS[at] for at in row) for row in drawn]


def sentences(rows=ROWS, size=3):
    return [" ".join(words(size, seed=row)) for row in range(rows)]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("column", words(ROWS)),
        ("customerID", [f"{row:04d}-XY" for row in range(ROWS)]),
        ("column", [f"{row:05d}" for row in range(ROWS)]),
        ("customer_id", [str(number) for number in np.random.default_rng(0).permutation(ROWS) * 7919]),
        ("OrderNo", [str(number) for number in np.random.default_rng(0).permutation(ROWS) * 7919]),
        ("column", [str(row) for row in range(ROWS)]),
        ("column", [str(row) for row in range(1, ROWS + 1)]),
        ("", [str(number) for number in np.random.default_rng(0).permutation(ROWS) * 7919]),
        ("", words(ROWS)),
        ("account", [str(10**17 + row) for row in range(ROWS)]),
    ],
)
def test_identifiers(name, column):
    assert reason_for(column, name).startswith("identifier: ")


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("amount", [str(number) for number in np.random.default_rng(0).permutation(ROWS) * 7919]),
        ("customer_id", some(["1", "2", "3"])),
        ("column", numbers(decimals=6)),
        ("column", some(words(30))),
        ("year", [str(number) for number in sorted(np.random.default_rng(0).integers(1900, 2020, ROWS))]),
    ],
)
def test_what_is_no_identifier(name, column):
    assert reason_for(column, name) == ""


def test_an_identifier_of_texts_becomes_the_reference_of_a_case():
    codes = words(ROWS)
    inference = understood({"caseCode": codes, "other": numbers(), "row": [str(row) for row in range(ROWS)]})

    assert (inference.schema.id_column, inference.schema.id_label) == ("caseCode", "Case code")
    assert list(inference.ids) == codes
    assert dict(inference.set_aside)["row"] == "identifier: it numbers the rows"


def test_of_two_identifiers_none_is_chosen():
    inference = understood({"a": words(ROWS), "b": words(ROWS, seed=1), "other": numbers()})

    assert (inference.schema.id_column, inference.ids) == ("", None)


def test_a_person_names_the_identifier():
    inference = understood(
        {"a": words(ROWS), "b": some(["x", "y"]), "other": numbers()},
        said={"id_column": "b"},
        features={"b": {"label": "Contract"}},
    )

    assert (inference.schema.id_column, inference.schema.id_label) == ("b", "Contract")
    assert dict(inference.set_aside)["b"] == "identifier: the spec says so"
    assert [feature.name for feature in inference.schema.features] == ["other"]


@pytest.mark.parametrize("column", [sentences(), sentences(size=9), [f"{text} end" for text in words(ROWS)]])
def test_free_text(column):
    assert reason_for(column).startswith("free text: ")


def test_a_cell_too_long_to_be_a_category():
    assert reason_for(["x" * 501] * 100 + ["y"] * 100) == "free text: cells of more than 500 characters"


def test_long_texts_that_repeat_are_categories():
    assert reason_for(some(sentences(5, size=9))) == ""


def test_texts_that_hardly_repeat_are_set_aside():
    assert reason_for(words(70) * 2 + words(60, seed=5)) == "too many values: none of them has 5 rows"


@pytest.mark.parametrize("column", [["x"] * ROWS, ["7"] * ROWS, ["7"] * 150 + [""] * 50, ["7", "NA"] * 100])
def test_constants(column):
    assert reason_for(column) == "constant: every row has the same value"


def test_a_word_beside_blanks_tells_something():
    assert reason_for(["late", ""] * 100) == ""


@pytest.mark.parametrize("column", [[""] * ROWS, ["NA"] * ROWS, ["-", ""] * 100])
def test_columns_without_values(column):
    assert reason_for(column) == "no values: every cell is blank or a missing marker"


def test_duplicates_by_value():
    plain, padded = some(["1.5", "2"]), [f"{value:0<4}" if "." in value else "2.00" for value in some(["1.5", "2"])]
    columns = {"a": plain, "b": padded, "c": some(["x", "y"]), "d": some(["y", "x"])}
    inference = understood({**columns, "e": [f" {cell}" for cell in columns["c"]]})

    assert dict(inference.set_aside) == {
        "b": "duplicate: the same values as “a”",
        "e": "duplicate: the same values as “c”",
    }


def test_what_the_spec_excludes():
    assert reason_for(numbers(seed=9), said={"exclude": ("column",)}) == "left out by the spec"


def test_a_column_that_is_the_answer_in_other_words_is_a_leak():
    answer = some(["yes", "no", "no"])
    told = ["left" if cell == "yes" else "stayed" for cell in answer]

    inference = understood({"told": told, "other": numbers(), "answer": answer})
    assert dict(inference.set_aside)["told"] == (
        "leak: it gives answer away (each of its values belongs to one answer), so it is probably known only afterwards"
    )


@pytest.mark.parametrize("how", ["threshold", "missing", "many codes"])
def test_a_column_that_alone_tells_the_class_is_a_leak(how):
    rows = 2_000
    answer = some(["yes", "no"], rows)
    if how == "threshold":
        column = [f"{at % 90 + (100 if cell == 'yes' else 0)}.5" for at, cell in enumerate(answer)]
    elif how == "missing":
        column = [str(at % 7) if cell == "yes" else "" for at, cell in enumerate(answer)]
    else:
        column = [f"{cell[0]}{at % 9}" for at, cell in enumerate(answer)]
    inference = understood({"column": column, "other": numbers(rows), "answer": answer})

    assert dict(inference.set_aside)["column"].startswith("leak: it gives answer away")


def test_a_column_that_alone_gives_the_number_is_a_leak():
    rows = 1_000
    answer = [f"{number:.2f}" for number in np.random.default_rng(0).lognormal(5, 1, rows)]
    columns = {
        "with_tax": [f"{1.19 * float(number):.2f}" for number in answer],
        "in_logs": [f"{np.log(float(number)):.5f}" for number in answer],
        "other": numbers(rows),
        "answer": answer,
    }

    assert sorted(dict(understood(columns).set_aside)) == ["in_logs", "with_tax"]


def test_numbers_that_are_all_different_are_no_leak_by_themselves():
    columns = {"a": numbers(decimals=8), "b": numbers(seed=3, decimals=8), "answer": numbers(seed=4, decimals=8)}

    assert understood(columns).set_aside == ()


def test_parts_of_a_sum_are_no_leaks():
    rng = np.random.default_rng(0)
    fare, tip = rng.uniform(3, 60, 1_000), rng.uniform(0, 20, 1_000)
    columns = {
        "fare": [f"{number:.2f}" for number in fare],
        "tip": [f"{number:.2f}" for number in tip],
        "answer": [f"{number:.2f}" for number in fare + tip],
    }

    assert understood(columns).set_aside == ()


def test_a_column_that_nearly_tells_is_warned_of():
    rng = np.random.default_rng(0)
    size = rng.uniform(20, 200, 1_000)
    columns = {
        "size": [f"{number:.1f}" for number in size],
        "answer": [
            f"{3 * number + 50 * town:.1f}" for number, town in zip(size, rng.integers(2, size=1_000), strict=True)
        ],
        "town": some(["yes", "no"], 1_000),
    }
    inference = understood(columns)

    assert inference.set_aside == ()
    assert inference.alone["size"].is_suspect
    assert not inference.alone["town"].is_suspect


def test_a_kind_said_by_a_person_keeps_a_column():
    codes = [f"{row % 60:03d}" for row in range(ROWS)]
    answer = some(["yes", "no"])
    told = ["left" if cell == "yes" else "stayed" for cell in answer]
    inference = understood(
        {"row": [str(row) for row in range(ROWS)], "told": told, "codes": codes, "answer": answer},
        features={"row": {"kind": "integer"}, "told": {"kind": "category"}},
    )

    assert [feature.name for feature in inference.schema.features] == ["row", "told"]
    assert inference.alone["told"].is_leak


def test_a_person_cannot_keep_a_column_that_says_nothing():
    assert reason_for(["x"] * ROWS, features={"column": {"kind": "category"}}).startswith("constant")


def test_a_table_with_nothing_left_is_refused_with_the_reasons():
    with pytest.raises(UnusableTable, match="No column of made_up.csv is left to learn from.*caseCode: identifier"):
        understood({"caseCode": words(ROWS), "always": ["x"] * ROWS})


def test_no_cell_of_the_table_stands_in_a_reason():
    columns = {"a": words(ROWS), "b": sentences(), "c": ["secret"] * ROWS, "other": numbers()}
    reasons = " ".join(reason for _, reason in understood(columns).set_aside)

    assert not any(cell in reasons for cells in columns.values() for cell in cells)
