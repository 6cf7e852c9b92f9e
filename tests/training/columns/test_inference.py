"""What a table is understood to be: kinds, missing values, the target, limits and choices."""

import time

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine

from tests.training.made_up import ROWS, feature_of, numbers, some, understood
from webapp.errors import UnusableSpec, UnusableTable
from webapp.schema import Schema
from webapp.training.columns.inference import infer_schema
from webapp.training.sources.table_source import table_from_bytes
from webapp.training.spec.file import DataSpec, Spec


def refusal(columns, **options):
    with pytest.raises((UnusableTable, UnusableSpec)) as problem:
        understood(columns, **options)
    return str(problem.value)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2", "3"], "integer"),
        (["1.0", "2.0", "3.0"], "integer"),
        (["1.00", "2.00", "3.50"], "number"),
        (["1.00", "2.00", "3.00"], "number"),
        (["1e3", "2", "3"], "number"),
        (["1,000", "2,500", "37"], "integer"),
        (["$1.50", "$2", "$3"], "number"),
        (["5%", "12%", "3%"], "integer"),
        (["-5", "\u22125", "7"], "integer"),
        (["Yes", "No"], "yes_no"),
        (["yes", "NO", "no"], "yes_no"),
        (["true", "false"], "yes_no"),
        (["T", "F"], "yes_no"),
        (["y", "n"], "yes_no"),
        (["1", "0"], "yes_no"),
        (["1.0", "0.0"], "yes_no"),
        (["Female", "Male"], "category"),
        (["Yes", "No", "No internet service"], "category"),
        (["01234", "56789", "00001"], "category"),
        (["1234567890123456", "1234567890123457", "3"], "category"),
        (["1", "2", "many"], "category"),
        (["2024-01-31", "2023-02-01"], "date"),
        (["2024-01-31 00:00:00", "2023-02-01 00:00:00"], "date"),
        (["2024-01-31 10:30", "2023-02-01 00:00"], "datetime"),
        (["31/01/2024", "01/02/2023"], "date"),
        (["31/01/24", "01/02/23"], "category"),
        (["nan", "inf", "1"], "category"),
        (["1_000", "2", "3"], "category"),
    ],
)
def test_a_column_is_of_the_kind_that_all_its_cells_are(values, kind):
    assert feature_of(some(values)).kind == kind


@pytest.mark.parametrize(
    "marker", ["", " ", "NA", "N/A", "NaN", "null", "None", "?", "-", ".", "n/a", "NULL", "k.A.", "Unknown"]
)
def test_a_marker_among_numbers_or_dates_is_a_missing_value(marker):
    for values in (["1", "2", "3"], ["2024-01-31", "2024-02-01"], ["1", "0"]):
        feature = feature_of(some([*values, marker]))

        assert feature.kind in ("integer", "date", "yes_no")
        assert feature.missing_seen and feature.optional
        assert feature.missing_markers == ((marker,) if marker.strip() else ())


@pytest.mark.parametrize("marker", ["NA", "None", "null", "?", "-", "Unknown"])
def test_a_marker_among_texts_is_a_text(marker):
    inference = understood({"column": some(["red", "green", marker]), "other": numbers()})
    feature = inference.schema.by_name["column"]

    assert marker in feature.choice_values
    assert not feature.missing_seen
    assert marker in inference.X[:, 0]


def test_a_blank_is_missing_in_every_column():
    inference = understood({"column": some(["red", "green", " \u00a0"]), "other": numbers()})

    assert inference.schema.by_name["column"].optional
    assert None in inference.X[:, 0]
    assert "" not in inference.schema.by_name["column"].choice_values


def test_a_person_can_name_further_markers():
    said = {"missing": ("-999", "unknown")}
    inference = understood({"a": some(["1", "2", "-999"]), "b": some(["red", "blue", "unknown"])}, said=said)

    assert inference.schema.by_name["a"].missing_markers == ("-999",)
    assert inference.schema.by_name["b"].missing_markers == ("unknown",)
    assert set(inference.X[:, 0]) == {1.0, 2.0, None}


def test_missing_values_are_said():
    column = ["?", "", *numbers(ROWS - 2)]

    assert "Missing values: column 2 (blank or “?”)" in understood({"column": column, "other": numbers(seed=5)}).notes


