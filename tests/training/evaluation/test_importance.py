"""What a field is worth: as much as is lost when it is shuffled, and nothing when it says nothing."""

import numpy as np
import pytest

from webapp.estimators.additive import AdditiveClassifier
from webapp.schema import Feature, Schema, Target
from webapp.training.evaluation.importance import Fields, Held, fields_of, groups_of, importance_of

ENOUGH_S = 60.0


@pytest.fixture(scope="module")
def held():
    """`strong` and `weak` say something, `idle` nothing."""
    random = np.random.default_rng(0)
    Z = random.normal(0, 1, (2400, 3))
    y = np.where(random.random(2400) < 1 / (1 + np.exp(-2.0 * Z[:, 0] - 0.5 * Z[:, 1])), "yes", "no")
    model = AdditiveClassifier().fit(Z[:1600], y[:1600])
    return Held(Z[1600:], y[1600:], ("no", "yes"), model.predict_proba)


def fields(*names):
    return [Fields(name, name.capitalize(), (place,)) for place, name in enumerate(names)]


def test_the_strong_field_comes_first_and_the_idle_one_is_worth_nothing(held):
    strong, weak, idle = importance_of(held, fields("strong", "weak", "idle"), 0, ENOUGH_S)

    assert [found.feature for found in (strong, weak, idle)] == ["strong", "weak", "idle"]
    assert strong.is_found and weak.is_found
    assert not idle.is_found
    assert abs(idle.loss_increase) < 0.05 * weak.loss_increase


def test_it_is_the_growth_of_the_loss_that_a_plain_shuffle_shows(held):
    random = np.random.default_rng(5)
    growths = []
    for _ in range(40):
        shuffled = held.Z.copy()
        shuffled[:, 0] = random.permutation(shuffled[:, 0])
        growths.append(held.losses(shuffled, held.y).mean() - held.losses(held.Z, held.y).mean())

    [strong] = importance_of(held, fields("strong"), 0, ENOUGH_S)

    assert strong.loss_increase == pytest.approx(np.mean(growths), rel=0.08)
    assert strong.low < np.mean(growths) < strong.high


def test_columns_of_one_field_are_shuffled_together():
    """Only the difference of two columns counts, and it stays when both move as one."""
    random = np.random.default_rng(1)
    Z = np.column_stack([random.normal(0, 5, 400)] * 2)
    Z[:, 1] += random.normal(0, 1, 400)
    held = Held(Z, Z[:, 1] - Z[:, 0], (), lambda rows: rows[:, 1] - rows[:, 0])
    together, apart = Fields("pair", "Pair", (0, 1)), Fields("one", "One", (0,))

    found = {one.feature: one.loss_increase for one in importance_of(held, [together, apart], 0, ENOUGH_S)}

    assert found["one"] > 4 * found["pair"] > 0


def test_the_same_seed_gives_the_same_figures(held):
    first, second = (importance_of(held, fields("strong", "weak"), 3, ENOUGH_S) for _ in range(2))

    assert first == second


def test_without_time_it_is_rougher_but_there(held):
    calls = []

    def slow(rows):
        calls.append(len(rows))
        return held.answer(rows)

    [strong] = importance_of(Held(held.Z, held.y, held.classes, slow), fields("strong"), 0, 0.0)

    assert calls[1:] == [400, 400]
    assert strong.is_found


def test_fields_own_their_encoded_columns_and_groups_those_of_their_fields():
    features = (
        Feature("joined", "date", "Joined", group="Contract"),
        Feature("plan", "category", "Plan", group="Contract"),
        Feature("age", "number", "Age", group="Person"),
    )
    schema = Schema("any", features, Target("left", "classes", "Left"))
    encoded = [(0, "year", False), (0, "day", False), (1, "level", True), (2, "value", False)]

    assert [field.columns for field in fields_of(schema, encoded)] == [(0, 1), (2,), (3,)]
    assert groups_of(schema, encoded) == (Fields("Contract", "Contract", (0, 1, 2)),)


def test_one_group_of_everything_says_nothing():
    features = (Feature("a", "number", "A", group="All"), Feature("b", "number", "B", group="All"))

    assert groups_of(Schema("any", features, Target("y", "number", "Y")), [(0,), (1,)]) == ()
