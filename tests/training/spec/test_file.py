"""Specs: read strictly with the place of every mistake, written with comments, and never reformatted."""

import stat
import tomllib
from datetime import date

import pytest

from tests.training.made_up import numbers, some, table_from_named
from webapp.errors import UnusableSpec
from webapp.schema import Choice
from webapp.training.columns.inference import infer_schema
from webapp.training.spec.file import DataSpec, FeatureSpec, MonitoringSpec, OutcomeSpec, Spec, read_spec
from webapp.training.spec.gate_limits import GateSpec
from webapp.training.spec_writing import write_spec

LEAST = '[data]\nsource = "table.csv"\ntarget = "churn"\n'
FULL = """
title = "Customers who leave"
question = "Will this customer leave?"
case = "customer"
cases = "customers"
owner = "Retention"
contact = "retention@example.com"
objective = "Call before they go"
geography = "Everywhere"
timezone = "Europe/Berlin"
notice = "Simulated"

[data]
source = "table.csv"
query = ""
target = " churn "
positive = "Yes"
id_column = "customerID"
time_column = "since"
exclude = ["a", "b"]
decimal = ","
date_order = "dmy"
missing = ["-999"]

[target]
kind = "classes"
label = "Leaves"
unit = "$"
decimals = 2

[outcomes.Yes]
text = "This customer will probably leave"
chance = "leaving"
short = "leave"
advice = "Call"

[decision]
threshold = 0.4
set_by = "Retention"
set_on = 2026-10-03

[groups."The contract"]
help = "From the contract"

[features."Monthly Charges"]
kind = "number"
label = "Monthly charges"
unit = "$"
help = "Before tax"
group = "The contract"
order = 2
min = 0
max = 1000.5
actionable = true
direction = "down"
sensitive = false
missing = "refuse"

[features.plan]
choices = { dsl = "DSL line", fiber = "" }
ordered = true

[features.since]
min = 2020-01-31

[gates]
enough_rows = 150
max_data_age_days = 400
max_worse_percent = 0.5
max_prediction_ms = 80

[gates.only_warn]
coverage = " Ranges are not shown "

[monitoring]
outcome_days = 60
expected_to_change = ["plan "]

[retirement]
[plan]
"""


def read(tmp_path, text):
    path = tmp_path / "churn.toml"
    path.write_text(text, "utf-8")
    return read_spec(path)


def refusal(tmp_path, text):
    with pytest.raises(UnusableSpec) as problem:
        read(tmp_path, text)
    return str(problem.value).replace(str(tmp_path), "specs")


def test_every_key_is_read(tmp_path):
    spec = read(tmp_path, FULL)

    assert (spec.model, spec.title, spec.case, spec.notice) == ("churn", "Customers who leave", "customer", "Simulated")
    assert spec.data == DataSpec(
        "table.csv", "", "churn", "Yes", "customerID", "since", ("a", "b"), ",", "dmy", ("-999",)
    )
    assert (spec.target.kind, spec.target.label, spec.target.unit, spec.target.decimals) == (
        "classes",
        "Leaves",
        "$",
        2,
    )
    assert spec.outcomes == {"Yes": OutcomeSpec("This customer will probably leave", "leaving", "leave", "Call")}
    assert spec.monitoring == MonitoringSpec(outcome_days=60, expected_to_change=("plan",))
    assert (spec.decision.threshold, spec.decision.set_by, spec.decision.set_on) == (0.4, "Retention", "2026-10-03")
    assert spec.groups == {"The contract": "From the contract"}
    assert spec.features["Monthly Charges"] == FeatureSpec(
        kind="number",
        label="Monthly charges",
        unit="$",
        help="Before tax",
        group="The contract",
        order=2,
        minimum=0.0,
        maximum=1000.5,
        actionable=True,
        direction="down",
        missing="refuse",
    )
    assert spec.features["plan"].choices == (("dsl", "DSL line"), ("fiber", ""))
    assert spec.features["since"].minimum == date(2020, 1, 31)
    assert spec.gates == GateSpec(
        enough_rows=150,
        max_data_age_days=400,
        max_worse_percent=0.5,
        max_prediction_ms=80.0,
        only_warn={"coverage": "Ranges are not shown"},
    )


