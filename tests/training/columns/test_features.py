"""The schema of a version tells what its training rows told, and nothing that only the rows kept back show."""

import numpy as np
import pytest

from tests.training.known_tables import KEY, learn, spec_of
from tests.training.made_up import feature_of, numbers, some, understood
from webapp.model_store import ModelStore
from webapp.parsing.answers import OTHER
from webapp.prediction.known import flags_of_rows
from webapp.training.columns.features import learned_from
from webapp.training.facts import data_until
from webapp.training.spec.file import DataSpec, FeatureSpec, Spec

PLAN = ["a"] * 120 + ["b"] * 60 + ["new"] * 20
SIZE = [*numbers(180, decimals=2), *numbers(20, low=900, high=1000, decimals=2)]


def learned(columns, rows, features=None):
    """The schema of the first rows of a table, and that of the whole."""
    whole = understood(columns, features=features).schema
    sections = {name: FeatureSpec(**section) for name, section in (features or {}).items()}
    X = understood(columns, features=features).X
    return learned_from(whole, X[:rows], Spec("made_up", data=DataSpec(target="answer"), features=sections)), whole


def codes_of(schema, **values):
    answers = [values.get(feature.name, feature.typical_value) for feature in schema.features]
    [flags] = flags_of_rows(schema, [[answer] for answer in answers], 1)
    return {(flag.code, flag.feature) for flag in flags}


def test_a_category_and_a_value_of_the_rows_kept_back_are_flagged():
    schema, whole = learned({"plan": PLAN, "size": SIZE}, 180)

    assert codes_of(whole, plan="new", size=950.0) == set()
    assert codes_of(schema, plan="new", size=950.0) == {("unknown_category", "plan"), ("outside_range", "size")}
    assert [(choice.value, choice.rows) for choice in schema.by_name["plan"].choices] == [("a", 120), ("b", 60)]
    assert schema.by_name["size"].usual[1] <= 100


def test_a_category_of_too_few_training_rows_is_one_of_the_others():
    schema, _ = learned({"plan": PLAN, "size": SIZE}, 184)

    plan = schema.by_name["plan"]
    assert [choice.value for choice in plan.choices] == ["a", "b"]
    assert plan.other_rows == 4


def test_a_choice_listed_by_the_spec_stays_in_its_place_and_is_rare():
    listed = {"plan": {"choices": (("new", "New"), ("b", ""), ("a", ""), ("never", "")), "ordered": True}}
    schema, _ = learned({"plan": PLAN, "size": SIZE}, 180, listed)

    plan = schema.by_name["plan"]
    assert [(choice.value, choice.rare) for choice in plan.choices] == [
        ("new", True),
        ("b", False),
        ("a", False),
        ("never", True),
    ]
    assert codes_of(schema, plan="never") == {("rare_category", "plan")}


def test_the_order_of_a_scale_is_that_of_the_spec():
    scale = {"choices": (("low", ""), ("middle", ""), ("high", "")), "ordered": True}
    feature = feature_of(some(["high", "low", "middle"]), features={"column": scale})

    assert feature.ordered
    assert [choice.value for choice in feature.choices] == ["low", "middle", "high"]


def test_a_blank_is_accepted_where_only_the_rows_kept_back_have_one():
    schema, _ = learned({"plan": PLAN, "size": [*SIZE[:199], ""]}, 180)

    size = schema.by_name["size"]
    assert size.optional
    assert not size.missing_seen


def test_yes_or_no_and_typical_values_are_counted_in_the_training_rows():
    schema, whole = learned({"app": ["Yes"] * 3 + ["No"] * 87 + ["Yes"] * 110, "size": SIZE}, 90)

    assert [(choice.rows, choice.rare) for choice in schema.by_name["app"].choices] == [(3, True), (87, False)]
    assert (whole.by_name["app"].typical, schema.by_name["app"].typical) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("column", "typical"),
    [
        ([""] * 150 + ["7", "8"] * 25, None),
        ([""] * 150 + ["x", "y"] * 25, None),
        (["x"] * 2 + ["y"] * 148 + ["x"] * 50, "y"),
        ([f"t{row // 2}" for row in range(150)] + ["t"] * 50, OTHER),
    ],
)
def test_training_rows_that_say_little_of_a_column_make_a_schema_too(column, typical):
    kind = {"column": {"kind": "category"}} if typical == OTHER else None
    schema, _ = learned({"column": column, "size": SIZE}, 150, kind)

    assert schema.by_name["column"].typical == typical
    assert type(schema).from_json(schema.to_json()) == schema


def months(rows=150):
    random = np.random.default_rng(5)
    size = random.uniform(0, 10, rows).round(2)
    return {
        "day": [str(np.datetime64("2024-01-05") + 2 * row) for row in range(rows)],
        "plan": random.choice(["a", "b"], rows - 30).tolist() + random.choice(["a", "new"], 30).tolist(),
        "size": size.tolist(),
        "price": (3 * size + random.normal(size=rows)).round(2).tolist(),
    }


def test_a_package_knows_no_category_that_only_the_latest_rows_have(tmp_path):
    outcome = learn(months(), spec_of("months", "price", time_column="day"), tmp_path)
    package = ModelStore(tmp_path).load("months", outcome.stored.version, (KEY.public,))

    assert [choice.value for choice in package.schema.by_name["plan"].choices] == ["a", "b"]
    assert [choice.value for choice in outcome.inference.schema.by_name["plan"].choices] == ["a", "b", "new"]
    day = package.schema.by_name["day"]
    assert str(day.from_number(day.observed[1])) == package.metadata["data_until"] == "2024-08-31"


@pytest.mark.parametrize(
    ("column", "until"),
    [
        (some(["2024-01-31", "2024-02-01", "2024-02-11"]), "2024-02-29"),
        (some(["2023-12-24 10:00", "2023-12-31 23:30", ""]), "2023-12-31"),
        (some(["2021", "2022"]), ""),
    ],
)
def test_what_was_learned_reaches_to_the_end_of_a_month(column, until):
    inference = understood({"when": column, "other": numbers()})

    assert data_until(inference.schema, inference.X, "when") == until
    assert data_until(inference.schema, inference.X, "") == ""