def test_texts_with_other_spaces_and_letters_composed_otherwise_are_one_category():
    feature = feature_of(some(["Zo\u00eb", "Zoe\u0308", " Zo\u00eb\u200b", "Bob", "Ann"]))

    assert [choice.value for choice in feature.choices] == ["Ann", "Bob", "Zo\u00eb"]


def test_x_and_capital_x_are_two_categories():
    assert set(feature_of(some(["x", "X", "y"])).choice_values) == {"x", "X", "y"}


def test_categories_of_fewer_than_five_rows_are_counted_and_not_named():
    feature = feature_of(["red"] * 100 + ["blue"] * 90 + ["grey"] * 6 + ["pink"] * 4)

    assert [(choice.value, choice.rows, choice.rare) for choice in feature.choices] == [
        ("blue", 90, False),
        ("grey", 6, True),
        ("red", 100, False),
    ]
    assert feature.other_rows == 4
    assert feature.typical == "red"


def test_categories_stand_in_the_order_of_their_numbers():
    assert list(feature_of(some(["10-20", "5-10", "100+", "Under 5"])).choice_values) == [
        "5-10",
        "10-20",
        "100+",
        "Under 5",
    ]


def test_a_person_orders_and_labels_the_choices():
    section = {"choices": (("low", "Low risk"), ("high", ""))}
    feature = feature_of(some(["high", "low", "mid"]), features={"column": section})

    assert [(choice.value, choice.label) for choice in feature.choices] == [
        ("low", "Low risk"),
        ("high", "high"),
        ("mid", "mid"),
    ]


def test_a_choice_that_the_table_never_shows_is_kept_and_warned_of():
    options = {"features": {"column": {"choices": (("red", ""), ("bleu", ""))}}}
    inference = understood({"column": some(["red", "blue"]), "other": numbers()}, **options)
    choices = inference.schema.by_name["column"].choices

    assert [(choice.value, choice.rows > 0) for choice in choices] == [("red", True), ("bleu", False), ("blue", True)]
    assert inference.warnings == ("column has choices in the spec that the table never shows: “bleu”",)


def test_yes_comes_first_and_keeps_the_spelling_of_the_table():
    feature = feature_of(some(["n", "y", "y"]))

    assert [(choice.value, choice.label) for choice in feature.choices] == [("y", "Yes"), ("n", "No")]
    assert feature.typical == 1.0


def test_limits_usual_range_and_typical_value_are_nobodys_own():
    column = [f"{number:.2f}" for number in np.linspace(12.34, 8765.43, ROWS)]
    feature = feature_of(list(np.random.default_rng(0).permutation(column)))

    assert feature.observed == (12, 8800)
    assert feature.usual == (99, 8700)
    assert feature.typical == 4390
    assert feature.decimals == 2


def test_decimals_are_those_of_nearly_all_cells():
    assert feature_of(some(["7.0", "7.5", "8.25"])).decimals == 2
    assert feature_of(["7.5"] * 100 + ["8.0"] * 98 + ["0.30000000000000004"] * 2).decimals == 1
    assert feature_of(some(["0.12345678", "0.87654321"])).decimals == 6


def test_limits_of_dates_are_whole_months():
    feature = feature_of(some(["2024-01-17", "2024-02-20", "2024-03-05"]))
    low, high = (str(feature.from_number(limit)) for limit in feature.observed)

    assert (low, high) == ("2024-01-01", "2024-03-31")
    assert str(feature.typical_value) == "2024-02-01"
    assert feature.date_order == "ymd"


def test_limits_of_moments_over_many_years_are_whole_years():
    feature = feature_of(some(["2001-05-17 10:30", "2011-02-20 08:15:30", "2019-03-05 23:59"]))
    low, high = (str(feature.from_number(limit)) for limit in feature.observed)

    assert (low, high) == ("2001-01-01T00:00:00", "2019-12-31T23:59:59")
    assert str(feature.typical_value) == "2011-02-20T12:00:00"


def test_times_with_an_offset_are_read_as_utc_and_that_is_said():
    inference = understood({"seen_at": some(["2024-01-31T10:00+02:00", "2024-02-03T11:30Z"]), "other": numbers()})

    assert set(inference.X[:, 0]) == {np.datetime64("2024-01-31T08:00:00"), np.datetime64("2024-02-03T11:30:00")}
    assert "seen_at has times with an offset; they are read as UTC" in inference.notes
    plain = understood({"seen_at": some(["2024-01-31T10:00", "2024-02-03T11:30"]), "other": numbers()})
    assert not [note for note in plain.notes if "UTC" in note]


