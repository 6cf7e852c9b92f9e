"""Suggestions for generated cases under generated marks: none is forbidden, and each says what the pipeline says."""

import os
import time

import numpy as np
import pytest

from tests.prediction.changeable import WISHES, case_at_random, marked_at_random, trained, why_forbidden
from webapp.prediction.alternatives import alternatives, as_row, with_changes

CASES = 10_000 if os.environ.get("FORMCAST_ATTACK") == "full" else 240
PER_MARKS = 10
RULES = (None, 0.2, 0.35, 0.5, 0.8)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("changeable") / "model_store")


def test_no_suggestion_is_forbidden(models, record_testsuite_property):
    found, forbidden, took = 0, [], []
    random = np.random.default_rng(11)
    names = sorted(models)
    for turn in range(CASES // PER_MARKS):
        predictor, X = models[names[turn % len(names)]]
        predictor = marked_at_random(predictor, random)
        wishes = WISHES[predictor.schema.model]
        for _ in range(PER_MARKS):
            values = case_at_random(predictor, X, random)
            wanted, rule = str(random.choice(wishes)), RULES[random.integers(len(RULES))]
            began = time.perf_counter()
            said = alternatives(predictor, values, wanted, rule)
            took.append(time.perf_counter() - began)
            found += len(said.found)
            forbidden += wrong_with(predictor, values, said)

    p95 = f"{1000 * np.quantile(took, 0.95):.1f} ms"
    record_testsuite_property("suggestions", {"cases": CASES, "suggestions": found, "95 of 100 within": p95})
    assert forbidden == []
    assert found > CASES / 4


def wrong_with(predictor, values, said):
    problems = [problem for one in said.found for problem in wrong_with_one(predictor, values, said, one)]
    if len(said.found) > 3 or len({frozenset(one.changes) for one in said.found}) < len(said.found):
        problems.append("too many, or one twice")
    if len({one.is_reached for one in said.found}) > 1:
        problems.append("some that reach it beside some that do not")
    return [problem for problem in problems if problem]


def wrong_with_one(predictor, values, said, one):
    before = {(flag.code, flag.feature) for flag in said.present.warnings} | {("ambiguous", "")}
    fields = [position for position, _ in one.changes]
    features = predictor.schema.features
    yield from (why_forbidden(features[position], values[position], value) for position, value in one.changes)
    if not 1 <= len(set(fields)) == len(fields) <= 2:
        yield "not one or two fields"
    if {(flag.code, flag.feature) for flag in one.prediction.warnings} - before:
        yield "a flag that was not there before"
    if not is_what_the_pipeline_says(predictor, with_changes(values, one.changes), one.prediction):
        yield "another answer than the pipeline's"
    if one.is_reached != said.goal.reached(answers_of(one.prediction))[0]:
        yield "reached, or not, against the rule"


def answers_of(prediction):
    chances = prediction.probabilities
    return np.array([list(chances.values()) if chances else [prediction.value]])


def is_what_the_pipeline_says(predictor, values, prediction):
    pipeline, row = predictor.pipeline, as_row(values)
    if prediction.probabilities is None:
        return np.isclose(pipeline.predict(row)[0], prediction.value, rtol=1e-9, atol=1e-9)
    told = [prediction.probabilities[str(name)] for name in pipeline.classes_]
    return np.allclose(pipeline.predict_proba(row)[0], told, rtol=0, atol=1e-9)
