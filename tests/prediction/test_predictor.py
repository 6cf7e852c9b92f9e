"""What a stored version says about a case, beside what its own pipeline says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline

from tests.prediction.awkward import as_columns, awkward_rows, said_of
from tests.training.known_tables import KEY, balances, learn, leaving, places, rents, spec_of
from webapp.estimators.boosting import BoostingClassifier, BoostingRegressor
from webapp.estimators.conformal import ConformalRegressor
from webapp.model_store import ModelStore
from webapp.prediction.many import answers
from webapp.prediction.predictor import Predictor
from webapp.preprocessing import Preprocessor, typed_row
from webapp.schema import OTHER, Door
from webapp.training.package.golden import golden_rows

ROOT = Path(__file__).resolve().parents[2]
MODELS = {
    "leaving": (leaving, spec_of("leaving", "left", id_column="customer")),
    "staying": (leaving, spec_of("staying", "left", id_column="customer", positive="No")),
    "places": (places, spec_of("places", "place")),
    "rents": (rents, spec_of("rents", "rent")),
    "balances": (balances, spec_of("balances", "balance")),
}
NUMBERS = ("rents", "balances")
TREES = 30


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    return ModelStore(tmp_path_factory.mktemp("predictor") / "model_store")


@pytest.fixture(scope="session")
def outcomes(store):
    return {name: learn(make(), spec, store.root) for name, (make, spec) in MODELS.items()}


@pytest.fixture(scope="session")
def predictors(store, outcomes):
    made = {}
    for name, outcome in outcomes.items():
        package = store.load(name, outcome.stored.version, (KEY.public,))
        made[name] = Predictor.from_package(package)
        made[f"{name}, boosted"] = boosted(outcome)
    return made


def boosted(outcome):
    """The same table learned by a few trees."""
    learned = outcome.inference
    features = learned.schema.features
    preprocessor = Preprocessor([feature.name for feature in features], [feature.kind for feature in features])
    Z = preprocessor.fit(learned.X).transform(learned.X)
    codes = preprocessor.categorical_columns_
    if learned.schema.target.kind == "number":
        trees = BoostingRegressor(codes, max_iter=TREES, log_target=bool(learned.y.min() > 0))
        model = ConformalRegressor(trees).fit(Z, learned.y)
    else:
        model = BoostingClassifier(codes, max_iter=TREES).fit(Z, learned.y)
    pipeline = Pipeline([("preprocess", preprocessor), ("model", model)])
    return Predictor(learned.schema, pipeline, None, "trees")


@pytest.fixture(params=[f"{name}{how}" for name in MODELS for how in ("", ", boosted")])
def case(request, predictors, outcomes):
    """A predictor and rows for it: of the table, made up, and some with gaps and unknown categories."""
    predictor = predictors[request.param]
    learned = outcomes[request.param.split(",")[0]].inference
    strange = learned.X[:8].copy()
    for position, feature in enumerate(learned.schema.features):
        strange[position % 8, position] = None
        if feature.kind == "category":
            strange[(position + 1) % 8, position] = "never seen"
            strange[(position + 2) % 8, position] = OTHER
    return predictor, np.vstack([learned.X[:60], golden_rows(learned.schema, 7), strange])


def said(predictor, rows):
    """Chances of all classes (n, K), or values (n,), as they are stored."""
    predictions = predictor.predict(rows)
    if predictor.schema.target.kind == "number":
        return np.array([prediction.value for prediction in predictions])
    return np.array([list(prediction.probabilities.values()) for prediction in predictions])


def of_pipeline(predictor, X):
    is_number = predictor.schema.target.kind == "number"
    return predictor.pipeline.predict(X) if is_number else predictor.pipeline.predict_proba(X)


def test_the_predictor_says_what_the_pipeline_says(case):
    predictor, rows = case

    np.testing.assert_allclose(said(predictor, rows), of_pipeline(predictor, rows), rtol=1e-12, atol=1e-12)


def test_a_frame_is_read_by_the_names_of_its_columns(case):
    predictor, rows = case
    names = [feature.name for feature in predictor.schema.features]
    frame = pd.DataFrame(rows, columns=names, dtype=object)[names[::-1]].assign(unasked="x")

    np.testing.assert_array_equal(of_pipeline(predictor, frame), of_pipeline(predictor, rows))


def test_one_row_is_answered_as_in_its_batch(case):
    predictor, rows = case
    together = predictor.predict(rows)

    for position in range(0, len(rows), 7):
        [alone] = predictor.predict(rows[position : position + 1])
        beside = together[position]
        assert said(predictor, rows[position : position + 1])[0] == pytest.approx(
            said(predictor, rows)[position], rel=1e-12, abs=1e-12
        )
        assert (alone.answer, alone.warnings, alone.light) == (beside.answer, beside.warnings, beside.light)
        points = {reason.feature: reason.points for reason in beside.reasons}
        assert {reason.feature: reason.points for reason in alone.reasons} == pytest.approx(points, rel=1e-9, abs=1e-9)


def test_reasons_sum_to_the_difference_from_the_average(case):
    predictor, rows = case

    for prediction in predictor.predict(rows):
        shown = prediction.value if prediction.probability is None else 100 * prediction.probability
        average = prediction.reference if prediction.probability is None else 100 * prediction.reference
        total = sum(reason.points for reason in prediction.reasons)
        assert total == pytest.approx(shown - average, abs=1e-6 * max(1.0, abs(average)))
        assert {reason.feature for reason in prediction.reasons} == set(predictor.schema.by_name)
        sizes = [abs(reason.points) for reason in prediction.reasons]
        assert sizes == sorted(sizes, reverse=True)
        assert all((reason.points < 0) == (reason.direction == "down") for reason in prediction.reasons)


def test_the_reference_is_the_average_of_the_training_rows(predictors, outcomes):
    for name in ("leaving", "staying", "places", *NUMBERS):
        predictor = predictors[f"{name}, boosted"]  # learned from every row of the table
        y, target = outcomes[name].inference.y, predictor.schema.target
        for prediction in predictor.predict(outcomes[name].inference.X[:40]):
            shown = target.positive or prediction.answer
            average = y.mean() if target.kind == "number" else np.mean(y == shown)
            assert prediction.reference == pytest.approx(average, rel=1e-9)


@pytest.mark.parametrize(("name", "positive"), [("leaving", "Yes"), ("staying", "No")])
def test_the_chance_belongs_to_the_positive_class_wherever_it_stands(predictors, outcomes, name, positive):
    predictor, rows = predictors[name], outcomes[name].inference.X[:50]
    column = list(predictor.pipeline.classes_).index(positive)
    chances = predictor.pipeline.predict_proba(rows)[:, column]

    predictions = predictor.predict(rows)

    assert [prediction.probability for prediction in predictions] == pytest.approx(chances, abs=1e-12)
    assert all(prediction.probabilities[positive] == prediction.probability for prediction in predictions)
    assert {prediction.answer == positive for prediction in predictions} == {True, False}
    assert all(
        (prediction.answer == positive) == (prediction.probability > 0.5)
        for prediction in predictions
        if prediction.probability != 0.5
    )


def test_both_ways_to_ask_have_opposite_reasons(predictors, outcomes):
    rows = outcomes["leaving"].inference.X[:20]

    for leaves, stays in zip(predictors["leaving"].predict(rows), predictors["staying"].predict(rows), strict=True):
        assert leaves.probability == pytest.approx(1 - stays.probability, abs=1e-12)
        ours = {reason.feature: reason.points for reason in leaves.reasons}
        assert {reason.feature: -reason.points for reason in stays.reasons} == pytest.approx(ours, abs=1e-9)


@pytest.mark.parametrize("name", NUMBERS)
def test_the_range_holds_its_value_and_most_real_ones(predictors, outcomes, name):
    learned = outcomes[name].inference

    predictions = predictors[name].predict(learned.X)

    assert all(made.interval.low <= made.value <= made.interval.high for made in predictions)
    assert {made.interval.coverage for made in predictions} == {0.8}
    held = [made.interval.low <= real <= made.interval.high for made, real in zip(predictions, learned.y, strict=True)]
    assert 0.7 < np.mean(held) < 0.95


def test_rents_are_learned_on_a_logarithm_and_balances_are_not(predictors):
    assert predictors["rents"].pipeline[-1].log_target_
    assert not predictors["balances"].pipeline[-1].log_target_


def test_known_answers_are_found(predictors):
    def value(name, **answers):
        rows = np.empty((1, len(answers)), dtype=object)
        rows[0] = typed_row(answers, predictors[name].schema, Door.FORM)
        return predictors[name].predict(rows)[0]

    assert value("rents", area="100", where="town").value == pytest.approx(1200, rel=0.15)
    assert value("rents", area="100", where="village").value == pytest.approx(800, rel=0.15)
    assert value("balances", units="20", when="night").value == pytest.approx(10, abs=8)
    assert value("places", height="6", depth="0", colour="blue").answer == "wood"


def flags(predictor, **changed):
    row = predictor.example()
    for name, value in changed.items():
        row[list(predictor.schema.by_name).index(name)] = value
    rows = np.empty((1, len(row)), dtype=object)
    rows[0] = row
    [prediction] = predictor.predict(rows)
    return [(flag.code, flag.feature) for flag in prediction.warnings], prediction.light


def test_the_typical_case_has_no_flag(predictors):
    assert flags(predictors["leaving"]) == ([], "green")


@pytest.mark.parametrize(
    ("changed", "code", "light"),
    [
        ({"plan": "platinum"}, ("unknown_category", "plan"), "red"),
        ({"plan": "gold"}, ("rare_category", "plan"), "amber"),
        ({"fee": None}, ("missing", "fee"), "amber"),
        ({"months": 900.0}, ("outside_range", "months"), "red"),  # further out than the limits lie apart
        ({"joined": np.datetime64("1990-01-01")}, ("outside_range", "joined"), "red"),
    ],
)
def test_what_lies_outside_the_model_s_experience_is_flagged(predictors, changed, code, light):
    found, shown = flags(predictors["leaving"], **changed)

    assert found[0] == code
    assert shown == light


def test_two_flags_are_red(predictors):
    found, light = flags(predictors["leaving"], fee=None, has_app=None)

    assert [code for code, _ in found] == ["missing", "missing"]
    assert light == "red"


REPLAY = """
import json, sys
from pathlib import Path
from webapp.model_package.golden_rows import golden_values_to_array, pipeline_answers
from webapp.model_package.signing import PublicKey
from webapp.model_store import ModelStore