@pytest.mark.parametrize("features", [None, {"seen_at": {"kind": "datetime"}}], ids=["inferred", "said"])
def test_times_with_and_without_an_offset_in_one_column_are_refused(features):
    columns = {"seen_at": some(["2024-01-31T10:00+02:00", "2024-02-03T11:30"]), "other": numbers()}

    assert refusal(columns, features=features) == (
        "In the column “seen_at” some times have an offset, like 2024-01-31T10:00+02:00, and others none, "
        "like 2024-02-03T11:30. Write all of them with an offset, or none"
    )


def test_day_and_month_are_told_apart_by_the_whole_column():
    inference = understood({"column": some(["03/04/2019", "25/04/2019"]), "other": numbers()})

    assert inference.schema.by_name["column"].date_order == "dmy"
    assert np.datetime64("2019-04-03") in set(inference.X[:, 0])


def test_dates_that_could_be_two_days_are_refused_naming_the_key():
    columns = {"sold on": some(["03/04/2019", "05/06/2019"]), "other": numbers()}

    assert "In the column “sold on”" in refusal(columns)
    assert 'date_order = "dmy"' in refusal(columns)
    inference = understood(columns, said={"date_order": "mdy"})
    assert np.datetime64("2019-03-04") in set(inference.X[:, 0])


def test_a_decimal_comma_belongs_to_the_file():
    columns = {"column": some(["1,5", "2,25", "1.234,5"]), "other": some(["7", "8", "9"])}
    inference = understood(columns, delimiter=";")
    feature = inference.schema.by_name["column"]

    assert set(inference.X[:, 0]) == {1.5, 2.25, 1234.5}
    assert (feature.kind, feature.decimal, feature.decimals) == ("number", ",", 2)
    assert "The decimal sign of the file was taken to be “,”" in inference.notes


def test_the_form_may_use_another_decimal_sign_than_the_file():
    inference = understood({"column": some(["1.5", "2.25"]), "other": some(["7", "8"])}, said={"decimal": ","})

    assert set(inference.X[:, 0]) == {1.5, 2.25}
    assert inference.schema.by_name["column"].decimal == ","


def test_a_comma_that_no_cell_explains_is_asked_for():
    columns = {"column": some(["1,234", "2,500"]), "other": some(["7", "8", "9"])}

    assert 'Say decimal = "," or decimal = "." under [data]' in refusal(columns, delimiter=";")
    assert set(understood(columns, delimiter=";", said={"decimal": ","}).X[:, 0]) == {1.234, 2.5}
    assert set(understood(columns, delimiter=";", said={"decimal": "."}).X[:, 0]) == {1234.0, 2500.0}
    assert set(understood(columns).X[:, 0]) == {1234.0, 2500.0}


def test_a_column_with_the_other_decimal_sign_is_warned_of():
    columns = {"a": some(["1.5", "2.5"]), "b": some(["2.5", "3.75"], seed=3), "c": some(["1,5", "2,5"], seed=4)}

    assert "c is taken as text: its decimal sign is “,”, that of the file “.”" in understood(columns).warnings


def test_a_word_among_numbers_is_said():
    column = [*numbers(ROWS - 10), *["closed"] * 10]

    assert any(
        "the others are “closed”" in warning for warning in understood({"a": column, "b": numbers(seed=3)}).warnings
    )


def test_dates_with_years_of_two_figures_are_said_not_to_be_read():
    columns = {"day": some(["31.01.24", "1.2.24", "-"]), "code": some(["1.2.3", "1.2.4"]), "b": numbers()}
    warnings = understood(columns).warnings

    assert "day is taken as text: its dates, like 1.2.24, need years of four figures" in warnings
    assert not [warning for warning in warnings if warning.startswith("code")]


