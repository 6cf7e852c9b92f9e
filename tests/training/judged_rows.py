"""Holdouts made up for one test: chances or estimates, and what came true."""

import numpy as np

from webapp.training.metrics.judged import Judged
from webapp.training.metrics.losses import constant_prediction

YES_NO = ("no", "yes")
PLACES = ("hill", "lake", "wood")


def two_classes(chances, truth, threshold=0.5, positive="yes"):
    """`chances` of "yes"; truth as texts, or as booleans of "yes"."""
    chances, truth = np.asarray(chances, dtype=float), np.asarray(truth)
    truth = np.where(truth, "yes", "no") if truth.dtype == bool else truth
    return Judged(
        task="binary",
        truth=truth,
        predicted=np.column_stack([1 - chances, chances]),
        baseline=constant_prediction(truth, YES_NO, len(truth)),
        classes=YES_NO,
        positive=positive,
        threshold=threshold,
    )


def honest(rows, seed=0, threshold=0.5):
    """Chances that are true."""
    random = np.random.default_rng(seed)
    chances = random.beta(1.5, 3, rows)
    return two_classes(chances, random.random(rows) < chances, threshold)


def three_classes(rows, seed=0):
    """Chances that are true, of three classes."""
    random = np.random.default_rng(seed)
    predicted = random.dirichlet((1.0, 0.7, 0.5), rows)
    truth = np.array([random.choice(PLACES, p=chances) for chances in predicted])
    return Judged("many", truth, predicted, constant_prediction(truth, PLACES, rows), PLACES)


def estimates(rows, seed=0, half_width=1.3):
    """Estimates around positive values, with ranges that hold about 80 of 100."""
    random = np.random.default_rng(seed)
    predicted = np.round(random.uniform(5, 50, rows), 3)
    truth = predicted + random.normal(0, 1, rows)
    interval = np.column_stack([predicted - half_width, predicted + half_width])
    return Judged("number", truth, predicted, np.full(rows, np.median(truth)), interval=interval, promised=0.8)