def test_two_keys_are_enough(tmp_path):
    spec = read(tmp_path, LEAST)

    assert spec == Spec("churn", spec.path, data=DataSpec("table.csv", target="churn"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "[gates]\nmax_data_age = 9\n",
            "line 5: “max_data_age” in [gates] is not a key of a spec. Did you mean “max_data_age_days”?",
        ),
        ("[gates]\nmax_data_age_days = 0\n", "must be a whole number of at least 1"),
        ("[gates]\nenough_rows = 1.5\n", "must be a whole number of at least 1"),
        ("[gates]\nmax_package_mb = 0\n", "must be a number above 0"),
        ("[gates]\nfewest_rows_percent = 101\n", "must be a number from 0 to 100"),
        (
            '[gates.only_warn]\ncoverige = "so"\n',
            "“coverige” in [gates.only_warn] is not a key of a spec. Did you mean “coverage”?",
        ),
        ('[gates.only_warn]\ncoverage = " "\n', "must say why in a few words"),
        ("[gates.only_warn]\ncoverage = true\n", "must be a text in quotation marks"),
        ('[gates]\nonly_warn = "coverage"\n', "must be a section"),
    ],
)
def test_limits_and_exceptions_of_gates_are_read_strictly(tmp_path, said, words):
    assert words in refusal(tmp_path, LEAST + said)


def test_costs_stand_for_a_threshold(tmp_path):
    costs = "[decision]\ncosts = { false_alarm = 10, missed = 100 }\n"

    assert read(tmp_path, LEAST + costs).decision.costs == {"false_alarm": 10, "missed": 100}
    assert "Keep one of them" in refusal(tmp_path, LEAST + costs + "threshold = 0.5\n")