@pytest.mark.parametrize(
    ("values", "kind", "classes", "positive"),
    [
        (["Yes", "No", "No"], "classes", ("No", "Yes"), "Yes"),
        (["No", "Yes", "Yes"], "classes", ("No", "Yes"), "Yes"),
        (["true", "false"], "classes", ("false", "true"), "true"),
        (["1", "0", "0"], "classes", ("0", "1"), "1"),
        (["1.0", "0.0"], "classes", ("0", "1"), "1"),
        (["2", "1", "1"], "classes", ("1", "2"), "1"),
        (["nein", "ja", "ja"], "classes", ("ja", "nein"), "ja"),
        (["Oui", "Oui", "Non"], "classes", ("Non", "Oui"), "Oui"),
        (["No", "S\u00ed", "S\u00ed"], "classes", ("No", "S\u00ed"), "S\u00ed"),
        (["good", "bad", "good"], "classes", ("bad", "good"), "bad"),
        (["a", "b", "c"], "classes", ("a", "b", "c"), ""),
        (["NA", "a", "b"], "classes", ("NA", "a", "b"), ""),
        (["1", "2", "3"], "number", (), ""),
        (["1.5", "2", "NA"], "classes", ("1.5", "2"), ""),
    ],
)
def test_the_target_is_classes_or_a_number(values, kind, classes, positive):
    inference = understood({"a": numbers(), "answer": some(values)})
    target = inference.schema.target

    assert (target.kind, target.classes) == (kind, classes)
    assert target.positive == positive or (not positive and len(classes) == 2)
    if classes:
        assert tuple(np.unique(inference.y)) == classes


def test_the_rarer_class_is_the_positive_one_and_that_is_said():
    inference = understood({"a": numbers(), "answer": ["kept"] * 150 + ["left"] * 50})

    assert inference.schema.target.positive == "left"
    assert "Positive class: left" in inference.notes
    assert "Classes of answer: kept 150, left 50" in inference.notes


def test_a_person_says_the_positive_class_and_the_kind_of_target():
    columns = {"a": numbers(), "answer": some(["1", "2", "3"])}

    assert understood(columns, target_said={"kind": "classes"}).schema.target.classes == ("1", "2", "3")
    two = {"a": numbers(), "answer": some(["1", "2"])}
    assert understood(two, target_said={"kind": "number"}).schema.target.kind == "number"
    assert understood(two, said={"positive": "2"}).schema.target.positive == "2"
    assert "the classes are 1 and 2" in refusal(two, said={"positive": "3"})
    assert "holds texts" in refusal({"a": numbers(), "answer": some(["x", "y"])}, target_said={"kind": "number"})


def test_a_wish_that_the_target_cannot_grant_is_refused():
    classes = {"a": numbers(), "answer": some(["yes", "no"])}
    number = {"a": numbers(), "answer": numbers(seed=8, low=12, high=987)}

    assert understood(classes, target_said={"wanted": "no"})
    assert understood(number, target_said={"wanted": "lower"})
    assert "wanted = “maybe”, but it can be no or yes" in refusal(classes, target_said={"wanted": "maybe"})
    assert "it can be higher or lower" in refusal(number, target_said={"wanted": "yes"})


def test_a_target_that_is_a_number_has_unit_decimals_and_limits():
    columns = {"a": numbers(), "answer": numbers(seed=8, low=12, high=987, decimals=2)}
    inference = understood(columns, target_said={"unit": "$", "label": "Price"})
    target = inference.schema.target

    assert (target.label, target.unit, target.decimals) == ("Price", "$", 2)
    assert target.observed[0] <= inference.y.min() and target.observed[1] >= inference.y.max()


def test_rows_without_a_target_are_left_out_and_counted():
    answer = [*some(["yes", "no"], ROWS - 5), "", " ", "", "", ""]
    inference = understood({"a": numbers(), "answer": answer})

    assert len(inference.y) == len(inference.X) == len(inference.kept_rows) == ROWS - 5
    assert list(inference.kept_rows) == list(range(ROWS - 5))
    assert "5 rows without a value of answer left out" in inference.notes


def test_the_target_is_found_after_trim_and_composition():
    assert (
        understood({"a": numbers(), " Zoe\u0308 ": some(["x", "y"])}, target="Zo\u00eb").schema.target.name
        == "Zo\u00eb"
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (["yes"] * ROWS, "one class only, “yes”"),
        (["7"] * ROWS, "one class only, “7”"),
        ([""] * ROWS, "has no values: every cell is blank"),
        (["NA"] * ROWS, "has no values"),
        ([f"class {at % 40}" for at in range(ROWS)], "has 40 different texts; at most 30 classes"),
        (["yes"] * 197 + ["no"] * 3, "The class “no” of “answer” has 3 rows"),
        (["2024-01-31", "2024-02-01"] * 100, "holds dates"),
        (["yes"] * 10 + ["no"] * 9 + [""] * 181, "19 rows with a value of “answer” are too few"),
    ],
)
def test_a_target_that_cannot_be_learned_is_refused_in_words(answer, words):
    assert words in refusal({"a": numbers(), "answer": answer})


