"""Every metric is scikit-learn's, for the rows as they are and for rows drawn with repeats."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics as sklearn

from tests.training.judged_rows import estimates, honest, three_classes, two_classes
from tests.training.known_tables import QUICK, learn, rents, spec_of
from webapp.errors import UnusableSpec
from webapp.training.metrics.bootstrap import Resamples
from webapp.training.metrics.judged import Judged
from webapp.training.metrics.named import METRICS, metric_of, metrics_of
from webapp.training.spec.file import EvaluationSpec, read_spec

BINARY = {
    "log_loss": lambda j, w: sklearn.log_loss(j.happened, j.chance, sample_weight=w),
    "brier": lambda j, w: sklearn.brier_score_loss(j.happened, j.chance, sample_weight=w),
    "auc": lambda j, w: sklearn.roc_auc_score(j.happened, j.chance, sample_weight=w),
    "accuracy": lambda j, w: sklearn.accuracy_score(j.happened, j.flagged, sample_weight=w),
    "balanced_accuracy": lambda j, w: sklearn.balanced_accuracy_score(j.happened, j.flagged, sample_weight=w),
    "f1": lambda j, w: sklearn.f1_score(j.happened, j.flagged, sample_weight=w),
    "precision": lambda j, w: sklearn.precision_score(j.happened, j.flagged, sample_weight=w),
    "recall": lambda j, w: sklearn.recall_score(j.happened, j.flagged, sample_weight=w),
    "average_precision": lambda j, w: sklearn.average_precision_score(j.happened, j.chance, sample_weight=w),
}
MANY = {
    "log_loss": lambda j, w: sklearn.log_loss(j.truth, j.predicted, sample_weight=w),
    "brier": lambda j, w: sklearn.brier_score_loss(j.truth, j.predicted, sample_weight=w, scale_by_half=False),
    "auc": lambda j, w: np.mean(
        [sklearn.roc_auc_score(j.codes == at, j.predicted[:, at], sample_weight=w) for at in range(3)]
    ),
    "accuracy": lambda j, w: sklearn.accuracy_score(j.codes, j.answered, sample_weight=w),
    "balanced_accuracy": lambda j, w: sklearn.balanced_accuracy_score(j.codes, j.answered, sample_weight=w),
    "f1": lambda j, w: sklearn.f1_score(j.codes, j.answered, average="macro", sample_weight=w),
}
NUMBER = {
    "mean_absolute_error": lambda j, w: sklearn.mean_absolute_error(j.truth, j.predicted, sample_weight=w),
    "median_absolute_error": lambda j, w: np.median(np.repeat(np.abs(j.truth - j.predicted), w)),
    "root_mean_squared_error": lambda j, w: sklearn.root_mean_squared_error(j.truth, j.predicted, sample_weight=w),
    "r2": lambda j, w: sklearn.r2_score(j.truth, j.predicted, sample_weight=w),
    "mean_absolute_percentage_error": lambda j, w: sklearn.mean_absolute_percentage_error(
        j.truth, j.predicted, sample_weight=w
    ),
    "pinball": lambda j, w: np.mean(
        [
            sklearn.mean_pinball_loss(j.truth, j.interval[:, side], sample_weight=w, alpha=alpha)
            for side, alpha in ((0, 0.1), (1, 0.9))
        ]
    ),
}


def rounded(judged):
    """The same with many equal chances."""
    return two_classes(judged.chance.round(1).clip(0.05, 0.95), judged.happened, threshold=0.4)


CASES = [
    (oracles, judged, name)
    for oracles, judged in (
        (BINARY, honest(301, threshold=0.3)),
        (BINARY, rounded(honest(200, seed=3))),
        (MANY, three_classes(250)),
        (NUMBER, estimates(161)),
    )
    for name in oracles
]


@pytest.mark.parametrize(("oracles", "judged", "name"), CASES, ids=lambda part: part if isinstance(part, str) else "")
def test_a_figure_is_scikit_learn_s_for_all_rows_and_for_every_draw(oracles, judged, name):
    metric, oracle = METRICS[name], oracles[name]
    resamples = Resamples(len(judged), seed=5, most=12)

    [drawn] = resamples.drawn(metric.of(judged))

    assert metric.value(judged) == pytest.approx(oracle(judged, np.ones(len(judged), dtype=int)))
    assert drawn == pytest.approx([oracle(judged, counts.astype(int)) for counts in resamples.counts])


@pytest.mark.parametrize("task", ["binary", "many", "number"])
def test_every_metric_of_a_task_has_an_oracle(task):
    oracles = {"binary": BINARY, "many": MANY, "number": NUMBER}[task]

    assert {metric.name for metric in metrics_of(task)} == set(oracles)


def test_guessing_has_an_auc_of_one_half():
    assert METRICS["auc"].value(honest(120).guessing) == 0.5


def test_a_positive_class_that_comes_first_is_judged_by_its_own_chance():
    judged = two_classes([0.9, 0.8, 0.6, 0.4, 0.1], ["yes", "yes", "no", "yes", "no"], positive="no")

    assert METRICS["auc"].value(judged) == pytest.approx(5 / 6)
    assert METRICS["recall"].value(judged) == pytest.approx(1 / 2)


def test_classes_need_not_stand_in_the_order_of_the_alphabet():
    predicted = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.3, 0.6]])
    truth = np.array(["high", "low", "low"])
    judged = Judged("many", truth, predicted, predicted, ("low", "high", "mid"))

    assert judged.codes.tolist() == [1, 0, 0]
    assert METRICS["accuracy"].value(judged) == 0.0


@pytest.mark.parametrize(
    ("said", "task", "name"),
    [
        ("", "binary", "log_loss"),
        ("", "number", "mean_absolute_error"),
        ("rmse", "number", "root_mean_squared_error"),
        ("roc_auc", "many", "auc"),
    ],
)
def test_a_spec_names_a_metric_or_gets_the_proper_score(said, task, name):
    assert metric_of(said, task).name == name


def test_a_metric_of_another_task_is_refused_with_those_that_fit():
    with pytest.raises(UnusableSpec, match="not for a target of a number. For that there are: mean_absolute_error, "):
        metric_of("auc", "number")


def mean_gap(truth, predicted):
    """Used by name below, as a person's own."""
    return abs((truth == "yes").mean() - predicted.mean())