@pytest.mark.parametrize(
    ("added", "sentence"),
    [
        ("titel = 1\n", "specs/churn.toml, line 1: “titel” is not a key of a spec. Did you mean “title”?"),
        ("[feature.x]\n", "specs/churn.toml: “feature” is not a key of a spec. Did you mean “features”?"),
        (
            '[features.tenure]\nlable = "x"\n',
            "specs/churn.toml, line 5: “lable” in [features.tenure] is not a key of a spec. Did you mean “label”?",
        ),
        (
            '[features."a b"]\n\n"MAX" = 3\n',
            "specs/churn.toml, line 6: “MAX” in [features.a b] is not a key of a spec. Did you mean “max”?",
        ),
        (
            "[groups.Money]\nqqq = 1\n",
            "specs/churn.toml, line 5: “qqq” in [groups.Money] is not a key of a spec. Known here: help",
        ),
        ("title = 3\n", 'specs/churn.toml, line 1: “title” must be a text in quotation marks, like "text"'),
        (
            "[features.x]\nmin = '3'\n",
            "specs/churn.toml, line 5: “min” in [features.x] must be a number or a date like 2024-01-31, "
            "without quotation marks",
        ),
        (
            '[features.x]\nkind = "float"\n',
            "specs/churn.toml, line 5: “kind” in [features.x] must be one of "
            '"number", "integer", "yes_no", "category", "date", "datetime"',
        ),
        (
            "[features.x]\nchoices = [1, 2]\n",
            "specs/churn.toml, line 5: “choices” in [features.x] must be a list of the values as texts, "
            'like ["low", "high"], or value = "label" pairs',
        ),
        (
            "[features]\nx = 3\n",
            "specs/churn.toml, line 5: “x” in [features] must be a section of its own, [features.x]",
        ),
        ("features = 3\n", "specs/churn.toml, line 1: “features” must be a section of its own"),
        (
            "[decision]\nthreshold = 40\n",
            "specs/churn.toml, line 5: “threshold” in [decision] must be a number between",
        ),
        (
            "[decision]\ncosts = { missed = 1 }\n",
            "specs/churn.toml, line 5: “costs” in [decision] must be { false_alarm",
        ),
        (
            "[decision]\ncosts = { false_alarm = 0, missed = 0 }\n",
            "specs/churn.toml, line 5: “costs” in [decision] must be { false_alarm",
        ),
        (
            "[target]\ndecimals = 9\n",
            "specs/churn.toml, line 5: “decimals” in [target] must be a whole number from 0 to 6",
        ),
        ("[features.x]\nordered = 1\n", "specs/churn.toml, line 5: “ordered” in [features.x] must be true or false"),
        ("[features.x]\norder = true\n", "specs/churn.toml, line 5: “order” in [features.x] must be a number"),
        ("[features.x]\nmin = nan\n", "specs/churn.toml, line 5: “min” in [features.x] must be a number"),
        (
            '[features.x]\nmonotonic = "rising"\n',
            "specs/churn.toml, line 5: “monotonic” in [features.x] must be",
        ),
        (
            '[features.x]\nchoices = ["a", " a"]\n',
            "specs/churn.toml, line 5: “choices” in [features.x] must name each value once",
        ),
        (
            "[features.x]\nchoices = { a = 1 }\n",
            "specs/churn.toml, line 5: “choices” in [features.x] must give a label in quotation marks",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, added, sentence):
    text = LEAST + added if added.startswith("[") else added + LEAST

    assert refusal(tmp_path, text).startswith(sentence)


def test_lists_are_lists_of_texts(tmp_path):
    assert "must be a list of texts" in refusal(tmp_path, LEAST + 'exclude = "a"\n')


def test_a_spec_needs_a_source_and_a_target(tmp_path):
    assert refusal(tmp_path, "") == "specs/churn.toml: [data] needs a source and a target"


def test_what_is_no_toml_is_said_with_its_line(tmp_path):
    assert refusal(tmp_path, "title = \n").startswith("specs/churn.toml is not TOML: Invalid value (at line 1")
    (tmp_path / "churn.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(UnusableSpec, match="is not TOML"):
        read_spec(tmp_path / "churn.toml")


def test_a_missing_spec_says_how_to_get_one(tmp_path):
    with pytest.raises(UnusableSpec, match="Give --data TABLE --target COLUMN"):
        read_spec(tmp_path / "none.toml")
    with pytest.raises(UnusableSpec, match="cannot be read"):
        read_spec(tmp_path)


@pytest.mark.parametrize("place", ["table.csv", "specs/table.csv"])
def test_a_source_is_looked_for_in_the_project_and_beside_the_spec(tmp_path, place):
    (tmp_path / "specs").mkdir()
    (tmp_path / place).write_text("a,b\n")

    assert read(tmp_path / "specs", LEAST).source_location == str(tmp_path / place)


@pytest.mark.parametrize("source", ["/data/table.csv", "https://example.com/table.csv", "examples:loans"])
def test_other_sources_stay_as_they_are(tmp_path, source):
    assert read(tmp_path, LEAST.replace("table.csv", source)).source_location == source


COLUMNS = {
    "caseCode": [f"{at:04d}-X" for at in range(200)],
    "MonthlyCharges": numbers(),
    "plan": some(["dsl", "fiber", "none"], seed=5),
    "rooms": some(["1", "2", "3", "?"], seed=6),
    "churn": some(["Yes", "No"]),
}


@pytest.fixture
def place(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "table.csv").write_text("stands for the table")
    return tmp_path / "specs" / "churn.toml"


def first_spec(place, columns=COLUMNS, target="churn"):
    source = str(place.parent.parent / "data" / "table.csv")
    return Spec("churn", place, data=DataSpec(source, target=target)), table_from_named(columns)


def written(place, columns=COLUMNS, target="churn"):
    spec, table = first_spec(place, columns, target)
    assert write_spec(place, spec, infer_schema(table, spec))
    return place.read_text("utf-8")


def test_a_new_spec_explains_itself(place):
    text = written(place)

    assert "# question = " in text
    assert 'positive = "Yes"  # the class whose chance is shown' in text
    assert 'id_column = "caseCode"' in text
    assert "#   caseCode: identifier: nearly every row has another value" in text
    assert "[features.MonthlyCharges]  # number, usually " in text
    assert 'label = "Monthly charges"' in text
    assert "# min = 0" in text
    assert '# kind = "category"  # it has 3 different values; are they codes?' in text
    assert "[features.rooms]  # integer, usually 1 to 3, has missing values written “?”" in text
    assert '# choices = ["dsl", "fiber", "none"]' in text
    assert "[features.caseCode]" not in text


def test_a_new_spec_says_what_was_inferred_and_nothing_else(place):
    written(place)
    _, table = first_spec(place)
    without, again = infer_schema(table, first_spec(place)[0]), infer_schema(table, read_spec(place))

    assert again.schema == without.schema
    assert again.warnings == without.warnings


def test_the_source_is_kept_relative_to_the_project(place):
    assert 'source = "data/table.csv"' in written(place)
    assert read_spec(place).source_location == str(place.parent.parent / "data" / "table.csv")


@pytest.mark.parametrize("source", ["examples:loans", "https://example.com/table.csv"])
def test_a_source_that_is_no_path_is_kept(place, source):
    _, table = first_spec(place)
    spec = Spec("churn", data=DataSpec(source, target="churn"))
    write_spec(place, spec, infer_schema(table, spec))

    assert read_spec(place).data.source == source


def test_every_suggestion_can_be_taken(place):
    text = written(place)
    taken = [line.removeprefix("# ") if " = " in line or line.startswith("# [") else line for line in text.splitlines()]
    unlikely = ("time_column", 'kind = "category"', "exclude")
    place.write_text("\n".join(line for line in taken if not line.startswith(unlikely)))
    spec = read_spec(place)
    schema = infer_schema(first_spec(place)[1], spec).schema

    assert spec.decision.threshold == 0.5
    assert set(spec.outcomes) == {"Yes", "No"}
    assert schema.by_name["plan"].ordered
    assert schema.by_name["MonthlyCharges"].minimum == 0


def test_a_spec_with_nothing_new_is_not_touched(place):
    written(place)
    before = place.stat()
    spec = read_spec(place)

    assert not write_spec(place, spec, infer_schema(first_spec(place)[1], spec))
    assert (place.stat().st_mtime_ns, place.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_edits_survive_and_new_columns_are_added_at_the_end(place):
    text = written(place).replace('label = "Monthly charges"', 'label    =   "What they pay"  # our words\nunit = "$"')
    text = f"\ufeff# by hand\n{text.rstrip()}".replace("[features.plan]", "\n\n[features.plan] # the tariff").replace(
        "\n", "\r\n"
    )
    place.write_bytes(text.encode())
    spec = read_spec(place)
    table = table_from_named({**COLUMNS, "new one": some(["x", "y"], seed=7)})

    assert write_spec(place, spec, infer_schema(table, spec))
    after = place.read_bytes().decode()
    assert after.startswith(f'{text}\r\n\r\n[features."new one"]  # category\r\nlabel = "New one"\r\n')
    schema = infer_schema(table, read_spec(place)).schema
    assert schema.by_name["MonthlyCharges"].label == "What they pay"
    assert schema.by_name["plan"].choices[0] == Choice("dsl", "dsl", COLUMNS["plan"].count("dsl"))


def test_a_spec_that_cannot_be_added_to_says_so_and_stays(place):
    place.parent.mkdir()
    place.write_text('features = { plan = { label = "Tariff" } }\n' + LEAST)
    spec = read_spec(place)

    with pytest.raises(UnusableSpec, match="Write its features as sections"):
        write_spec(place, spec, infer_schema(first_spec(place)[1], spec))
    assert place.read_text().startswith("features = {")


@pytest.mark.parametrize(
    "name", ["data", "a.b", 'a "b"', "it's", "名前", "a\nb", "back\\slash", "# no comment", "=", "[x]"]
)
def test_columns_and_classes_of_any_name_can_be_written(place, name):
    columns = {name: numbers(), f"{name} id": COLUMNS["caseCode"], "answer": some([name, "other"])}
    text = written(place, columns, target="answer")
    spec = read_spec(place)

    assert name in spec.features
    assert spec.data.id_column == f"{name} id"
    assert tomllib.loads(text)["features"][name]["label"]


def test_a_regression_has_no_outcomes(place):
    text = written(place, {**COLUMNS, "price": numbers(seed=9, decimals=2)}, target="price")

    assert "outcomes" not in text
    assert "# decimals = 2" in text


def test_a_written_spec_can_be_read_by_others_and_leaves_nothing_beside_it(place):
    written(place)

    assert stat.S_IMODE(place.stat().st_mode) == 0o644
    assert [path.name for path in place.parent.iterdir()] == ["churn.toml"]


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "specs").write_text("a file where the folder should be")
    spec, table = first_spec(tmp_path / "specs" / "churn.toml")

    with pytest.raises(UnusableSpec, match="cannot be written"):
        write_spec(tmp_path / "specs" / "churn.toml", spec, infer_schema(table, spec))
