"""What a spec says about a target is refused where the target is of another kind, and what is not used is said."""

import pytest

from tests.training.made_up import numbers, some, table_of
from webapp.errors import UnusableSpec
from webapp.training.columns.inference import infer_schema
from webapp.training.spec.file import DataSpec, DecisionSpec, OutcomeSpec, Spec

TWO, THREE, NUMBER = some(["kept", "left"]), some(["kept", "left", "moved"]), numbers(seed=7)


def inferred(answer, **said):
    table = table_of(a=numbers(), answer=answer)
    return infer_schema(table, Spec("made_up", data=DataSpec("made_up.csv", target="answer"), **said))


def refusal(answer, **said):
    with pytest.raises(UnusableSpec) as problem:
        inferred(answer, **said)
    return str(problem.value)


@pytest.mark.parametrize(("answer", "found"), [(THREE, "has 3 classes"), (NUMBER, "is a number")])
@pytest.mark.parametrize(
    "decision", [DecisionSpec(threshold=0.4), DecisionSpec(costs={"false_alarm": 1.0, "missed": 9.0})]
)
def test_a_decision_needs_two_classes(answer, found, decision):
    assert f"needs a target of two classes, but “answer” {found}" in refusal(answer, decision=decision)
    assert inferred(TWO, decision=decision).schema.target.task == "binary"


def test_an_outcome_of_no_class_names_the_nearest_one():
    assert refusal(TWO, outcomes={"Leftt": OutcomeSpec()}) == (
        "[outcomes.Leftt] is no class of the target “answer”. Did you mean “left”?"
    )
    assert refusal(TWO, outcomes={"xyz": OutcomeSpec()}).endswith("The classes are kept, left")
    assert inferred(THREE, outcomes={"moved": OutcomeSpec(chance="moving")}).schema.target.classes[2] == "moved"


def test_a_number_has_no_outcomes():
    assert "describes a class, but the target “answer” is a number" in refusal(NUMBER, outcomes={"7": OutcomeSpec()})
