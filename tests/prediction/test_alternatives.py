"""What would change an answer: known answers on real models, and what is sought where the spec says it or does not."""

import pytest

from tests.prediction.changeable import marked, trained
from webapp.prediction.allowed_changes import allowed
from webapp.prediction.alternatives import alternatives, as_row
from webapp.prediction.curves import curves
from webapp.prediction.goals import SETTLED, UNSAID
from webapp.schema import Choice, Feature

AT_RISK = {"months": 2.0, "fee": 100.0, "plan": "basic"}
MAY = {"actionable": True}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("alternatives") / "model_store")


def case(predictor, **changed):
    values = predictor.example()
    for name, value in changed.items():
        values[list(predictor.schema.by_name).index(name)] = value
    return values


def said(predictor, found):
    """Each set of changes by the names of their fields."""
    names = list(predictor.schema.by_name)
    return [{names[position]: value for position, value in one.changes} for one in found.found]


def suggested(models, name, values, wanted="", rule=None, **marks):
    predictor = marked(models[name][0], **marks)
    found = alternatives(predictor, case(predictor, **values), wanted, rule)
    return found, said(predictor, found)


def test_the_plan_that_holds_people_is_found(models):
    found, changes = suggested(models, "leaving", AT_RISK, "No", 0.7, plan=MAY)

    assert changes == [{"plan": "max"}]
    assert found.found[0].prediction.probability < 0.7 < found.present.probability


def test_two_changes_only_where_neither_does_it_alone(models):
    marks = {"plan": MAY, "fee": MAY | {"direction": "down"}}
    _, alone = suggested(models, "leaving", AT_RISK, "No", 0.6, **marks)
    found, together = suggested(models, "leaving", AT_RISK, "No", 0.4, **marks)

    assert [set(change) for change in alone] == [{"fee"}]
    assert [set(change) for change in together] == [{"plan", "fee"}]
    assert all(one.is_reached for one in found.found)


def test_what_may_only_rise_never_falls(models):
    _, changes = suggested(models, "leaving", AT_RISK | {"months": 40.0}, "No", 0.05, months=MAY | {"direction": "up"})

    assert all(change["months"] > 40 for change in changes)


def test_a_rule_out_of_reach_leaves_what_comes_nearest(models):
    found, changes = suggested(models, "leaving", AT_RISK, "No", 0.001, plan=MAY)

    assert [one.is_reached for one in found.found] == [False]
    assert changes == [{"plan": "max"}]


def test_without_a_wish_the_other_side_of_the_rule_is_looked_for(models):
    found, changes = suggested(models, "leaving", {"months": 60.0, "fee": 30.0, "plan": "max"}, "", 0.3, months=MAY)

    assert found.goal.sign == 1
    assert all(one.prediction.probability >= 0.3 for one in found.found)
    assert changes
    assert changes[0]["months"] < 60


def test_a_case_on_the_wanted_side_needs_nothing(models):
    assert suggested(models, "leaving", AT_RISK, "Yes", 0.4, plan=MAY)[0].goal == SETTLED


def test_of_a_number_the_spec_has_to_say_which_way_is_better(models):
    marks = {"area": MAY, "where": MAY}
    flat = {"area": 100.0, "where": "village"}

    assert suggested(models, "rents", flat, "", **marks)[0].goal == UNSAID
    higher, changes = suggested(models, "rents", flat, "higher", **marks)
    assert {"where": "town"} in changes
    assert all(one.prediction.value > higher.present.value for one in higher.found)


def test_of_several_classes_the_wanted_one_becomes_the_answer(models):
    found, _ = suggested(models, "places", {"height": 0.0, "depth": 0.0}, "wood", height=MAY, depth=MAY)

    assert found.found
    assert {one.prediction.answer for one in found.found if one.is_reached} == {"wood"}


def test_nothing_is_suggested_for_what_nobody_gave_or_nobody_marked(models):
    assert suggested(models, "leaving", AT_RISK | {"fee": None}, "No", 0.6, fee=MAY)[0].fields == ()
    assert suggested(models, "leaving", AT_RISK, "No", 0.6)[0].fields == ()
    assert suggested(models, "leaving", AT_RISK, "No", 0.6, plan=MAY | {"sensitive": True})[0].fields == ()


def test_the_same_question_has_the_same_answer(models):
    first, second = (
        suggested(models, "leaving, boosted", AT_RISK, "No", 0.3, plan=MAY, fee=MAY, months=MAY)[1] for _ in "12"
    )

    assert first == second


def values_of(feature, value):
    return [option.value for option in allowed(feature, value)]


@pytest.mark.parametrize(
    ("usual", "kind", "decimals", "examples"),
    [
        ((1.0, 72.0), "integer", 0, {5.0, 70.0}),
        ((0.0, 4.0), "integer", 0, {0.0, 1.0, 3.0, 4.0}),
        ((1900.0, 52000.0), "integer", 0, {5000.0, 50000.0}),
        ((0.12, 0.94), "number", 2, {0.15, 0.9}),
        ((18.8, 118.65), "number", 2, {20.0, 115.0}),
    ],
)
def test_numbers_are_round_and_inside_what_is_usual(usual, kind, decimals, examples):
    feature = Feature("x", kind, "X", usual=usual, observed=usual, decimals=decimals)
    values = values_of(feature, 2.0)

    assert examples <= set(values)
    assert all(usual[0] <= value <= usual[1] for value in values)
    assert len(values) <= 25
    assert values == sorted(values, key=lambda value: abs(value - 2.0))


def test_a_hard_limit_is_kept_to_as_well():
    feature = Feature("x", "integer", "X", usual=(0.0, 100.0), observed=(0.0, 120.0), minimum=20.0, maximum=40.0)

    assert set(values_of(feature, 30.0)) <= set(map(float, range(20, 41)))


def test_rare_choices_are_left_out_and_a_direction_needs_a_scale():
    choices = (Choice("low", "Low", 90), Choice("mid", "Mid", 3, rare=True), Choice("high", "High", 80))
    plain = Feature("x", "category", "X", choices=choices)
    scale = Feature("x", "category", "X", choices=choices, ordered=True, direction="up")

    assert values_of(plain, "mid") == ["low", "high"]
    assert values_of(scale, "low") == ["high"]
    assert values_of(scale, "high") == []
    assert values_of(scale, "never seen") == []
    assert values_of(Feature("x", "category", "X", choices=choices, direction="up"), "low") == []


def test_yes_or_no_has_one_other_answer_and_up_is_yes():
    choices = (Choice("Yes", "Yes", 90), Choice("No", "No", 90))

    assert values_of(Feature("x", "yes_no", "X", choices=choices), 0.0) == [1.0]
    assert values_of(Feature("x", "yes_no", "X", choices=choices, direction="up"), 1.0) == []


def test_a_curve_goes_through_the_case_as_it_is(models):
    predictor = models["leaving"][0]
    values = case(predictor, months=7.0, fee=41.5)
    drawn = {
        curve.position: dict(zip(curve.numbers, curve.answers, strict=True)) for curve in curves(predictor, values, 0)
    }
    [answer] = predictor.screen(as_row(values))[0][:, 0]
    names = list(predictor.schema.by_name)

    assert drawn[names.index("months")][7.0] == answer
    assert drawn[names.index("fee")][41.5] == answer
