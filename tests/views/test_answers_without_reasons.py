"""An answer whose reasons cannot be found out, or not in time, is given and kept all the same."""

import time

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from tests.views.making import KEY, SCHEMA, payload, rows_and_answers
from tests.views.tiring import Tiring
from webapp.estimators.boosting import BoostingClassifier
from webapp.estimators.brought import BroughtClassifier
from webapp.model_package.format import GOLDEN_ROWS, PIPELINE
from webapp.model_package.golden_rows import pack_golden_rows
from webapp.model_package.loader import pack_pipeline
from webapp.prediction.predictor import Predictor
from webapp.preprocessing import Preprocessor
from webapp.records.predictions import prediction_by_id
from webapp.training.gates.use import prediction_time
from webapp.training.spec.gate_limits import GateSpec

MODULE = "tests.views.tiring"
WITHOUT = "Reasons are not available for this one."
LONGEST_S = 4.0  # with everything else that a request does on a busy machine


@pytest.fixture
def environ():
    return {"FORMCAST_TRUSTED_MODULES": MODULE}


def learned():
    """(typed rows, encoded rows, answers, preprocessor)"""
    rows, answers = rows_and_answers(0)
    preprocessor = Preprocessor([one.name for one in SCHEMA.features], [one.kind for one in SCHEMA.features]).fit(rows)
    return rows, preprocessor.transform(rows), answers, preprocessor


def brought(temper):
    """Somebody's estimator, which shows its temper once it is in use."""
    rows, Z, answers, preprocessor = learned()
    model = BroughtClassifier(Tiring(), categorical_features=preprocessor.categorical_columns_).fit(Z, answers)
    model.estimator_.temper = temper
    return rows, Pipeline([("preprocess", preprocessor), ("model", model)])


def broken_trees():
    """Boosting whose background is not there."""
    rows, Z, answers, preprocessor = learned()
    model = BoostingClassifier(preprocessor.categorical_columns_, max_iter=10).fit(Z, answers)
    del model.games_
    return rows, Pipeline([("preprocess", preprocessor), ("model", model)])


MADE = {"failing": lambda: brought("failing"), "slow": lambda: brought("slow"), "broken": broken_trees}


def served(service, made):
    """The version answers from now on."""
    rows, pipeline = made()
    store = service.parts.store
    own = {
        PIPELINE: pack_pipeline(pipeline, SCHEMA.model, (MODULE,)),
        GOLDEN_ROWS: pack_golden_rows(pipeline, rows[:3]),
    }
    stored = store.add(SCHEMA.model, lambda number: payload(SCHEMA, 1, number) | own, KEY)
    package = store.load(stored.model, stored.version, (KEY.public,), (MODULE,))
    service.promote(stored, package=package)
    return pipeline


@pytest.mark.parametrize("how", MADE)
def test_the_answer_is_shown_and_kept_without_its_reasons(browser, service, how):
    pipeline = served(service, MADE[how])
    started = time.monotonic()
    sent = browser.ask()
    taken = time.monotonic() - started
    page = browser.get(sent.location)
    with service.parts.database.reading() as connection:
        record = prediction_by_id(connection, sent.location.rsplit("/", 1)[1])

    assert (sent.status_code, page.status_code) == (303, 200)
    assert taken < LONGEST_S
    assert WITHOUT in page.text
    assert "in 100</b> customers like this one" in page.text
    row = np.empty((1, 5), dtype=object)
    row[0] = [12.0, 70.5, "monthly", 0.0, np.datetime64("2019-05-03")]
    assert record.probability == pytest.approx(pipeline.predict_proba(row)[0, 1], abs=1e-12)
    assert (record.reasons, record.light) == ([], "green")


def test_a_calm_one_has_its_reasons(browser, service):
    served(service, lambda: brought("calm"))
    page = browser.get(browser.ask().location)

    assert WITHOUT not in page.text
    assert "Months with us" in page.text.partition('class="reasons"')[2].partition("</ol>")[0]


def test_of_many_cases_only_those_that_cannot_be_explained_go_without():
    rows, pipeline = brought("calm")
    model = pipeline.steps[-1][1]
    explain = type(model)._estimated

    class Choosy(type(model)):
        def _estimated(self, case, score):
            if case[0] > 36:
                raise ValueError("Not this one")
            return explain(self, case, score)

    model.__class__ = Choosy
    few = rows[:12]
    predictions = Predictor(SCHEMA, pipeline, None, "x").predict(few)
    chances = pipeline.predict_proba(few)[:, 1]

    assert [not one.reasons for one in predictions] == [value > 36 for value in few[:, 0]]
    assert [one.probability for one in predictions] == pytest.approx(chances.tolist(), abs=1e-12)


def test_many_cases_wait_for_a_slow_one_once():
    rows, pipeline = brought("slow")
    started = time.monotonic()
    predictions = Predictor(SCHEMA, pipeline, None, "x").predict(rows[:6])

    assert not any(one.reasons for one in predictions)
    assert time.monotonic() - started < LONGEST_S


def test_a_version_that_cannot_be_explained_is_warned_of_before_it_is_used():
    _, pipeline = brought("failing")
    gate = prediction_time(SCHEMA, pipeline, None, GateSpec(max_prediction_ms=60_000))

    assert gate.verdict == "warn"
    assert "Its reasons fail or take too long, so pages go without them" in gate.reason
