"""JSON lines, read strictly: what is not clear is refused with its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.errors import UnusableTable
from webapp.training.sources.table_source import read_table, table_from_bytes


def read(*lines, name="t.jsonl"):
    return table_from_bytes("\n".join(lines).encode(), "t", name)


def refusal(*lines):
    with pytest.raises(UnusableTable) as problem:
        read(*lines)
    return str(problem.value)


def cells(table):
    return {name: list(column) for name, column in table.columns.items()}


def test_every_object_is_a_row():
    table = read('{"a": 1, "b": "x"}', "", '{"b": "y", "a": 2}\r', '{"a": 3, "c": true}')

    assert cells(table) == {"a": ["1", "2", "3"], "b": ["x", "y", ""], "c": ["", "", "true"]}
    assert table.rows == 3


def test_a_key_that_turns_up_late_is_a_column_all_the_same():
    lines = ['{"a": 1, "b": 2}'] * 5_000 + ['{"c": 3, "a": 4}'] * 2
    table = read(*lines)

    assert list(table.columns) == ["a", "b", "c"]
    assert list(table.columns["c"][-3:]) == ["", "3", "3"]
    assert (table.rows, list(table.columns["c"]).count("")) == (5_002, 5_000)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("null", ""),
        ('""', ""),
        ("5", "5"),
        ("-0", "0"),
        ("5.0", "5"),
        ("5.50", "5.5"),
        ("1e3", "1000"),
        ("1E-7", "1e-07"),
        ("12345678901234567890", "12345678901234567890"),
        ("0.12345678901234567890", "0.12345678901234567890"),
        ("1e400", "1e400"),
        ("1e999999999", "1e999999999"),
        ('"5.0"', "5.0"),
        ('"\\u2028"', "\u2028"),
        ("false", "false"),
    ],
)
def test_a_value_becomes_text(written, text):
    assert cells(read(f'{{"n": 1, "value": {written}}}'))["value"] == [text]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_its_value(value):
    assert float(cells(read(json.dumps({"n": 1, "value": value})))["value"][0]) == value


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"a": NaN, "b": 1}', "t.jsonl has on line 2 NaN, which JSON does not have. Write null for a missing value"),
        ('{"a": -Infinity, "b": 1}', "-Infinity, which JSON does not have"),
        ('{"a": 1, "b": 1, "a": 2}', "t.jsonl has on line 2 the key “a” twice. Which one holds?"),
        ('{"a": [1], "b": 1}', "t.jsonl has nested values (lists or objects) in the column “a”"),
        ('{"a": {"c": 1}, "b": 1}', "nested values (lists or objects) in the column “a”"),
        ("[1, 2]", "t.jsonl has on line 2 no object"),
        ("5", "has on line 2 no object"),
        ('{"a": 1', "t.jsonl is not JSON on line 2, character 8"),
        ('{"a": 1} {"a": 2}', "is not JSON on line 2"),
        ("a,b", "is not JSON on line 2"),
        ('{"a": ' + "[" * 100_000, "is nested too deeply on line 2"),
        ('{"a": "\\u0000", "b": 1}', "signs in the column “a” that no text has"),
        ('{"a": "\\ud800", "b": 1}', "signs in the column “a” that no text has"),
        ('{"\\ud800": 1, "b": 1}', "signs in the name of a column"),
    ],
)
def test_what_is_not_clear_is_refused(line, words):
    assert words in refusal('{"a": 1, "b": 1}', line)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("",), "has no rows"),
        (('[{"a": 1, "b": 2}]',), "is one JSON list. Write each of its objects on a line of its own"),
        (('{"a": 1}',), "has one column only"),
        (("{}", "{}"), "has one column only"),
        (("{", '"a": 1}'), "is not JSON on line 1"),
    ],
)
def test_what_is_no_table_is_said_in_words(lines, words):
    assert words in refusal(*lines)


def test_other_encodings_than_those_of_json_are_refused():
    with pytest.raises(UnusableTable, match="is not UTF-8, and JSON lines always are"):
        table_from_bytes('{"a": "Zoë", "b": 1}'.encode("cp1252"), "t", "t.jsonl")


def test_a_path_with_the_signs_of_an_address_is_a_path(tmp_path):
    path = tmp_path / "sales #1? of May.jsonl"
    path.write_text(" {\n")

    with pytest.raises(UnusableTable, match="is not JSON on line 1"):
        read_table(path)
    with pytest.raises(UnusableTable, match="is not JSON on line 1"):
        read_table(path.as_uri())


def test_objects_are_known_without_the_ending_of_the_name():
    assert cells(read('{"a": 1, "b": 2}', name="export")) == {"a": ["1"], "b": ["2"]}
