"""The terms of a fitted additive model: a table for each column and each pair of columns, before they are stored."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit, softmax

from webapp.estimators.design import Design
from webapp.estimators.monotone import in_direction
from webapp.estimators.pairs import Grid
from webapp.estimators.penalties import Fit


@dataclass(frozen=True)
class LearnedTerms:
    """One fit for each score over the same design; `grids` are the pairs behind its columns."""

    design: Design
    fits: list[Fit]
    grids: tuple[Grid, ...] = ()

    @property
    def intercepts(self) -> np.ndarray:
        return np.array([fit.coefficients[0] for fit in self.fits])

    @cached_property
    def tables(self) -> list[np.ndarray]:
        """(bins, scores) for each block; one that has a direction keeps to it in every step."""
        by_fit = [self.design.tables(fit.coefficients[1:]) for fit in self.fits]
        tables = [np.column_stack(of_block) for of_block in zip(*by_fit, strict=True)]
        for number, direction in self.design.directions.items():
            block = self.design.blocks[number]
            counts = np.bincount(block.codes, minlength=len(block.matrix))
            for score in range(len(self.fits)):
                tables[number][:, score] = in_direction(tables[number][:, score], counts, block.in_order, direction)
        return tables

    def scores(self) -> np.ndarray:
        """(rows, scores) of the training rows."""
        total = np.tile(self.intercepts, (len(self.design.blocks[0].codes), 1))
        for block, table in zip(self.design.blocks, self.tables, strict=True):
            total += table[block.codes]
        return total

    def means_and_variances(self) -> tuple[np.ndarray, np.ndarray]:
        """Both per term and score, over the training rows; the variances in a unit that no square can break."""
        unit = max(np.abs(table).max() for table in self.tables) or 1.0
        mean, variance = [], []
        for table, block in zip(self.tables, self.design.blocks, strict=True):
            share = np.bincount(block.codes, minlength=len(table)) / len(block.codes)
            mean.append(share @ table)
            variance.append(share @ ((table - mean[-1]) / unit) ** 2)
        return np.array(mean), np.array(variance)


def left_over_of_classes(scores: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """(rows, scores, 2): how far each chance was from the truth, and how much that weighs."""
    if scores.shape[1] == 1:
        chances, truth = expit(scores), codes[:, None] == 1
    else:
        chances, truth = softmax(scores, axis=1), np.eye(scores.shape[1])[codes]
    return np.stack([truth - chances, chances * (1.0 - chances)], axis=2)


def left_over_of_values(scores: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(rows, 1, 2): the errors in units of their own standard deviation, all of one weight."""
    errors = y[:, None] - scores
    size = np.abs(errors).max() or 1.0
    errors = errors / size
    return np.stack([errors / (errors.std() or 1.0), np.ones_like(errors)], axis=2)
