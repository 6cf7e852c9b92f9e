"""Files as people have them: encodings, delimiters, quotes, damage."""

import csv
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.errors import UnusableTable
from webapp.training.sources.bundled import example_reader
from webapp.training.sources.table_source import read_table, table_from_bytes
from webapp.training.spec.file import DataSpec, Spec
from webapp.training.spec.source import read_table_of

PLAIN = "name,size,price\nZoë,12,3.5\nBob,7,4.25\n"


def read(content, name="table.csv"):
    content = content.encode() if isinstance(content, str) else content
    return table_from_bytes(content, name.partition(".")[0], name)


def cells(table):
    return {name: list(column) for name, column in table.columns.items()}


def refusal(content):
    with pytest.raises(UnusableTable) as problem:
        read(content)
    return str(problem.value)


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_a_table_is_the_same_in_every_encoding(encoding, found):
    table = read(PLAIN.encode(encoding))

    assert cells(table) == {"name": ["Zoë", "Bob"], "size": ["12", "7"], "price": ["3.5", "4.25"]}
    assert table.encoding == found


def test_utf_16_of_either_byte_order_is_known_by_its_mark():
    for order, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        assert cells(read(mark + PLAIN.encode(order)))["name"] == ["Zoë", "Bob"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_of_three_ways(end):
    assert cells(read(PLAIN.replace("\n", end))) == cells(read(PLAIN))


def test_lines_may_end_in_several_ways_in_one_file():
    assert read("a,b\r\n1,2\n3,4\r5,6").rows == 3


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    table = read(PLAIN.replace(",", delimiter))

    assert table.delimiter == delimiter
    assert list(table.columns) == ["name", "size", "price"]


def test_commas_in_cells_do_not_hide_a_semicolon():
    table = read("size;price\n1,5;2,25\n2,5;3,75\n")

    assert table.delimiter == ";"
    assert table.decimal == ","


def test_a_delimiter_in_every_cell_of_a_quoted_column_is_none():
    table = read('"a","b;c"\n"1","2;3"\n"4","5;6"\n')

    assert table.delimiter == ","
    assert cells(table) == {"a": ["1", "4"], "b;c": ["2;3", "5;6"]}


def test_text_is_read_as_text():
    table = read("code,word,flag\n01234,NA,None\n007,null,N/A\n")

    assert cells(table) == {"code": ["01234", "007"], "word": ["NA", "null"], "flag": ["None", "N/A"]}


def test_quotes_hold_delimiters_line_ends_and_quotes():
    table = read('a,b\n"x, y","two\nlines"\n"say ""hi""",5" pipe\n')

    assert cells(table) == {"a": ["x, y", 'say "hi"'], "b": ["two\nlines", '5" pipe']}


def test_header_cells_are_trimmed_and_composed():
    assert list(read(" a ,Zoe\u0308\n1,2\n").columns) == ["a", "Zo\u00eb"]


@pytest.mark.parametrize("header", ["a,b,a", "a,b, a ", "Zo\u00eb,b,Zoe\u0308"])
def test_two_columns_of_the_same_name_are_refused_by_name(header):
    said = refusal(f"{header}\n1,2,3\n")

    assert "two columns of the same name" in said
    assert "“a”" in said or "“Zo\u00eb”" in said


def test_one_column_may_have_no_name():
    assert list(read(",b\n1,2\n").columns) == ["", "b"]
    assert "more than one column without a name" in refusal(",,b\n1,2,3\n")


def test_trailing_commas_are_no_columns():
    assert list(read("a,b,,\n1,2,,\n3,4,,\n").columns) == ["a", "b"]


def test_blank_lines_are_passed_over():
    assert read("\n\na,b\n\n1,2\n\n3,4\n\n").rows == 2


def test_up_to_one_row_in_a_hundred_may_have_another_number_of_cells():
    rows = ["a,b"] + [f"{row},x" for row in range(200)]
    rows[50] = "49,x,too much"
    rows[120] = "lonely"
    table = read("\n".join(rows))

    assert table.rows == 198
    assert table.skipped == ((51, "3 cells instead of 2"), (121, "1 cell instead of 2"))
    assert "49" not in table.columns["a"]


def test_more_ragged_rows_than_that_are_refused():
    said = refusal("a,b\n1,2,3\n4,5\n")

    assert said == (
        "table.csv is damaged: its header has 2 cells, and 1 of 2 rows do not fit it, more than 1 in 100: "
        "line 2 (3 cells instead of 2)"
    )


def test_a_row_that_is_too_long_shifts_no_other():
    table = read("a,b\n" + "1,2\n" * 150 + "1,2,3\n" + "4,5\n" * 10)

    assert set(table.columns["a"]) == {"1", "4"}
    assert [line for line, _ in table.skipped] == [152]


def test_a_quotation_mark_that_is_never_closed_is_found():
    assert refusal('a,b\n1,2\n"3,4\n5,6\n') == (
        "table.csv has a quotation mark that is never closed, in the row that begins on line 3"
    )


def test_a_stray_quotation_mark_costs_one_row():
    table = read("a,b\n" + "1,2\n" * 150 + '"x"y,3\n' + "4,5\n")

    assert table.skipped == ((152, "a quotation mark in the middle of a cell"),)
    assert table.rows == 151


def test_a_header_with_a_stray_quotation_mark_is_refused():
    assert "has a header that cannot be read" in refusal('"a"x,b\n1,2\n')


def test_a_table_whose_lines_are_longer_than_what_is_sniffed_is_read():
    table = read(f"a;b\n{'x' * 70_000};2\n3;4\n")

    assert (table.delimiter, table.rows) == (";", 2)


def test_a_very_long_cell_is_read():
    assert len(read(f"a,b\n1,{'x' * 200_000}\n").columns["b"][0]) == 200_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"  \n \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"a,b\n", "has no rows"),
        (b"a\n1\n2\n", "has one column only"),
        (b"just a sentence\n", "has one column only"),
        (
            b"Tickets of May\n\nid;b;c\n1;2,5;3\n2;2,5;3\n3;2,5;3\n",
            "begins with \u201cTickets of May\u201d, and its header seems to stand in line 3. Delete",
        ),
        (b"Tickets, as of May\nid,b,c\n1,2,3\n2,2,3\n3,2,3\n4,2,3\n", "seems to stand in line 2"),
        (b"a,b\n1,\x00\n", "holds NUL bytes, the first on line 2"),
        (b"PK\x03\x04rest", "is a zip archive or a spreadsheet of another program"),
        (b"\xd0\xcf\x11\xe0rest", "is an old Excel workbook or one with a password"),
        (b"PAR1" + bytes(range(256)), "is a damaged Parquet file"),
        (b"PK\x03\x04xl/workbook.xml", "is a damaged Excel workbook"),
        (b"\x1f\x8b\x08\x00", "is a damaged gzip archive"),
        (b"\n <!DOCTYPE html><html>", "is a web page or XML and no table"),
        (b"SQLite format 3\x00", "is an SQLite database"),
        (b"\xff\xfea,b\n1", "not the UTF-16 it says"),
        (b"a,b\n\x81\x8d,2\n", "neither UTF-8 nor Windows (cp1252) text"),
        (bytes(range(1, 128)) * 20, "holds bytes that no text has"),
    ],
)
def test_what_is_no_table_is_said_in_words(content, words):
    said = refusal(content)

    assert said.startswith("table.csv ")
    assert words in said


