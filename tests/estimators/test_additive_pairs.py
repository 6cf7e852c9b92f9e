"""Two columns get a table of their own where they say something only together, and nowhere else."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.base import clone

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor
from webapp.estimators.bins import FEWEST_BINS
from webapp.estimators.design import BinningRule, build_design
from webapp.estimators.learned_terms import left_over_of_values
from webapp.estimators.pairs import SIDE, clearest_pairs

ROWS = 1500


def crossed(kind, seed=0, rows=ROWS):
    """Columns 1 and 3 matter only together; 0 matters alone; 2 and 4 (a category) not at all."""
    random = np.random.default_rng(seed)
    Z = random.normal(size=(rows, 5))
    Z[:, 4] = random.integers(0, 5, rows)
    Z[random.random(rows) < 0.05, 1] = np.nan
    score = Z[:, 0] + 2.0 * np.nan_to_num(Z[:, 1] * Z[:, 3])
    if kind is AdditiveRegressor:
        return Z, score + 0.5 * random.normal(size=rows)
    return Z, random.random(rows) < expit(score)


@pytest.mark.parametrize("kind", [AdditiveClassifier, AdditiveRegressor])
def test_the_pair_that_matters_is_found_and_no_other(kind):
    model = kind([4], pairs=4).fit(*crossed(kind))

    assert model.pairs_ == ((1, 3),)


def test_several_classes_find_their_pair_too():
    Z, y = crossed(AdditiveRegressor)

    assert AdditiveClassifier([4], pairs=1).fit(Z, np.digitize(y, [-1, 1])).pairs_ == ((1, 3),)


def test_a_category_and_a_number_can_be_a_pair():
    random = np.random.default_rng(1)
    Z = np.column_stack([random.normal(size=ROWS), random.integers(0, 12, ROWS)])
    y = np.where(Z[:, 1] < 3, 1.0, -1.0) * Z[:, 0] + 0.2 * random.normal(size=ROWS)

    alone, together = (AdditiveRegressor([1], pairs=pairs).fit(Z, y) for pairs in (0, 2))

    assert together.pairs_ == ((0, 1),)
    assert np.abs(together.predict(Z) - y).mean() < 0.6 * np.abs(alone.predict(Z) - y).mean()


def test_noise_gets_no_pair():
    random = np.random.default_rng(2)
    Z = random.normal(size=(ROWS, 12))

    for seed in range(3):
        y = Z[:, 0] + np.random.default_rng(seed).normal(size=ROWS)
        assert AdditiveRegressor(pairs=5).fit(Z, y).pairs_ == ()


def test_no_more_pairs_than_allowed_the_clearest_first():
    random = np.random.default_rng(3)
    Z = random.normal(size=(ROWS, 6))
    y = 3 * Z[:, 0] * Z[:, 1] + 2 * Z[:, 2] * Z[:, 3] + Z[:, 4] * Z[:, 5] + 0.3 * random.normal(size=ROWS)

    assert AdditiveRegressor(pairs=2).fit(Z, y).pairs_ == ((0, 1), (2, 3))
    assert set(AdditiveRegressor(pairs=9).fit(Z, y).pairs_) == {(0, 1), (2, 3), (4, 5)}


def test_a_column_with_a_direction_is_in_no_pair():
    Z, y = crossed(AdditiveRegressor)

    assert AdditiveRegressor([4], pairs=4, monotonic_cst=[0, 1, 0, 0, 0]).fit(Z, y).pairs_ == ()


@pytest.fixture(scope="module", params=[AdditiveClassifier, AdditiveRegressor], ids=["classes", "values"])
def model(request):
    return request.param([4], pairs=3).fit(*crossed(request.param))


def test_contributions_of_columns_and_pairs_sum_to_the_score(model):
    Z, _ = crossed(type(model), seed=9, rows=400)
    Z[:5] = np.nan
    Z[5:10, 4] = -1.0

    scores, contributions = model.explain(Z)

    assert contributions.shape == (400, 5 + len(model.pairs_), 1)
    np.testing.assert_allclose(contributions.sum(axis=1) + model.reference_score_, scores, atol=1e-12)
    assert np.abs(contributions[10:, 5]).max() > 0.5


def test_one_row_equals_its_batch_bit_for_bit(model):
    Z, _ = crossed(type(model), seed=8, rows=300)
    scores, contributions = model.explain(Z)

    for row in range(0, 300, 7):
        one_score, one_contribution = model.explain(Z[row : row + 1])
        assert one_score.tobytes() == scores[row].tobytes()
        assert one_contribution.tobytes() == contributions[row].tobytes()


def test_the_average_case_is_measured_with_the_pairs(model):
    expected = model.reference_[1] if hasattr(model, "classes_") else model.reference_[0]
    answer = model.link_inverse(model.reference_score_[None])

    assert (answer[0, 1] if hasattr(model, "classes_") else answer[0]) == pytest.approx(expected)


def test_a_cell_with_few_rows_has_no_effect_of_its_own():
    """Four rows stand alone in a corner of the grid: what they have in common would be known of each of them."""
    random = np.random.default_rng(4)
    Z = np.repeat([[0.0, 0.0], [1.0, 1.0]], 400, axis=0) + 0.1 * random.normal(size=(800, 2))
    y = random.normal(size=800)
    Z[:4], y[:4] = [0.0, 1.0], 500.0
    steps, design = build_design(Z, BinningRule(frozenset(), 256, 5, 3))
    tables = [np.zeros((len(block.matrix), 1)) for block in design.blocks]
    [grid] = clearest_pairs(design, tables, left_over_of_values(np.zeros((800, 1)), y), 1)

    block = grid.block(design, 5)

    counts = np.bincount(block.codes, minlength=len(block.matrix))
    lonely = (counts > 0) & (counts < 5)
    assert lonely.sum() > 1
    assert len(np.unique(block.matrix[lonely], axis=0)) == 1  # all such cells say the same, which is the average


def test_a_pair_table_is_small(model):
    assert len(model.table_) < sum(len(step) for step in [model.edges_]) + 5 + 2 * (SIDE + 2) ** 2
    assert FEWEST_BINS > SIDE


def test_the_settings_survive_cloning(model):
    assert clone(model).get_params()["pairs"] == 3
