"""Workbooks as people keep them: several sheets, formulas, dates, gaps; and damaged ones."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

import numpy as np
import openpyxl
import pytest

from tests.training.sources import one_table
from webapp.errors import UnusableTable
from webapp.training.sources import excel
from webapp.training.sources.table import Wanted
from webapp.training.sources.table_source import read_table, table_from_bytes


def workbook(*rows, title="Sheet", **others):
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    for name, more in others.items():
        sheet = made.create_sheet(name)
        for row in more:
            sheet.append(row)
    return made


def packed(made):
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def read(*rows, **others):
    return table_from_bytes(packed(workbook(*rows, **others)), "t", "t.xlsx")


def refusal(content, sheet=""):
    with pytest.raises(UnusableTable) as problem:
        excel.read_excel(content, Wanted(sheet=sheet))
    return str(problem.value)


def cells(table):
    return {name: list(column) for name, column in table.columns.items()}


def test_cells_are_read_as_what_they_are():
    made = workbook(["n", "value"], [1, 2.5], [2, True], [3, "01234"], [4, 7.0], [5, time(9, 30)], [6, 1e20])
    made.active.append([7, timedelta(hours=30)])
    made.active["B8"].number_format = "[h]:mm"
    table = table_from_bytes(packed(made), "t", "t.xlsx")

    assert cells(table)["value"] == ["2.5", "true", "01234", "7", "09:30:00", "1e+20", "108000"]


def test_a_day_is_a_day_and_a_moment_a_moment():
    made = workbook(["day", "moment", "odd"])
    made.active.append([date(2024, 1, 31), datetime(2024, 1, 31), datetime(2024, 1, 31, 9, 30)])
    made.active["C2"].number_format = "yyyy-mm-dd"
    table = table_from_bytes(packed(made), "t", "t.xlsx")

    found = [column[0] for column in table.columns.values()]
    assert found == ["2024-01-31", "2024-01-31T00:00:00", "2024-01-31T09:30:00"]


def test_blank_rows_and_columns_around_the_table_are_passed_over():
    table = read([], [None, None], ["a", "b", None], [1, None], [], [None, 2], [None, "", None])

    assert cells(table) == {"a": ["1", ""], "b": ["", "2"]}


def test_names_may_be_numbers_and_days():
    assert list(read(["name", 2019, date(2020, 1, 1)], ["x", 1, 2]).columns) == ["name", "2019", "2020-01-01"]


def test_a_title_above_the_header_is_refused_rather_than_taken_for_it():
    with pytest.raises(
        UnusableTable, match="begins with “Report of May”, and its header seems to stand in row 4 of the"
    ):
        read(["Report of May"], ["made by us"], [], ["a", "b", "c"], [1, 2, 3])
    with pytest.raises(UnusableTable, match="more than one column without a name"):
        read(["a", None, None], [1, 2, None], [3, None, 4])


def test_the_first_sheet_is_read_and_that_is_said():
    table = read(["a", "b"], [1, 2], title="May", June=[["c", "d"], [3, 4]])

    assert cells(table) == {"a": ["1"], "b": ["2"]}
    assert table.origin.sheet == "May"
    assert table.notes == ("The sheet “May” was read, the first of 2 in the workbook",)


def test_another_sheet_is_read_when_it_is_asked_for(tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_bytes(packed(workbook(["a", "b"], [1, 2], title="May", June=[["c", "d"], [3, 4]])))
    table = read_table(path, Wanted(sheet="June"))

    assert (cells(table), table.notes, table.origin.sheet) == ({"c": ["3"], "d": ["4"]}, (), "June")
    with pytest.raises(UnusableTable, match="t.xlsx has no sheet “Jun”. Did you mean “June”?"):
        read_table(path, Wanted(sheet="Jun"))
    with pytest.raises(UnusableTable, match="Its sheets are May, June"):
        read_table(path, Wanted(sheet="accounts"))


def test_a_sheet_of_something_else_is_refused(tmp_path):
    (tmp_path / "t.csv").write_bytes(one_table.as_csv())

    for location in (tmp_path / "t.csv", "sklearn:iris"):
        with pytest.raises(UnusableTable, match=f"{location} is no Excel workbook, so it has no sheet “June”"):
            read_table(location, Wanted(sheet="June"))


def with_results(content, results):
    """The workbook as Excel would have saved it: with what its formulas come to."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(written, "w") as made:
        for part in given.namelist():
            text = given.read(part)
            for formula, result in results.items():
                text = text.replace(f"<f>{formula}</f><v></v>".encode(), f"<f>{formula}</f><v>{result}</v>".encode())
                text = text.replace(f"<f>{formula}</f><v />".encode(), f"<f>{formula}</f><v>{result}</v>".encode())
            made.writestr(part, text)
    return written.getvalue()


def test_a_formula_is_read_as_its_result():
    content = packed(workbook(["a", "b"], [2, "=A2*2"], [3, "=A3*2"]))
    table = table_from_bytes(with_results(content, {"A2*2": "4", "A3*2": "6"}), "t", "t.xlsx")

    assert cells(table)["b"] == ["4", "6"]


def test_a_formula_without_its_result_is_never_a_blank():
    content = packed(workbook(["a", "b"], [2, "=A2*2"], [3, "=A3*2"]))

    assert refusal(with_results(content, {"A2*2": "4"})) == (
        "has a formula without its result in the sheet “Sheet”, row 3, column 2. Open it in Excel, save it there, and "
        "try again"
    )


def test_a_formula_that_comes_to_nothing_is_a_blank():
    content = packed(workbook(["a", "b"], [2, "=A2*2"], [3, 4]))
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(written, "w") as made:
        for part in given.namelist():
            made.writestr(part, given.read(part).replace(b'<c r="B2">', b'<c r="B2" t="str">'))

    assert cells(table_from_bytes(written.getvalue(), "t", "t.xlsx"))["b"] == ["", "4"]


def test_an_error_in_a_cell_stays_to_be_seen():
    assert cells(read(["a", "b"], [1, "#DIV/0!"], [2, 5]))["b"] == ["#DIV/0!", "5"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "has nothing in its sheet “Sheet”"),
        ([["a", "b"]], "has no rows"),
        ([["a"], [1]], "has one column only"),
        ([["a", "b", "a"], [1, 2, 3]], "has two columns of the same name: “a”"),
    ],
)
def test_what_is_no_table_is_said_in_words(rows, words):
    assert words in refusal(packed(workbook(*rows)))


def test_an_empty_first_sheet_points_to_the_others():
    assert "The workbook has 2 sheets: say which" in refusal(packed(workbook(June=[["c", "d"], [3, 4]])))


def test_a_workbook_that_unpacks_to_more_than_a_person_makes_is_refused(monkeypatch):
    monkeypatch.setattr(excel, "MAX_UNPACKED", 1000)

    assert "unpacks to" in refusal(one_table.as_excel())


def test_damage_anywhere_is_said_or_harmless():
    content = packed(workbook(["a", "b"], *([row, f"word {row}"] for row in range(40))))
    rng = np.random.default_rng(0)
    for size in (4, 100, len(content) // 2, len(content) - 1):
        assert "is a damaged Excel workbook" in refusal(content[:size])
    for at in rng.integers(4, len(content), 80):
        damaged = bytearray(content)
        damaged[at] ^= 0xFF
        try:
            excel.read_excel(bytes(damaged), Wanted())
        except UnusableTable as problem:
            assert str(problem)