def test_ten_rows_are_too_few():
    assert refusal({"a": numbers(10), "answer": some(["x", "y"], 10)}) == (
        "10 rows are too few to learn from: at least 30 are needed, and some hundreds are better"
    )


def test_a_missing_target_names_the_nearest_column():
    assert refusal({"Churn": some(["x", "y"]), "b": numbers()}, target="Chrun").endswith("Did you mean “Churn”?")
    assert refusal({"Churn": some(["x", "y"]), "b": numbers()}, target="zzz").endswith("Its columns are Churn, b")


@pytest.mark.parametrize("key", ["id_column", "time_column"])
def test_a_spec_cannot_name_a_column_that_is_not_there(key):
    assert "Did you mean “column”?" in refusal({"column": numbers()}, said={key: "colunm"})
    assert "is the target" in refusal({"column": numbers()}, said={key: "answer"})


def test_sections_and_exclusions_of_unknown_columns_are_refused():
    assert "names “colunm”" in refusal({"column": numbers()}, features={"colunm": {"label": "x"}})
    assert "[data] exclude names “b”" in refusal({"column": numbers()}, said={"exclude": ("b",)})


def test_a_person_says_whether_a_blank_is_accepted():
    column = [*numbers(ROWS - 1), ""]

    assert not feature_of(column, features={"column": {"missing": "refuse"}}).optional
    assert feature_of(numbers(), features={"column": {"missing": "allow"}}).optional
    assert not feature_of(numbers()).optional


def test_everything_a_person_says_of_a_feature_is_kept():
    section = {
        "label": "Monthly income",
        "unit": "£",
        "help": "Before tax",
        "group": "Money",
        "minimum": 0.0,
        "maximum": 1e6,
        "actionable": True,
        "direction": "up",
        "sensitive": True,
    }
    feature = feature_of(numbers(), features={"column": section})

    for name, value in section.items():
        assert getattr(feature, name) == value


def test_limits_of_dates_in_the_spec():
    day = pd.Timestamp("2024-01-05").date()
    feature = feature_of(some(["2024-01-31", "2024-02-01"]), features={"column": {"minimum": day}})

    assert str(feature.from_number(feature.minimum)) == "2024-01-05"
    assert "min must be a number" in refusal({"a": numbers()}, features={"a": {"minimum": day}})
    assert "min must be a date" in refusal({"a": some(["2024-01-31", "2024-02-01"])}, features={"a": {"minimum": 3.0}})
    assert "only numbers and dates" in refusal({"a": some(["x", "y"])}, features={"a": {"minimum": 3.0}})
    assert "min is larger than max" in refusal({"a": numbers()}, features={"a": {"minimum": 3.0, "maximum": 2.0}})


def test_rows_beyond_a_persons_limits_are_learned_from_and_warned_of():
    inference = understood({"a": ["-5", *numbers(ROWS - 1)]}, features={"a": {"minimum": 0.0}})

    assert inference.warnings == ("1 rows of a are beyond the spec's min or max; they are learned from too",)
    assert inference.X[0, 0] == -5


def test_a_kind_that_a_cell_contradicts_is_refused_naming_the_cell():
    said = refusal({"a": some(["1", "2.5", "3"])}, features={"a": {"kind": "integer"}})

    assert said.startswith("“2.5” in the column “a” is not of the kind integer")


def test_kinds_that_a_person_says():
    codes = some(["1", "2", "3"])

    assert feature_of(codes, features={"column": {"kind": "category"}}).kind == "category"
    assert feature_of(codes, features={"column": {"kind": "number"}}).kind == "number"
    assert feature_of(some(["1", "0"]), features={"column": {"kind": "integer"}}).kind == "integer"
    assert feature_of(some(["2024-01-31", "2024-02-01"]), features={"column": {"kind": "datetime"}}).kind == "datetime"
    words = {"kind": "yes_no", "choices": (("ja", "Yes"), ("nein", "No"))}
    assert feature_of(some(["ja", "nein"]), features={"column": words}).kind == "yes_no"


def test_features_stand_in_the_order_a_person_gives_and_groups_by_first_use():
    sections = {"c": {"order": 1, "group": "Second"}, "a": {"group": "First"}, "b": {"order": 2, "group": "Second"}}
    inference = understood({"a": numbers(), "b": numbers(seed=2), "c": numbers(seed=3)}, features=sections)

    assert [feature.name for feature in inference.schema.features] == ["c", "b", "a"]
    assert [group.title for group in inference.schema.groups] == ["Second", "First"]
    assert inference.X[0, 2] == float(numbers()[0])


