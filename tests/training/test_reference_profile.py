"""The profile that drift is measured against, and the distance that knows an unusual case."""

import json

import numpy as np
import pytest

from webapp.parsing.answers import OTHER
from webapp.reference_profile import Unusualness, feature_counts, fit_unusualness
from webapp.schema import Choice, Feature, Schema, Target

COLOURS = (Choice("blue", "Blue", 300), Choice("red", "Red", 690))


def schema(*features):
    return Schema("made_up", features, Target("y", "number", "Y"))


def counted(feature, values):
    X = np.empty((len(values), 1), dtype=object)
    X[:, 0] = values
    return feature_counts(schema(feature), X)[feature.name]


def test_categories_are_counted_and_the_rare_ones_together():
    values = ["red"] * 69 + ["blue"] * 30 + [OTHER] * 3 + [None] * 2

    assert counted(Feature("colour", "category", "Colour", choices=COLOURS), values) == {
        "missing": 2,
        "levels": {"blue": 30, "red": 69},
        "other": 3,
    }


def test_numbers_are_counted_in_bins_of_about_equal_size():
    values = [None, *np.random.default_rng(0).normal(50, 10, 1000).tolist()]

    found = counted(Feature("size", "number", "Size"), values)

    assert found["missing"] == 1
    assert sum(found["counts"]) == 1000
    assert len(found["edges"]) == 9
    assert all(70 <= count <= 130 for count in found["counts"])
    assert all(edge == round(edge, 2) for edge in found["edges"])


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("integer", np.random.default_rng(0).integers(1995, 2023, 5000).astype(float)),
        ("number", np.random.default_rng(0).normal(1013, 4, 5000)),
        ("datetime", np.datetime64("2024-01-01T00:00:00") + np.random.default_rng(0).integers(0, 10**7, 5000)),
    ],
)
def test_bins_far_from_zero_are_of_about_equal_size_too(kind, values):
    found = counted(Feature("size", kind, "Size"), list(values))

    assert len(found["edges"]) == 9
    assert all(300 <= count <= 700 for count in found["counts"])


def test_edges_of_bins_have_fewer_figures_than_a_person_s_number():
    values = np.random.default_rng(0).normal(1013, 4, 5001)

    edges = counted(Feature("size", "number", "Size"), values.tolist())["edges"]
    assert not set(edges) & set(values.tolist())
    assert counted(Feature("size", "number", "Size"), [1234.5678])["edges"] == [1230.0]


@pytest.mark.parametrize("values", [[None] * 5, [7.0] * 20, [0.0] * 19 + [1.0]])
def test_columns_with_hardly_a_value_are_counted_too(values):
    found = counted(Feature("size", "number", "Size"), values)

    assert found["missing"] + sum(found["counts"]) == len(values)


def test_dates_are_counted_as_days():
    days = [np.datetime64("2024-01-01") + day for day in range(100)]

    assert sum(counted(Feature("day", "date", "Day"), days)["counts"]) == 100


def pairs(rows=2000, seed=0):
    """Two numbers that go together, and a code that is mostly 0."""
    random = np.random.default_rng(seed)
    first = random.normal(100, 20, rows)
    return np.column_stack([first, first / 2 + random.normal(0, 2, rows), (random.random(rows) < 0.1).astype(float)])


def test_values_that_are_ordinary_alone_and_not_together_are_unusual():
    fitted = fit_unusualness(pairs(), [2])

    usual, odd = fitted.distances(np.array([[120.0, 60.0, 0.0], [120.0, 40.0, 0.0]]))
    assert usual < fitted.amber < fitted.red < odd


def test_one_new_case_in_a_hundred_is_called_unusual():
    fitted = fit_unusualness(pairs(), [2])

    distances = fitted.distances(pairs(20_000, seed=1))

    assert np.mean(distances > fitted.amber) == pytest.approx(0.01, abs=0.006)
    assert np.mean(distances > fitted.red) == pytest.approx(0.001, abs=0.002)


def test_a_missing_value_or_an_unknown_level_is_not_unusual_by_itself():
    fitted = fit_unusualness(pairs(), [2])

    assert (fitted.distances(np.array([[np.nan, np.nan, np.nan], [100.0, 50.0, -1.0]])) < fitted.amber).all()


@pytest.mark.parametrize(
    ("Z", "categorical"),
    [
        (np.full((20, 2), 3.0), []),
        (np.full((20, 1), np.nan), []),
        (np.zeros((20, 1)), [0]),
        (np.full((20, 1), -1.0), [0]),
        (np.column_stack([np.arange(20.0), np.arange(20.0)]), []),
        (np.arange(40.0).reshape(20, 2) * 1e12, []),
    ],
)
def test_degenerate_columns_have_a_distance(Z, categorical):
    fitted = fit_unusualness(Z, categorical)

    again = Unusualness.from_json(json.loads(json.dumps(fitted.to_json())))
    assert np.isfinite(fitted.distances(Z)).all()
    np.testing.assert_allclose(again.distances(Z), fitted.distances(Z), atol=1e-6)
    assert fitted.amber <= fitted.red


def test_it_is_the_same_after_being_written_down():
    fitted = fit_unusualness(pairs(), [2])

    again = Unusualness.from_json(json.loads(json.dumps(fitted.to_json())))

    new = pairs(50, seed=3)
    np.testing.assert_allclose(again.distances(new), fitted.distances(new), rtol=1e-6)
    assert (again.amber, again.red) == (fitted.amber, fitted.red)


def test_the_profile_of_a_version_counts_its_training_rows(package):
    features = package.profile["features"]

    assert package.profile["rows"] == 256
    for counts in features.values():
        told = counts["missing"] + sum(counts.get("counts", ())) + counts.get("other", 0)
        assert told + sum(counts.get("levels", {}).values()) == 256
    assert set(features) == set(package.schema.by_name)
