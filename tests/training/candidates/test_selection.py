"""Inputs that do not help are left out where that can be told, or where nobody would answer so many questions."""

import numpy as np
import pytest

from tests.training.asked import effort
from webapp.schema import Feature, Schema, Target
from webapp.training.candidates import selection
from webapp.training.candidates.choice import choose
from webapp.training.candidates.question import Question
from webapp.training.candidates.selection import FEWEST_ROWS, select
from webapp.training.spec.file import FeatureSpec, Spec

TARGET = Target("answer", "number", "Answer")


def selected(inputs, rows=40, features=None):
    """What is left of many inputs of which the first alone says anything."""
    random = np.random.default_rng(0)
    Z = random.normal(size=(rows, inputs))
    y = Z[:, 0] + 0.1 * random.normal(size=rows)
    asked = Question(
        Z, y, "number", (), (), seed=0, inputs=tuple((at,) for at in range(inputs)), pairs=False, selection=True
    )
    schema = Schema("made_up", tuple(Feature(f"x{at}", "number", f"X{at}") for at in range(inputs)), TARGET)
    return select(schema, Spec("made_up", features=features or {}), asked, choose(asked, effort(seconds=0.0)), effort())


def test_of_few_rows_nothing_is_left_out():
    found = selected(5)

    assert found.dropped == ()
    assert found.decided[0].why == f"not tried: 40 rows are too few to tell, {FEWEST_ROWS} wanted"


def test_of_more_questions_than_anybody_answers_those_that_help_are_left_even_with_few_rows(monkeypatch):
    monkeypatch.setattr(selection, "MANY_INPUTS", 11)  # as many as are learned in no time

    found = selected(12, features={"x7": FeatureSpec(keep=True)})

    kept = {one.feature: one.why for one in found.decided if one.kept}
    assert {"x0", "x7"} <= set(kept)
    assert kept["x0"].startswith("without it the loss grows by")
    assert kept["x7"] == "the spec asks for it"
    assert len(kept) < 8
    assert found.choice.taken.loss == pytest.approx(0.1, abs=0.15)
