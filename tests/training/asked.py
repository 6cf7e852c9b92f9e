"""Questions as candidates see them, with a known answer, and an effort that only this process makes."""

import numpy as np

from webapp.training.candidates.effort import Effort, Forecast
from webapp.training.candidates.question import Question


def question(task="binary", rows=300, seed=0, effect="sum", **more):
    """Two numbers and a category; the answer depends on their sum, or on a product that no sum can say."""
    random = np.random.default_rng(seed)
    Z = np.column_stack([random.normal(size=rows), random.normal(size=rows), random.integers(0, 3, rows)]).astype(float)
    score = {"sum": 2 * Z[:, 0] + (Z[:, 2] == 1), "product": 3 * Z[:, 0] * Z[:, 1]}[effect]
    about = {"categorical": (2,), "seed": seed, "inputs": ((0,), (1,), (2,))} | more
    if task == "number":
        return Question(Z, 10 * score + random.normal(size=rows), task, (), **about)
    if task == "many":
        y = np.array(["a", "b", "c"])[np.digitize(score + random.normal(size=rows) / 2, [-1, 1])]
        return Question(Z, y, task, ("a", "b", "c"), **about)
    y = np.where(random.random(rows) < 1 / (1 + np.exp(-score)), "yes", "no")
    return Question(Z, y, task, ("no", "yes"), **about)


def waves(rows=800, seed=0, **more):
    """A number that goes up and down with three columns together: neither a sum nor pairs of columns can say it."""
    random = np.random.default_rng(seed)
    Z = random.uniform(-1, 1, size=(rows, 3))
    y = 10 * np.sign(Z[:, 0]) * np.sign(Z[:, 1]) * np.sign(Z[:, 2]) + random.normal(size=rows)
    return Question(Z, y, "number", (), categorical=(), seed=seed, inputs=((0,), (1,), (2,)), **more)


def effort(said=None, seconds=100.0, jobs=0, show=None):
    """`seconds` are always left; what is said is added to the list `said`."""
    heard = [] if said is None else said
    forecast = Forecast() if show is None else Forecast(show)
    return Effort(heard.append, lambda: seconds, jobs, forecast)
