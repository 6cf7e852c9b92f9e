"""Every row of a file is answered as it would be alone, and stands in the results as it stood in the file."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.scoring.files import VERSION, awkward, csv_file, scored
from tests.scoring.models import Model
from webapp.errors import InvalidRow, UnusableTable
from webapp.prediction.values import Prediction
from webapp.preprocessing import typed_row
from webapp.schema import Door
from webapp.scoring import text_rows
from webapp.scoring.places import input_files
from webapp.scoring.run import Input
from webapp.wording.reasons import reason_text
from webapp.wording.spreadsheets import is_calculated

REASONS = 4  # more than one of the models has inputs


@pytest.fixture(params=["plain", "quoted"])
def rows(request, model):
    return awkward(model, 500, plain=request.param == "plain")


def alone(model: Model, row: dict[str, str]):
    """What the predictor says of this row by itself, or why it is refused."""
    try:
        values = typed_row(row, model.schema, Door.FILE)
    except InvalidRow as problem:
        return str(problem)
    typed = np.empty((1, len(values)), dtype=object)
    typed[0] = values
    return model.predictor.predict(typed)[0]


def test_each_row_is_answered_as_it_would_be_alone(model, rows, tmp_path):
    source = csv_file(tmp_path / "in.csv", list(model.table), rows)

    found = scored(model, source, tmp_path / "out.csv", reasons=REASONS)

    results, rejected = iter(found.results), iter(found.rejected)
    for number, row in enumerate(rows, 1):
        expected = alone(model, row)
        if isinstance(expected, str):
            told = next(rejected)
            assert (told["row_number"], told["error"]) == (str(number), expected)
            continue
        told = next(results)
        assert told["row_number"] == str(number)
        assert (told["light"], told["version"]) == (expected.light, VERSION)
        assert told["warnings"] == " ".join(flag.text for flag in expected.warnings)
        assert [told[f"reason_{number}"] for number in range(1, REASONS + 1)] == in_words(expected, model)
        if expected.value is None:
            assert (told["prediction"], float(told["chance"])) == (expected.answer, expected.probability)
        else:
            figures = (expected.value, expected.interval.low, expected.interval.high)
            assert tuple(float(told[name]) for name in ("value", "low", "high")) == figures
    assert not list(results) and not list(rejected)
    assert (found.tally.scored, found.tally.rejected) == (len(found.results), len(found.rejected)) != (500, 0)


def in_words(expected: Prediction, model: Model) -> list[str]:
    """The largest reasons of one answer, as many as are wanted."""
    target = model.schema.target
    texts = [reason_text(one.label, one.value_text, one.points, target) for one in expected.reasons[:REASONS]]
    return [calm(text) for text in texts] + [""] * (REASONS - len(texts))


def test_what_stood_in_the_file_stands_in_the_results(model, rows, tmp_path):
    source = csv_file(tmp_path / "in.csv", list(model.table), rows)

    found = scored(model, source, tmp_path / "out.csv")

    for told in (*found.results, *found.rejected):
        row = rows[int(told["row_number"]) - 1]
        assert {name: told[name] for name in row} == {name: calm(text) for name, text in row.items()}


def calm(text: str) -> str:
    """As it stands in a file that a spreadsheet may open."""
    return f"'{text}" if is_calculated(text) else text


def test_no_cell_of_the_results_is_calculated(model, rows, tmp_path):
    for row in rows:
        row[next(iter(row))] = "=HYPERLINK(1)"
    source = csv_file(tmp_path / "in.csv", list(model.table), rows)

    found = scored(model, source, tmp_path / "out.csv")

    assert found.tally.marked == len(found.results)
    assert not [
        cell for told in (*found.results, *found.rejected) for cell in told.values() if is_calculated(cell or "")
    ]


def test_with_arrow_and_without_it_the_same_is_written(model, rows, tmp_path, monkeypatch):
    source = csv_file(tmp_path / "in.csv", list(model.table), rows)
    with source.open("a", encoding="utf-8") as file:
        file.write("1,2\n" + "x," * 30 + "\n")
    quick = scored(model, source, tmp_path / "quick.csv")

    monkeypatch.setattr(text_rows, "HAS_ARROW", False)
    slow = scored(model, source, tmp_path / "slow.csv")

    assert (slow.text, slow.rejected) == (quick.text, quick.rejected)
    assert [told["error"].split(" instead")[0] for told in slow.rejected[-2:]] == ["2 cells", "31 cells"]


def test_columns_may_stand_in_any_order_and_have_labels_for_names(models, tmp_path):
    model = models["leaving"]
    rows = model.rows(50)
    plain = scored(model, csv_file(tmp_path / "in.csv", list(rows[0]), rows), tmp_path / "out.csv")
    labels = {feature.name: feature.label for feature in model.schema.features}
    turned = [{labels.get(name, name): row[name] for name in reversed(row)} for row in rows]

    other = scored(model, csv_file(tmp_path / "turned.csv", list(turned[0]), turned), tmp_path / "other.csv")

    assert [told["chance"] for told in other.results] == [told["chance"] for told in plain.results]


def test_capitals_of_a_column_matter_only_where_nothing_else_tells_two_apart(models, tmp_path):
    model = models["leaving"]
    rows = model.rows(20)
    plain = scored(model, csv_file(tmp_path / "in.csv", list(model.table), rows), tmp_path / "out.csv")
    upper = [{name.upper(): text for name, text in row.items()} for row in rows]
    twice = [row | {"MONTHS": "no number"} for row in rows]

    for name, cells in (("upper", upper), ("twice", twice)):
        found = scored(model, csv_file(tmp_path / f"{name}.csv", list(cells[0]), cells), tmp_path / f"{name}.out.csv")
        assert [told["chance"] for told in found.results] == [told["chance"] for told in plain.results]


def test_names_that_the_table_has_already_are_not_given_twice(models, tmp_path):
    model = models["leaving"]
    source = csv_file(tmp_path / "in.csv", list(model.table), model.rows(20))
    scored(model, source, tmp_path / "out.csv")

    again = scored(model, tmp_path / "out.csv", tmp_path / "again.csv")

    assert all(told["leaving_chance"] == told["chance"] for told in again.results)


def test_cases_are_flagged_from_the_threshold_on(models, tmp_path):
    model = models["leaving"]
    source = csv_file(tmp_path / "in.csv", list(model.table), model.rows(100))

    found = scored(model, source, tmp_path / "out.csv", threshold=0.3)

    assert {told["flagged"] for told in found.results} == {"yes", "no"}
    assert all((told["flagged"] == "yes") == (float(told["chance"]) >= 0.3) for told in found.results)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_file_has_its_own_decimal_sign(models, tmp_path, sign):
    model = models["rents"]
    rows = model.rows(60)
    with_points = scored(model, csv_file(tmp_path / "in.csv", list(rows[0]), rows), tmp_path / "out.csv")
    commas = [{name: text.replace(".", ",") for name, text in row.items()} for row in rows]

    found = scored(model, csv_file(tmp_path / "commas.csv", list(rows[0]), commas, delimiter=sign), tmp_path / "o2.csv")

    values = [float(told["value"].replace(",", ".")) for told in found.results]
    assert values == [float(told["value"]) for told in with_points.results]
    assert ("," in found.results[0]["value"]) == (sign != ",")


def test_a_file_without_decimals_is_answered_with_the_sign_of_the_model(models, tmp_path):
    model = models["leaving"]
    own = replace(model.schema, features=tuple(replace(one, decimal=",") for one in model.schema.features))
    rows = [{name: text.partition(".")[0] for name, text in row.items()} for row in model.rows(10)]

    signs = {}
    for sign in (";", ","):
        source = csv_file(tmp_path / "in.csv", list(model.table), rows, delimiter=sign)
        signs[sign] = Input.of(input_files(str(source)), own, "").layout.decimal
    assert signs == {";": ",", ",": "."}


def test_a_person_who_decides_is_named_in_every_row(models, tmp_path):
    model = models["leaving"]
    source = csv_file(tmp_path / "in.csv", list(model.table), model.rows(20))
    plain = scored(model, source, tmp_path / "plain.csv", threshold=0.3)

    found = scored(model, source, tmp_path / "out.csv", threshold=0.3, notice='A person, "Ada", decides')

    assert {told.pop("notice") for told in found.results} == {'A person, "Ada", decides'}
    assert found.results == plain.results


@pytest.mark.parametrize("order", ["%d.%m.%Y", "%m/%d/%Y"])
def test_a_file_may_write_its_dates_in_another_order(models, tmp_path, order):
    model = models["leaving"]
    rows = model.rows(60)
    as_learned = scored(model, csv_file(tmp_path / "in.csv", list(model.table), rows), tmp_path / "out.csv")
    saved = [row | {"joined": date.fromisoformat(row["joined"]).strftime(order)} for row in rows]

    found = scored(model, csv_file(tmp_path / "saved.csv", list(model.table), saved), tmp_path / "o2.csv")

    assert not found.rejected
    assert [told["chance"] for told in found.results] == [told["chance"] for told in as_learned.results]


def test_files_that_write_their_dates_in_two_orders_are_not_put_together(models, tmp_path):
    model = models["leaving"]
    for name, order in (("a.csv", "%d.%m.%Y"), ("b.csv", "%m/%d/%Y")):
        rows = [row | {"joined": date.fromisoformat(row["joined"]).strftime(order)} for row in model.rows(60)]
        csv_file(tmp_path / name, list(model.table), rows)

    with pytest.raises(UnusableTable, match=r"b\.csv has dates with the month first, the others with the day first"):
        Input.of(input_files(str(tmp_path / "*.csv")), model.schema, "")
