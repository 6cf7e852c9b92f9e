"""The feature change log: what became of each field, in words and as values."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.comparison.planted import customers, without
from webapp.comparison.change_log import change_log, entanglement_words
from webapp.comparison.fields import field_changes, renamed_fields, target_changes
from webapp.comparison.sides import Side


def changed(side: Side, name: str, **facts) -> Side:
    """The same version, one of its fields being otherwise."""
    features = tuple(replace(feature, **facts) if feature.name == name else feature for feature in side.schema.features)
    return replace(side, schema=replace(side.schema, features=features), name="version 2")


def words(before: Side, after: Side) -> str:
    return "; ".join(change.words for change in field_changes(before, after, renamed_fields(before, after)))


def test_nothing_is_said_where_nothing_changed(before):
    log = change_log(before, replace(before, name="version 2"))

    assert log.changes == ()
    assert log.summary == "Asks and weighs the same as version 1"


def test_hard_limits_of_a_person_matter_and_seen_ones_are_noted(before):
    fee = before.schema.by_name["fee"]
    limited = changed(before, "fee", maximum=100.0)
    seen = changed(before, "fee", observed=(fee.observed[0], 2 * fee.observed[1]))

    assert words(before, limited) == "“Fee”: the largest accepted value is 100, it was not set"
    assert field_changes(before, limited, {})[0].is_material
    assert "was seen from" in words(before, seen)
    assert not field_changes(before, seen, {})[0].is_material


def test_a_frequent_category_that_is_gone_matters(before):
    plan = before.schema.by_name["plan"]
    after = changed(before, "plan", choices=tuple(choice for choice in plan.choices if choice.value != "max"))

    [change] = field_changes(before, after, {})

    assert "no longer has the category “max”" in change.words
    assert change.is_material


def test_a_category_of_a_few_rows_comes_and_goes_by_chance(before):
    plan = before.schema.by_name["plan"]
    rare = replace(plan.choices[0], value="gold", label="Gold", rows=7)

    [change] = field_changes(before, changed(before, "plan", choices=(*plan.choices, rare)), {})

    assert not change.is_material


def test_a_field_that_a_training_found_of_no_use_comes_and_goes_without_alarm(before):
    features = tuple(feature for feature in before.schema.features if feature.name != "region")
    selection = [{"feature": "region", "kept": False, "why": "the answers are no worse without it", "gain": 0.0}]
    after = replace(
        before, schema=replace(before.schema, features=features), metadata={**before.metadata, "selection": selection}
    )

    [gone] = field_changes(before, after, {})
    [new] = field_changes(after, before, {})

    assert gone.words == "“Region” is no longer asked, because the answers are no worse without it"
    assert not gone.is_material and not new.is_material


def test_another_kind_matters_unless_both_are_numbers(before):
    assert field_changes(before, changed(before, "months", kind="category"), {})[0].is_material
    assert not field_changes(before, changed(before, "months", kind="number"), {})[0].is_material


def test_classes_that_come_and_go_are_named(before):
    target = replace(before.schema.target, classes=("No", "Perhaps"), positive="Perhaps")
    after = replace(before, schema=replace(before.schema, target=target))

    said = [change.words for change in target_changes(before, after)]

    assert said == ["It no longer knows the answer “Yes”", "It has the new answer “Perhaps”"]


def test_changed_code_for_reading_values_is_noted(before):
    code = {**before.metadata["code"], "preprocessing": "0" * 64}
    after = replace(before, metadata={**before.metadata, "code": code})

    assert [change.kind for change in change_log(before, after).changes] == ["preprocessing"]


@pytest.fixture(scope="module")
def without_fee(trainer, table):
    """What fee said is left to its twin, of which nothing was changed."""
    return trainer.side(without(table, "fee"))


def test_a_field_that_does_something_else_though_nothing_about_it_changed_is_entangled(trainer, before, without_fee):
    log = change_log(before, without_fee)

    assert [change.field for change in log.changes if change.kind == "removed"] == ["fee"]
    assert {change.field for change in log.entangled} <= {"fee_with_tax"}
    if log.entangled:
        assert "Nothing about “Fee with tax” was changed" in entanglement_words(log)


def test_the_log_is_plain_json_and_names_whom_it_is_against(before, without_fee):
    document = json.loads(json.dumps(change_log(before, without_fee).to_json()))

    assert document["against"] == "version 1"
    assert document["version"] == before.version
    assert document["summary"].startswith("Against version 1: 1 field removed")
    assert {"kind", "field", "label", "words", "is_material", "by"} == set(document["changes"][0])


def test_training_writes_the_log_against_the_version_in_use(trainer, before, table):
    package = trainer.package(before.version)

    facts = trainer.facts(without(table, "plan"), incumbent=trainer.incumbent(package))

    assert [change["field"] for change in facts["changes"]["changes"] if change["kind"] == "removed"] == ["plan"]
    assert facts["changes"]["version"] == before.version


def test_a_first_version_has_no_log(before):
    assert before.metadata["changes"] is None


def test_how_far_two_trainings_are_apart_is_kept_with_the_version(before):
    steady = before.metadata["stability"]

    assert steady["trainings"] == 4
    assert 0.001 < steady["answers"] < 0.1
    assert set(steady["fields"]) == set(before.schema.by_name)
    assert all(np.isfinite(list(field.values())).all() for field in steady["fields"].values())
    assert customers()["left"][0] not in json.dumps(steady)
