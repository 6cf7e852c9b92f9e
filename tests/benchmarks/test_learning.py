"""The benchmark of learning measures what scikit-learn measures, and calls short what is short."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from benchmarks.five_folds import FoldFigure, five_folds
from benchmarks.learning import as_text
from benchmarks.learning_tables import FOLDER, OWN, tables
from benchmarks.lessons import Told
from benchmarks.promises import kept_promises, promises
from webapp.estimators.additive import AdditiveClassifier
from webapp.training.candidates.trials import ADDITIVE
from webapp.training.metrics.judged import Judged

IRIS = next(known for known in OWN if known.name == "iris")


def test_five_folds_are_those_of_scikit_learn():
    X, y = load_iris(return_X_y=True)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    chances = cross_val_predict(AdditiveClassifier(), X, y, cv=folds, method="predict_proba")
    expected = [log_loss(y[held_out], chances[held_out]) for _, held_out in folds.split(X, y)]

    found = next(one for one in five_folds(IRIS, (ADDITIVE,)) if one.metric == "log_loss")
    assert found.value == pytest.approx(np.mean(expected), rel=1e-6)
    assert found.error == pytest.approx(np.std(expected, ddof=1) / np.sqrt(5), rel=1e-6)
    assert "iris" in as_text([found], [])


def test_a_figure_is_short_beyond_one_standard_error():
    loss = FoldFigure("t", 100, ADDITIVE, "log_loss", 0.42, 0.01, known=0.411)
    area = replace(loss, metric="auc", value=0.80, known=0.85)

    assert [one.verdict for one in (loss, replace(loss, value=0.43), area, replace(area, value=0.9))] == [
        "ok", "short", "short", "ok"
    ]  # fmt: skip


def numbers(held_above=1.0):
    """Ranges of one seed that hold 80 of 100, but of the highest third only this share."""
    values = np.arange(3_000.0)
    is_held = np.arange(3_000) % 10 < 8
    is_held[2_000:] &= np.arange(1_000) % 100 < 100 * held_above
    ranges = np.column_stack([values - 1, np.where(is_held, values + 1, values - 0.5)])
    return Told(Judged("number", values, values, values, interval=ranges, promised=0.8))


def test_a_promise_is_judged_in_every_third():
    [kept] = kept_promises("t", ADDITIVE, [numbers(), numbers()])
    [broken] = kept_promises("t", ADDITIVE, [numbers(), numbers(held_above=0.9)])

    assert (kept.held, kept.thirds, kept.rows) == (pytest.approx(0.8), pytest.approx((0.8,) * 3), 6_000)
    assert (kept.verdict, kept.worst_verdict) == ("ok", "ok")
    assert (broken.verdict, broken.worst_verdict) == ("ok", "missed")


def test_few_rows_kept_back_tell_nothing_of_promises():
    assert promises(IRIS, range(1)) == []


def test_tables_that_cannot_be_kept_here_are_looked_for_in_a_folder(tmp_path, monkeypatch):
    (tmp_path / "diamonds.csv").write_text("carat,price\n1,2\n")
    monkeypatch.setenv(FOLDER, str(tmp_path))

    assert [known.name for known in tables()] == [*(known.name for known in OWN), "diamonds"]