root, model, version, key = sys.argv[1:]
store = ModelStore(Path(root))
package = store.load(model, version, (PublicKey.from_text(key),))
golden = json.loads(store.files(model, version)["golden_rows.json"])
print(json.dumps(pipeline_answers(package.pipeline, golden_values_to_array(golden["rows"])).tolist()))
"""


def test_golden_rows_are_answered_alike_by_a_fresh_process(store, outcomes):
    stored = outcomes["rents"].stored
    command = [sys.executable, "-c", REPLAY, str(store.root), stored.model, stored.version, KEY.public.text]

    answers = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True).stdout

    expected = json.loads(store.files(stored.model, stored.version)["golden_rows.json"])["expected"]
    np.testing.assert_allclose(json.loads(answers), expected, rtol=1e-12)
    assert len(expected) > 20


def test_many_rows_are_told_what_each_would_be_told_alone(case):
    predictor, rows = case
    rows = awkward_rows(predictor.schema, rows)
    together = answers(predictor, as_columns(rows))

    for place, alone in enumerate(predictor.predict(rows)):
        words, figures = said_of(together, predictor.schema, place)
        assert words == (alone.answer, alone.light, tuple(flag.text for flag in alone.warnings))
        limits = [alone.interval.low, alone.interval.high] if alone.interval else []
        own = [figure for figure in (alone.probability, alone.value) if figure is not None] + limits
        assert figures == (own if predictor.version != "trees" else pytest.approx(own, rel=1e-12, abs=1e-12))
