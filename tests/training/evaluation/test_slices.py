"""Parts of the holdout: a bad one is found and named, an honest model is not accused, and nobody's value shows."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from tests.training.judged_rows import estimates, two_classes
from tests.training.made_up import numbers, some, table_from_named
from webapp.schema import Choice, Feature, Schema, Target
from webapp.training.columns.inference import infer_schema
from webapp.training.evaluation.sensitive_aside import cuts_aside
from webapp.training.evaluation.slice_making import MOST_LEVELS, cuts_of
from webapp.training.evaluation.slices import slices_of
from webapp.training.metrics.bootstrap import Resamples
from webapp.training.metrics.named import METRICS
from webapp.training.spec.file import DataSpec, FeatureSpec, Spec

ROWS = 1200
SHOPS = ("north", "east", "south", "west", "tiny")
SCHEMA = Schema(
    model="sales",
    features=(
        Feature("age", "number", "Age", unit="years", decimals=3),
        Feature("shop", "category", "Shop", choices=tuple(Choice(shop, shop.capitalize()) for shop in SHOPS)),
        Feature("seen", "date", "Seen on"),
        Feature("member", "yes_no", "Member", choices=(Choice("yes", "Yes"), Choice("no", "No")), sensitive=True),
    ),
    target=Target("bought", "classes", "Bought", classes=("no", "yes"), positive="yes"),
)


def rows(seed=0):
    """Typed rows; `age` has gaps, and 6 rows of the shop `tiny`."""
    random = np.random.default_rng(seed)
    X = np.empty((ROWS, 4), dtype=object)
    X[:, 0] = np.where(random.random(ROWS) < 0.1, None, np.round(random.normal(45, 12, ROWS), 5).astype(object))
    X[:, 1] = random.choice(SHOPS[:4], ROWS)
    X[:6, 1] = "tiny"
    X[:, 2] = [np.datetime64(19_000 + int(day), "D") for day in random.integers(0, 900, ROWS)]
    X[:, 3] = random.integers(0, 2, ROWS).astype(float)
    return X


def judged(X, seed=0, bad=None):
    """Honest chances; where `bad` (n,) holds they are turned round."""
    random = np.random.default_rng(seed + 100)
    chances = random.beta(1, 1.5, len(X))
    happened = random.random(len(X)) < chances
    return two_classes(chances if bad is None else np.where(bad, 1 - chances, chances), happened)


def sliced(X, rows_judged, metric="log_loss"):
    return slices_of(cuts_of(SCHEMA, X), rows_judged, METRICS[metric], Resamples(len(X)))


def test_a_planted_bad_slice_is_the_one_that_is_found():
    X = rows()
    found = sliced(X, judged(X, bad=X[:, 1] == "west"))

    worse = [part.label for part in found if part.over_guessing and part.over_guessing.high < 0]
    surprised = [part.label for part in found if part.surprise and part.surprise.low > 0]

    assert worse == ["Shop: West"]
    assert "Shop: West" in surprised
    assert max((part for part in found if part.loss), key=lambda part: part.loss.value).label == "Shop: West"


def test_of_an_honest_model_hardly_any_slice_of_twelve_holdouts_is_accused():
    accused = 0
    for seed in range(12):
        X = rows(seed)
        found = [part for part in sliced(X, judged(X, seed)) if part.loss]
        accused += any(part.surprise.low > 0 or not part.bias.low < 0 < part.bias.high for part in found)

    assert accused <= 3  # expected: about 1, for two figures at 5 in 100


def test_slices_are_every_category_every_third_and_the_missing_values():
    X = rows()
    parts = [(part.feature_label, part.part, part.kind) for part in sliced(X, judged(X))]

    assert parts[:2] == [("Member", "Yes", "category"), ("Member", "No", "category")]  # sensitive: first
    assert parts[2:6] == [
        ("Age", "under 39 years", "range"),
        ("Age", "39 years to under 50 years", "range"),
        ("Age", "50 years or more", "range"),
        ("Age", "Not provided", "missing"),
    ]
    assert [part for label, part, _ in parts if label == "Shop"] == ["North", "East", "South", "West", "Tiny"]
    assert [part.split(" ")[0] for label, part, _ in parts if label == "Seen on"][::2] == ["before", "from"]


def test_every_row_is_in_one_slice_of_each_field():
    X = rows()
    for feature in SCHEMA.features:
        places = np.concatenate([cut.rows for cut in cuts_of(SCHEMA, X) if cut.feature is feature])

        assert sorted(places) == list(range(ROWS))


def test_a_small_slice_shows_no_figure_and_a_tiny_one_no_count():
    X = rows()
    X[:3, 1] = "north"
    [tiny] = [part for part in sliced(X, judged(X)) if part.part == "Tiny"]
    X[:9, 1] = "tiny"
    [small] = [part for part in sliced(X, judged(X)) if part.part == "Tiny"]

    assert (tiny.rows, tiny.metric, tiny.loss) == (None, None, None)
    assert (small.rows, small.metric, small.loss) == (9, None, None)


def test_no_value_of_a_row_is_a_border():
    X = rows()
    text = json.dumps([asdict(part) for part in sliced(X, judged(X))])

    assert not [value for value in X[:, 0] if value is not None and str(value) in text]


def test_a_number_that_is_nearly_always_the_same_is_cut_where_it_can_be():
    X = rows()
    X[:, 0] = 0.0
    X[:300, 0] = 7.0
    parts = [part.part for part in sliced(X, judged(X)) if part.feature == "age"]

    assert parts == ["under 7 years", "7 years or more"]


def test_one_value_only_makes_no_slice():
    X = rows()
    X[:, 0] = 3.0

    assert [part for part in sliced(X, judged(X)) if part.feature == "age"] == []


def test_categories_too_many_to_be_told_apart_are_one_slice():
    levels = [f"c{number}" for number in range(80)]
    feature = Feature("code", "category", "Code", choices=tuple(Choice(level, level) for level in levels))
    X = np.array([[levels[at % 80]] for at in range(ROWS)] + [["new"]], dtype=object)

    cuts = cuts_of(replace(SCHEMA, features=(feature,)), X)

    assert len(cuts) == MOST_LEVELS + 1
    assert (cuts[-1].part, cuts[-1].kind) == ("All others", "rest")
    assert sum(len(cut.rows) for cut in cuts) == len(X)


def test_a_category_that_training_never_saw_is_a_slice_of_its_own():
    X = rows()
    X[:30, 1] = "space"
    [new] = [part for part in sliced(X, judged(X)) if part.kind == "rest"]

    assert (new.part, new.rows) == ("Another, not listed", 30)


def test_ranges_widen_with_the_number_of_slices():
    X = rows()
    rows_judged = judged(X)
    member = cuts_of(SCHEMA, X)[:2]
    alone = slices_of(member, rows_judged, METRICS["auc"], Resamples(ROWS))[0]
    together = sliced(X, rows_judged, "auc")[0]

    assert together.metric == alone.metric
    assert together.low < alone.low and together.high > alone.high


def test_ten_equal_rows_do_not_make_a_range_without_width():
    X = rows()
    X[:, 1] = "north"
    X[:12, 1] = "east"
    right = two_classes(
        np.r_[np.full(12, 0.9), np.full(ROWS - 12, 0.6)], np.r_[np.ones(12), np.arange(ROWS - 12) % 2] > 0
    )
    [few] = [part for part in sliced(X, right, "accuracy") if part.part == "East"]

    assert few.metric == 1.0
    assert few.low < 0.97


@pytest.mark.parametrize("part", ["metric", "low", "high"])
def test_a_metric_that_the_rows_do_not_have_is_left_out(part):
    X = rows()
    X[:, 1] = np.where(np.arange(ROWS) < 40, "east", "north")
    honest = judged(X)
    one_class = two_classes(honest.chance, honest.happened | (np.arange(ROWS) < 40))
    [east] = [found for found in sliced(X, one_class, "auc") if found.part == "East"]

    assert getattr(east, part) is None
    assert east.loss.value > 0


def test_of_a_number_it_is_seen_where_ranges_hold_too_little():
    X = rows()
    honest = estimates(ROWS)
    west = X[:, 1] == "west"
    wide = replace(honest, truth=np.where(west, honest.predicted + 3 * (honest.truth - honest.predicted), honest.truth))

    found = {part.label: part for part in sliced(X, wide, "mean_absolute_error") if part.loss}

    assert found["Shop: West"].coverage.high < 0.8 < found["Shop: East"].coverage.high
    assert found["Shop: West"].is_weaker_than(float(wide.losses.mean()))
    assert not found["Shop: East"].is_weaker_than(float(wide.losses.mean()))
    assert found["Shop: West"].surprise is None


def test_a_sensitive_column_that_is_not_asked_for_is_looked_at_all_the_same():
    columns = {
        "height": numbers(ROWS),
        "gender": some(["f", "m", ""], ROWS),
        "wage": numbers(ROWS, seed=2, decimals=3),
        "note": some(["a", "b"], ROWS, seed=3),
        "answer": some(["yes", "no", "no"], ROWS, seed=4),
    }
    said = {name: FeatureSpec(sensitive=True) for name in ("gender", "wage")}
    data = DataSpec(source="t.csv", target="answer", exclude=("gender", "wage", "note"))
    spec, table = Spec("any", data=data, features=said), table_from_named(columns)

    cuts = cuts_aside(table, spec, infer_schema(table, spec), np.arange(600))

    parts = [(cut.feature.name, cut.part, cut.kind) for cut in cuts]
    assert parts[:3] == [
        ("gender", "f", "category"),
        ("gender", "m", "category"),
        ("gender", "Not provided", "missing"),
    ]
    assert [name for name, _, kind in parts[3:] if kind == "range"] == ["wage"] * 3
    assert all(cut.feature.sensitive for cut in cuts)
    for name in ("gender", "wage"):
        rows = np.concatenate([cut.rows for cut in cuts if cut.feature.name == name])
        assert sorted(rows) == list(range(600))
    assert [columns["gender"][row] for row in cuts[0].rows] == ["f"] * len(cuts[0].rows)
