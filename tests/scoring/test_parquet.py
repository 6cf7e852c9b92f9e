"""Parquet says what CSV says, and comes back with its own columns as they were."""

import datetime
import sys

import pyarrow as arrow
import pytest
from pyarrow import parquet

from tests.scoring.files import csv_file, in_this_process, nobody, run_of, scored
from webapp.errors import ScoringFailed, UnusableTable
from webapp.scoring import parquet_pieces
from webapp.scoring.places import input_files
from webapp.scoring.run import refuse_output

ANSWERS = {"leaving": ("prediction", "chance"), "places": ("prediction", "chance"), "rents": ("value", "low", "high")}


@pytest.fixture
def rows(model):
    return model.rows(300)


def typed(name: str, text: str):
    """As a program would have written it."""
    if text == "":
        return None
    if name in ("joined",):
        return datetime.date.fromisoformat(text)
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"Yes": True, "No": False}.get(text, text) if name == "has_app" else text


def parquet_file(path, rows, as_text=False, **settings):
    table = {name: [row[name] if as_text else typed(name, row[name]) for row in rows] for name in rows[0]}
    parquet.write_table(arrow.table(table), path, **settings)
    return path


@pytest.mark.parametrize("as_text", [True, False])
def test_parquet_is_answered_as_csv(model, rows, tmp_path, as_text):
    of_csv = scored(model, csv_file(tmp_path / "in.csv", list(model.table), rows), tmp_path / "out.csv")
    source = parquet_file(tmp_path / "in.parquet", rows, as_text)

    found = scored(model, source, tmp_path / "found.csv")

    names = (*ANSWERS[model.schema.model], "light", "warnings", "version", "row_number")
    assert [[told[name] for name in names] for told in found.results] == [
        [told[name] for name in names] for told in of_csv.results
    ]
    assert found.tally == of_csv.tally
    if as_text:
        assert found.text == of_csv.text


def test_columns_of_parquet_come_back_as_they_were(model, rows, tmp_path):
    source = parquet_file(tmp_path / "in.parquet", rows)
    as_lines = scored(model, source, tmp_path / "out.csv")
    run = run_of(model, source, tmp_path / "out.parquet")

    run.to_the_end(in_this_process(model, run), nobody)

    before, after = parquet.read_table(source), parquet.read_table(run.output)
    assert after.select(before.column_names).equals(before)
    for name in ANSWERS[model.schema.model]:
        told = [line[name] for line in as_lines.results]
        assert list(map(str, after.column(name).to_pylist())) == told
    assert after.column("row_number").to_pylist() == list(range(1, 301))
    assert after.column("warnings").to_pylist() == [line["warnings"] for line in as_lines.results]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_stopped_run_over_parquet_is_gone_on_with(models, tmp_path, monkeypatch, ending):
    model = models["leaving"]
    source = parquet_file(tmp_path / "in.parquet", model.rows(400), row_group_size=150)
    monkeypatch.setattr(parquet_pieces, "ROWS", 40)
    whole = run_of(model, source, tmp_path / f"whole.{ending}")
    whole.to_the_end(in_this_process(model, whole), nobody)
    run = run_of(model, source, tmp_path / f"out.{ending}")

    def stop(share, rows):
        if rows == 230:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        run.to_the_end(in_this_process(model, run), stop)
    again = run_of(model, source, tmp_path / f"out.{ending}")
    again.to_the_end(in_this_process(model, again), nobody)

    assert (again.rows_before, again.pieces) == (230, 11)
    assert again.output.read_bytes() == whole.output.read_bytes()


def test_rejected_rows_of_parquet_are_told_by_their_number(models, tmp_path):
    model = models["rents"]
    rows = model.rows(50)
    rows[7]["area"] = "=large"
    source = parquet_file(tmp_path / "in.parquet", rows, as_text=True)
    run = run_of(model, source, tmp_path / "out.parquet")

    run.to_the_end(in_this_process(model, run), nobody)

    assert parquet.read_table(run.output).num_rows == 49
    assert run.rejected.read_text().splitlines()[1].startswith("8,8,")
    assert "'=large" in run.rejected.read_text()


def test_a_table_of_which_nothing_can_be_scored_leaves_an_empty_one(models, tmp_path):
    model = models["rents"]
    source = parquet_file(tmp_path / "in.parquet", [{**row, "area": "?!"} for row in model.rows(5)], as_text=True)
    run = run_of(model, source, tmp_path / "out.parquet")

    run.to_the_end(in_this_process(model, run), nobody)

    assert parquet.read_table(run.output).num_rows == 0
    assert parquet.read_schema(run.output).names[-7:] == [
        "value",
        "low",
        "high",
        "light",
        "warnings",
        "version",
        "row_number",
    ]


def test_what_is_no_parquet_is_said(models, tmp_path):
    (tmp_path / "in.parquet").write_bytes(b"area,where\n1,town\n")

    with pytest.raises(UnusableTable, match="in.parquet is a damaged Parquet file, or one of a newer kind"):
        run_of(models["rents"], tmp_path / "in.parquet", tmp_path / "out.csv")


def test_nested_values_are_refused_by_the_name_of_their_column(models, tmp_path):
    model = models["rents"]
    table = arrow.table(
        {**{name: model.table[name] for name in model.table}, "extra": [[1]] * len(model.table["area"])}
    )
    parquet.write_table(table, tmp_path / "in.parquet")
    run = run_of(model, tmp_path / "in.parquet", tmp_path / "out.csv")

    with pytest.raises(UnusableTable, match="in.parquet has values in the column “extra” that are none of one cell"):
        run.to_the_end(in_this_process(model, run), nobody)


def test_rows_of_csv_do_not_become_parquet(models, tmp_path):
    source = csv_file(tmp_path / "in.csv", list(models["rents"].table), models["rents"].rows(3))

    with pytest.raises(ScoringFailed, match=r"let the name of .*out\.parquet end in \.csv"):
        refuse_output(tmp_path / "out.parquet", input_files(str(source)), False)


def test_a_missing_package_is_named_with_how_to_get_it(models, tmp_path, monkeypatch):
    source = parquet_file(tmp_path / "in.parquet", models["rents"].rows(3))
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(UnusableTable, match=r"in\.parquet needs the package pyarrow, .* requirements-sources\.txt"):
        run_of(models["rents"], source, tmp_path / "out.csv")


def test_a_person_who_decides_is_named_in_every_row_of_parquet(models, tmp_path):
    model = models["leaving"]
    source = parquet_file(tmp_path / "in.parquet", model.rows(20))
    run = run_of(model, source, tmp_path / "out.parquet", notice="A person decides", reasons=1)

    run.to_the_end(in_this_process(model, run), nobody)

    after = parquet.read_table(run.output)
    assert after.column("notice").to_pylist() == ["A person decides"] * 20
    assert after.column_names[-5:] == ["warnings", "notice", "reason_1", "version", "row_number"]
