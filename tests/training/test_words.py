"""The half of a version's words that comes from the spec."""

import pytest

from webapp.training.evaluation.thresholds import threshold_in
from webapp.training.spec.file import DecisionSpec, OutcomeSpec, Spec
from webapp.training.words import spec_words

SPEC = Spec(
    "leaving",
    title="Who leaves",
    case="customer",
    outcomes={"Yes": OutcomeSpec("This customer will probably leave", "leaving", "leave", "Call")},
    decision=DecisionSpec(threshold=0.4, set_by="Anna", set_on="2026-10-03"),
)


def test_words_are_those_of_the_spec():
    words = spec_words(SPEC)

    assert (words["title"], words["case"], words["cases"], words["notice"]) == ("Who leaves", "customer", "", "")
    assert words["outcomes"] == {
        "Yes": {
            "text": "This customer will probably leave",
            "chance": "leaving",
            "short": "leave",
            "advice": "Call",
        }
    }
    assert words["decision"] == {"threshold": 0.4, "set_by": "Anna", "set_on": "2026-10-03"}


def test_a_spec_that_says_nothing_has_no_threshold():
    assert spec_words(Spec("leaving"))["decision"] == {"threshold": None, "set_by": "", "set_on": ""}


@pytest.mark.parametrize(("false_alarm", "missed", "threshold"), [(1.0, 1.0, 0.5), (1.0, 4.0, 0.2), (30.0, 10.0, 0.75)])
def test_costs_become_the_chance_from_which_on_acting_is_cheaper(false_alarm, missed, threshold):
    costs = DecisionSpec(costs={"false_alarm": false_alarm, "missed": missed})

    assert threshold_in(costs) == pytest.approx(threshold)
