"""Files that a spreadsheet opens as text and numbers, whatever somebody typed."""

import csv
import io

import pytest

from webapp.wording.spreadsheets import Written, csv_lines, safe_cell

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", "＝1", "＋1", "－1", "＠a")
TEXTS = ("", "a", "a=1", "12", "1-2", "'=1", " =1", "a,b", 'a"b', "a\nb", "ä🙂")


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_be_a_formula_gets_an_apostrophe(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", TEXTS)
def test_any_other_text_stays_as_it_is(text):
    assert safe_cell(text) == text


@pytest.mark.parametrize(("number", "cell"), [(-5, "-5"), (0, "0"), (-1.5, "-1.5"), (None, "")])
def test_a_number_stays_a_number(number, cell):
    assert safe_cell(number) == cell


def test_what_is_written_can_be_read():
    rows = [[text, text] for text in TEXTS]
    text = "".join(csv_lines(("one", "two"), rows))

    assert text.startswith("\ufeffone,two\r\n")
    assert list(csv.reader(io.StringIO(text[1:], newline=""))) == [["one", "two"], *rows]


def test_numbers_are_written_as_the_other_file_has_them():
    rows = [[0.5, -1.25, 3, "0.5", None]]
    like = {sign: "".join(csv_lines("abcde", rows, safe_cell, Written.like(sign, ","))) for sign in ",;\t"}

    assert like[";"].splitlines()[1] == "0,5;-1,25;3;0.5;"
    assert like["\t"].splitlines()[1] == "0,5\t-1,25\t3\t0.5\t"
    assert like[","].splitlines()[1] == "0.5,-1.25,3,0.5,"
    assert Written.with_decimal(".") == Written(",", ".")