@pytest.mark.parametrize("name", ["data", "errors", "_id", "csrf_token", "名前", "🙂", 'a "quoted" name', "x" * 300])
def test_a_column_may_have_any_name(name):
    assert understood({name: numbers(), "other": numbers(seed=4)}).schema.by_name[name].label


def test_a_column_without_a_name_can_be_learned_from():
    inference = understood({"a": numbers(), "": numbers(seed=6)})

    assert inference.schema.by_name[""].label == "Unnamed column"


def test_two_hundred_columns():
    columns = {f"column_{at}": numbers(60, seed=at) for at in range(200)}

    assert understood(columns).X.shape == (60, 200)


def test_the_schema_survives_json():
    columns = {
        "a": numbers(),
        "b": some(["x", "y", ""]),
        "c": some(["2024-01-31", "2024-02-01"]),
        "d": some(["1", "0"]),
    }
    schema = understood(columns).schema

    assert Schema.from_json(schema.to_json()) == schema


@pytest.mark.parametrize("load", [load_breast_cancer, load_diabetes, load_iris, load_wine])
def test_the_tables_that_come_with_scikit_learn_are_understood(load):
    bunch = load(as_frame=True)
    frame = bunch.frame
    classes = hasattr(bunch, "target_names") and load is not load_diabetes
    if classes:
        frame["target"] = np.array(bunch.target_names)[frame["target"]]
    table = table_from_bytes(frame.to_csv(index=False).encode(), "bundled", "bundled.csv")
    inference = infer_schema(table, Spec("bundled", data=DataSpec("bundled.csv", target="target")))

    assert inference.set_aside == ()
    assert len(inference.schema.features) == len(bunch.feature_names)
    assert inference.schema.target.kind == ("classes" if classes else "number")
    np.testing.assert_array_equal(inference.X[:, 2].astype(float), frame.iloc[:, 2].to_numpy(float))


def test_what_was_assumed_of_a_file_is_said():
    lines = ["größe,answer"] + [f"{row % 7},{'yes' if row % 3 else 'no'}" for row in range(3_000)]
    lines[5:30] = ["1,2,3"] * 25
    table = table_from_bytes("\n".join(lines).encode("cp1252"), "made_up", "made_up.csv")
    notes = infer_schema(table, Spec("made_up", data=DataSpec("made_up.csv", target="answer"))).notes

    assert notes[0].startswith("The file is not UTF-8; it was read as Windows text (cp1252)")
    assert notes[1] == "Line 6 skipped: 3 cells instead of 2"
    assert notes[21] == "5 more lines skipped for reasons like these"


def test_classes_that_differ_in_capitals_only_are_warned_of():
    inference = understood({"a": numbers(), "answer": some(["yes", "no", "No"])})

    assert inference.schema.target.classes == ("No", "no", "yes")
    assert inference.warnings[0] == "Classes of answer differ in capitals only; they are learned as different ones"


def test_a_number_that_never_changes_is_no_target():
    same = {"a": numbers(), "answer": ["7"] * ROWS}

    assert "is the same number in every row" in refusal(same, target_said={"kind": "number"})


def test_an_order_said_by_a_person_holds_for_dates_with_the_year_in_front_too():
    columns = {"a": some(["2024-01-31", "2024-02-01"]), "other": numbers()}

    assert understood(columns, said={"date_order": "dmy"}).schema.by_name["a"].date_order == "dmy"
    mixed = {"a": some(["03/04/2019", "05/06/2019"]), "other": numbers()}
    assert "can be read with the day or the month first" in refusal(mixed, said={"date_order": "ymd"})


def test_a_category_forced_on_texts_that_hardly_repeat_is_refused():
    column = [f"{row // 2:03d}" for row in range(ROWS)]

    assert "No category of “column” has 5 rows" in refusal(
        {"column": column}, features={"column": {"kind": "category"}}
    )


def test_a_large_table_is_understood_quickly():
    rows = 60_000
    columns = {
        "a": numbers(rows, decimals=4),
        "b": some(["x", "y", "z"], rows, seed=5),
        "answer": some(["yes", "no"], rows),
    }
    started = time.process_time()
    inference = understood(columns)

    assert inference.X.shape == (rows, 2)
    assert time.process_time() - started < 5
