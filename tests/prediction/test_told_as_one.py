"""Inputs that go together are told as one reason, which is the sum of what each of them would be."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from tests.training.known_tables import KEY, learn, leaving, places, rents, spec_of
from webapp.estimators.boosting import BoostingClassifier, BoostingRegressor
from webapp.estimators.conformal import ConformalRegressor
from webapp.model_store import ModelStore
from webapp.prediction.predictor import Predictor
from webapp.preprocessing import Preprocessor
from webapp.result_page.page import result_page
from webapp.training.spec.file import FeatureSpec, TrainingSpec

BILL = "Contract and bill"
EVERYTHING = TrainingSpec(selection=False)
MODELS = {
    "leaving": (leaving, {"fee": BILL, "plan": BILL, "has_app": BILL}),
    "places": (places, {"height": "Lie of the land", "depth": "Lie of the land"}),
    "rents": (rents, {"area": "The flat", "where": "The flat"}),
}
TARGETS = {"leaving": "left", "places": "place", "rents": "rent"}


def spec_with(name, together):
    features = {column: FeatureSpec(reason=reason) for column, reason in together.items()}
    data = {"id_column": "customer"} if name == "leaving" else {}
    return replace(spec_of(name, TARGETS[name], **data), features=features, training=EVERYTHING)


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    root = tmp_path_factory.mktemp("told_as_one")
    return root, {name: learn(make(), spec_with(name, said), root) for name, (make, said) in MODELS.items()}


@pytest.fixture(params=[f"{name}{how}" for name in MODELS for how in ("", ", trees")])
def case(request, learned):
    """(predictor, the same one without anything told as one, rows of the table and some with gaps)"""
    root, outcomes = learned
    name, _, trees = request.param.partition(", ")
    outcome = outcomes[name]
    schema, X = outcome.inference.schema, outcome.inference.X
    if trees:
        pipeline = boosted(outcome)
    else:
        package = ModelStore(root).load(name, outcome.stored.version, (KEY.public,))
        schema, pipeline = package.schema, package.pipeline
        X = X[:, [outcome.inference.schema.features.index(outcome.inference.schema.by_name[f]) for f in schema.by_name]]
    apart = replace(schema, features=tuple(replace(feature, reason="") for feature in schema.features))
    rows = X[:100].copy()
    for position in range(rows.shape[1]):
        rows[position, position] = None
    return Predictor(schema, pipeline, None, "x"), Predictor(apart, pipeline, None, "x"), rows


def boosted(outcome):
    inference = outcome.inference
    features = inference.schema.features
    preprocessor = Preprocessor([one.name for one in features], [one.kind for one in features]).fit(inference.X)
    Z, codes = preprocessor.transform(inference.X), preprocessor.categorical_columns_
    if inference.schema.target.kind == "number":
        model = ConformalRegressor(BoostingRegressor(codes, max_iter=20, log_target=True)).fit(Z, inference.y)
    else:
        model = BoostingClassifier(codes, max_iter=20).fit(Z, inference.y)
    return Pipeline([("preprocess", preprocessor), ("model", model)])


def test_it_is_the_sum_of_its_inputs_and_everything_sums_to_the_difference(case):
    predictor, apart, rows = case
    together = [feature.name for feature in predictor.schema.features if feature.reason]
    merged = " + ".join(together)

    for one, alone in zip(predictor.predict(rows), apart.predict(rows), strict=True):
        points = {reason.feature: reason.points for reason in one.reasons}
        single = {reason.feature: reason.points for reason in alone.reasons}
        inside = sum(amount for name, amount in single.items() if set(name.split(" + ")) <= set(together))
        assert points[merged] == pytest.approx(inside, rel=1e-6, abs=1e-6)
        is_number = one.probability is None
        difference = one.value - one.reference if is_number else 100 * (one.probability - one.reference)
        assert sum(points.values()) == pytest.approx(difference, rel=1e-6, abs=1e-6)


def shown(amount):
    """'+16 points', '−$1,650', '+12%' or 'under 1 point' as a whole number."""
    if amount.startswith("under"):
        return 0
    digits = int("".join(character for character in amount if character.isdigit()))
    return -digits if amount.startswith("\u2212") else digits


@pytest.mark.parametrize("told_in", ["amounts", "percent"])
def test_what_the_page_shows_adds_up_and_names_few_reasons(case, told_in):
    predictor, _, rows = case
    words = {"schema": predictor.schema, "quality": {"calibrated": True}, "reasons_in": told_in}

    for one, row in zip(predictor.predict(rows[:40]), rows, strict=False):
        record = asdict(one) | {"reference_value": one.reference, "row": row.tolist(), "id": "x", "model": "m"}
        record |= {"reasons": [reason._asdict() for reason in one.reasons]}
        low, high = (one.interval.low, one.interval.high) if one.interval else (None, None)
        reasons = result_page(record | {"low": low, "high": high}, words, "").reasons
        start, end = (shown(text.split(" in ")[0]) for text in (reasons.average[1], reasons.total[1]))
        amounts = sum(shown(row.amount) for row in reasons.rows)
        assert 1 <= len(reasons.rows) <= 6
        if one.probability is None and told_in == "percent":
            assert all(row.amount.endswith("%") for row in reasons.rows)
            assert abs(100 + amounts - 100 * end / start) <= 1
        elif "than" not in reasons.total[1]:
            assert start + amounts == end


def test_its_name_is_the_one_that_was_given_and_every_value_stands_with_its_label(case):
    predictor, _, rows = case
    reason = next(
        one for one in predictor.predict(rows[:1])[0].reasons if " + " in one.feature and "together" not in one.label
    )

    assert reason.label in (BILL, "Lie of the land", "The flat")
    labels = [feature.label for feature in predictor.schema.features if feature.reason]
    assert all(label in reason.value_text for label in labels)
    assert reason.value_text.count(":") <= len(labels)


def test_alike_values_share_their_words(learned):
    root, outcomes = learned
    package = ModelStore(root).load("leaving", outcomes["leaving"].stored.version, (KEY.public,))
    row = np.empty((1, len(package.schema.features)), dtype=object)
    row[0] = [None if one.reason else one.typical_value for one in package.schema.features]

    [prediction] = Predictor(package.schema, package.pipeline, None, "x").predict(row)
    told = next(reason for reason in prediction.reasons if reason.label == BILL)

    assert told.value_text == "Fee, Plan, Has app: Not provided"