def test_a_metric_may_be_a_function_of_one_s_own():
    metric = metric_of(f"{__name__}:mean_gap", "binary", "lower")
    judged = honest(80)

    [drawn] = Resamples(80, most=5).drawn(metric.of(judged))

    assert (metric.label, metric.better) == ("Mean gap", "lower")
    assert metric.value(judged) == pytest.approx(abs(judged.happened.mean() - judged.chance.mean()))
    assert len(set(drawn)) == 5


@pytest.mark.parametrize(
    ("path", "better", "message"),
    [("nowhere:score", "higher", "cannot be imported"), ("math:sqrt", "", 'better = "higher" or "lower"')],
)
def test_an_own_metric_that_cannot_be_used_is_explained(path, better, message):
    with pytest.raises(UnusableSpec, match=message):
        metric_of(path, "number", better)


def test_the_example_in_the_documents_works(tmp_path, monkeypatch):
    document = (Path(__file__).resolve().parents[3] / "docs" / "evaluation.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", document, re.DOTALL)
    [path, better] = re.findall(r'^(?:metric|better) = "(.+)"$', document, re.MULTILINE)
    (tmp_path / "our_metrics.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    judged = estimates(100)

    metric = metric_of(path, "number", better)

    assert metric.value(judged) == pytest.approx(np.sort(judged.losses)[-10:].mean())
    assert metric.better == "lower"


def test_every_metric_is_in_the_documents():
    document = (Path(__file__).resolve().parents[3] / "docs" / "evaluation.md").read_text(encoding="utf-8")

    assert [name for name in METRICS if f"`{name}`" not in document] == []


def test_a_metric_that_does_not_fit_is_refused_before_anything_is_learned(tmp_path):
    said = []
    spec = replace(spec_of("rents", "rent"), evaluation=EvaluationSpec(metric="auc"))

    with pytest.raises(UnusableSpec, match="not for a target of a number"):
        learn(rents(), spec, tmp_path, replace(QUICK, say=said.append))

    assert said == ["Reading the columns"]
    assert list(tmp_path.iterdir()) == []


def test_a_spec_with_a_metric_nobody_knows_is_told_the_nearest(tmp_path):
    path = tmp_path / "any.toml"
    path.write_text('[data]\nsource = "t.csv"\ntarget = "y"\n\n[evaluation]\nmetric = "acu"\n')

    with pytest.raises(UnusableSpec, match=r"line 6: “metric” in \[evaluation\] .* did you mean “auc”\?"):
        read_spec(path)


def test_a_spec_may_name_a_metric_and_which_way_is_better(tmp_path):
    path = tmp_path / "any.toml"
    path.write_text(
        '[data]\nsource = "t.csv"\ntarget = "y"\n[evaluation]\nmetric = "mine.scores:profit"\nbetter = "higher"\n'
    )

    assert read_spec(path).evaluation == EvaluationSpec("mine.scores:profit", "higher")
