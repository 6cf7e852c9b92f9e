"""What one answer costs: inside the model, and as a request against the tutorial app's."""

import contextlib
import gc
import itertools
import os

import numpy as np

from benchmarks import churn_like
from benchmarks.measuring import MOST, ROUNDS, WARM, Action, Figure, cpu_ms
from benchmarks.requests import DIFFERENT_ROWS, Visitor, form_bodies, tutorial_bodies
from benchmarks.trained import MODEL, Workshop, boosting_predictor
from benchmarks.tutorial_app import create_tutorial_app
from webapp.app import create_app
from webapp.prediction.predictor import Predictor
from webapp.preprocessing import typed_row
from webapp.schema import Door
from webapp.views.services import services_of

YARDSTICK = "tutorial app: POST"
MOST_POSTS = ROUNDS * MOST + 3 * WARM + DIFFERENT_ROWS  # made before anything is timed
TARGETS = {
    "additive: texts to answer with reasons, one row": 1 / 40,
    "boosting: texts to chance, one row": 1 / 2.5,
    "boosting: texts to answer with reasons, one row": None,
    "form: POST to committed record and redirect": 1 / 5,
    "form: GET": 1 / 6,
    "result: GET": 1 / 6,
}


def measure_pages(workshop: Workshop) -> list[Figure]:
    """The yardstick first."""
    app = create_app(workshop.config)
    gc.collect()
    gc.freeze()  # as the service does when it is loaded; what training has left behind here is none of it
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):  # the log is written, but not read
        measured = cpu_ms(dict(zip([YARDSTICK, *TARGETS], _actions(workshop, app), strict=True)))
    services_of(app).database.dispose()
    yardstick = measured[YARDSTICK]
    figures = [Figure(name, measured[name], "ms", yardstick, share) for name, share in TARGETS.items()]
    return [Figure(YARDSTICK, yardstick, "ms"), *figures]


def _actions(workshop: Workshop, app) -> list[Action]:
    tutorial = Visitor(create_tutorial_app(), "/")
    form = Visitor(app, f"/models/{MODEL}")
    additive, boosting = workshop.predictor, boosting_predictor(workshop.predictor.schema)
    bodies = list(itertools.islice(form_bodies(form.hidden, additive.schema), MOST_POSTS))
    send = form.post(iter(bodies), 303)
    return [
        tutorial.post(tutorial_bodies(tutorial.hidden), 200),
        _with_reasons(additive),
        _without_reasons(boosting),
        _with_reasons(boosting),
        send,
        form.get(),
        _results(form, send),
    ]


def _results(form: Visitor, send: Action) -> Action:
    """Another result each time, so that nothing kept from the last one helps."""
    visits = itertools.cycle([form.get(send()) for _ in range(DIFFERENT_ROWS)])
    return lambda: next(visits)()


def _with_reasons(predictor: Predictor) -> Action:
    texts = itertools.cycle(churn_like.rows(DIFFERENT_ROWS, seed=2))
    return lambda: predictor.predict(_typed(predictor, next(texts)))


def _without_reasons(predictor: Predictor) -> Action:
    texts = itertools.cycle(churn_like.rows(DIFFERENT_ROWS, seed=2))
    return lambda: predictor.pipeline.predict_proba(_typed(predictor, next(texts)))


def _typed(predictor: Predictor, texts: dict[str, str]) -> np.ndarray:
    values = typed_row(texts, predictor.schema, Door.FORM)
    row = np.empty((1, len(values)), dtype=object)
    row[0] = values
    return row