def test_random_bytes_are_refused():
    rng = np.random.default_rng(7)
    for size in (10, 1_000, 100_000):
        assert refusal(rng.bytes(size))


def test_a_missing_file_names_itself_and_where_it_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UnusableTable, match="There is no file nowhere.csv. Check the path"):
        read_table("nowhere.csv")


def test_folders_are_no_files(tmp_path):
    with pytest.raises(UnusableTable, match="is a folder"):
        read_table(tmp_path)
    with pytest.raises(UnusableTable, match="There is no file"):
        read_table("a\0b")
    with pytest.raises(UnusableTable, match="cannot be read: File name too long"):
        read_table("x" * 5_000)


def test_a_table_knows_where_it_comes_from(tmp_path):
    path = tmp_path / "sales of May.csv"
    path.write_bytes(PLAIN.encode())
    table = read_table(path)

    assert (table.name, table.rows, table.size, table.location) == ("sales of May", 2, len(PLAIN.encode()), str(path))
    assert len(table.sha256) == 64


@pytest.mark.parametrize(
    ("column", "sign", "doubtful"),
    [
        (["1.5", "2.25"], ".", ""),
        (["1,5", "2,25"], ",", ""),
        (["1.234,5", "2"], ",", ""),
        (["1,234.5", "2"], ".", ""),
        (["0,123", "2"], ",", ""),
        (["1,234,567", "2"], ".", ""),
        (["1,234", "2"], ".", "1,234"),
        (["1.234", "2"], ".", ""),
        (["€ 1,5", "€ 2"], ",", ""),
        (["1,5", "see note"], ".", ""),
        (["3,5", "NA"], ",", ""),
        (["10.0.0.1", "192.168.100.200"], ".", ""),
        (["31.12.2019", "1.1.2020"], ".", ""),
        (["7", "8"], ".", ""),
    ],
)
def test_the_decimal_sign_is_found_for_the_whole_file(column, sign, doubtful):
    table = read("a;b\n" + "".join(f"{cell};x\n" for cell in column))

    assert (table.decimal, table.doubtful_decimal) == (sign, doubtful)


def test_one_column_that_decides_settles_the_others():
    table = read("a;b\n1,234;0,5\n2,500;1,5\n")

    assert (table.decimal, table.doubtful_decimal) == (",", "")


def examples(builder):
    return {"examples": example_reader({"demo": builder})}


def test_examples_are_made_by_their_builders():
    spec = Spec("demo", data=DataSpec(source="examples:demo", target="size"))
    table = read_table_of(spec, examples(lambda: PLAIN))

    assert (table.name, table.rows, table.location) == ("demo", 2, "examples:demo")
    frame = pd.DataFrame({"name": ["Zoë", "Bob"], "size": ["12", "7"], "price": ["3.5", "4.25"]})
    assert cells(read_table_of(spec, examples(lambda: frame))) == cells(table)
    with pytest.raises(UnusableTable, match="no example table “other”. Known examples: demo"):
        read_table_of(replace(spec, data=DataSpec(source="examples:other", target="size")), examples(lambda: PLAIN))
    with pytest.raises(UnusableTable, match="Known examples: none"):
        read_table_of(spec)


def test_a_spec_that_names_a_file_is_read_from_there(tmp_path):
    (tmp_path / "table.csv").write_text(PLAIN, "utf-8")
    spec = Spec("demo", tmp_path / "specs" / "demo.toml", data=DataSpec("table.csv", target="size"))

    assert read_table_of(spec).rows == 2


WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
).filter(str.strip)
CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters='\n",;\t|"'), max_size=12
)
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=4, max_size=8)
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    TABLES, st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from(["\n", "\r\n"])
)
def test_what_a_spreadsheet_writes_is_read_back_cell_by_cell(rows, delimiter, encoding, line_end):
    names = [f"column {at}" for at in range(len(rows[0]))]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows([names, *rows])
    table = read(written.getvalue().encode(encoding))

    assert table.delimiter == delimiter
    assert [list(row) for row in zip(*table.columns.values(), strict=True)] == rows
