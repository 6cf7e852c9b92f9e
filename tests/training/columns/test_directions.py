"""What the spec says of scales and directions is kept to, or refused in words before anything is learned."""

from dataclasses import replace

import numpy as np
import pytest

from tests.training.known_tables import KEY, learn, leaving, spec_of
from tests.training.made_up import numbers, some, table_from_named, understood
from webapp.errors import UnusableSpec
from webapp.model_store import ModelStore
from webapp.training.columns.inference import infer_schema
from webapp.training.spec.file import FeatureSpec, TrainingSpec

SCALE = {"choices": (("low", ""), ("middle", ""), ("high", "")), "ordered": True}
COLUMNS = {"size": numbers(), "risk": some(["low", "middle", "high"]), "since": some(["2024-01-31", "2024-02-01"])}


def refusal(feature, said, **columns):
    with pytest.raises(UnusableSpec) as problem:
        understood({**COLUMNS, **columns}, features={feature: said})
    return str(problem.value)


@pytest.mark.parametrize(("feature", "said"), [("size", {}), ("risk", SCALE)])
@pytest.mark.parametrize(("direction", "sign"), [("up", 1), ("down", -1)])
def test_a_direction_of_a_number_or_a_scale_is_taken(feature, said, direction, sign):
    inference = understood(COLUMNS, features={feature: {**said, "monotonic": direction}})

    assert inference.schema.by_name[feature].monotonic == sign


def test_a_direction_that_no_model_can_keep_to_is_refused_with_the_reason():
    assert refusal("since", {"monotonic": "up"}).startswith("[features.since] monotonic cannot be kept to: a date is")
    assert "a category has no order" in refusal("risk", {"monotonic": "up"})
    several = some(["kept", "left", "moved"], seed=3)
    assert "“answer” has 3 classes" in refusal("size", {"monotonic": "down"}, answer=several)


def test_a_direction_is_refused_beside_an_estimator_of_somebody_s_own():
    spec = replace(
        spec_of("leaving", "left"),
        features={"fee": FeatureSpec(monotonic="up")},
        training=TrainingSpec(estimator="our_candidates:crossed"),
    )

    with pytest.raises(UnusableSpec, match=r"^\[features.fee\] monotonic cannot be kept to: .*our_candidates:crossed"):
        infer_schema(table_from_named(leaving()), spec)


def test_a_scale_needs_the_place_of_every_value():
    assert "choices does not say where “high” stands" in refusal("risk", {**SCALE, "choices": SCALE["choices"][:2]})


@pytest.mark.parametrize(("direction", "sign"), [("up", 1), ("down", -1)])
def test_a_version_answers_in_the_direction_of_its_spec(tmp_path, direction, sign):
    spec = replace(spec_of("leaving", "left"), features={"fee": FeatureSpec(monotonic=direction)})
    stored = learn(leaving(), spec, tmp_path).stored
    package = ModelStore(tmp_path).load("leaving", stored.version, (KEY.public,))
    pipeline, schema = package.pipeline, package.schema

    at = [feature.name for feature in schema.features].index("fee")
    case = [feature.typical_value for feature in schema.features]
    X = np.array([[*case[:at], fee, *case[at + 1 :]] for fee in np.linspace(10, 130, 200)], dtype=object)
    chances = pipeline.predict_proba(X)[:, list(pipeline.classes_).index("Yes")]
    assert (sign * np.diff(chances) >= 0).all()
