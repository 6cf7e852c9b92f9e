"""How good predictions are: functions of arrays, truth first, the same in training and in monitoring."""

import numpy as np
from scipy.stats import rankdata

LEAST_CHANCE = 1e-15  # a chance of exactly zero would make one surprise infinitely bad


def log_losses(codes: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Return the log loss of each row from the number of its class and its class probabilities (rows, classes)."""
    chances = probabilities[np.arange(len(codes)), codes]
    return -np.log(np.maximum(chances, LEAST_CHANCE))


def area_under_curve(positive: np.ndarray, scores: np.ndarray) -> float:
    """Return how often a positive row scores above a negative one, ties counting half; nan with one class only."""
    positive = np.asarray(positive, dtype=bool)
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if not n_positive or not n_negative:
        return float("nan")
    wins = rankdata(scores)[positive].sum() - n_positive * (n_positive + 1) / 2
    return float(wins / (n_positive * n_negative))


def calibration_error(positive: np.ndarray, probabilities: np.ndarray, bins: int = 10) -> float:
    """Return the mean distance between chance and frequency over bins of equal counts (ECE).

    Rows with the same chance share their mean outcome first, so that the order of the rows does not matter.
    """
    distinct, group, counts = np.unique(probabilities, return_inverse=True, return_counts=True)
    frequency = np.bincount(group, np.asarray(positive, dtype=float)) / counts
    gaps = np.repeat(distinct - frequency, counts)
    parts = np.array_split(gaps, min(bins, len(gaps)))
    return float(sum(abs(part.sum()) for part in parts) / len(gaps))


def absolute_errors(actual: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return the distance of each prediction from what happened."""
    return np.abs(np.asarray(actual, dtype=float) - np.asarray(predicted, dtype=float))


def coverage(actual: np.ndarray, intervals: np.ndarray) -> float:
    """Return the part of the rows whose value lies within its interval (rows, low and high), limits included."""
    return float(((intervals[:, 0] <= actual) & (actual <= intervals[:, 1])).mean())
