"""Somebody's own classifier: it answers a case, and has no patience with many."""

import time

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

A_FEW = 12
SECONDS_A_CASE = 0.03


class Tiring(ClassifierMixin, BaseEstimator):
    """`temper`: calm, slow or failing, which shows only where more than a few cases are asked at once."""

    def __init__(self, temper: str = "calm"):
        self.temper = temper

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        if self.temper == "failing" and len(X) > A_FEW:
            raise RuntimeError("There is no more room for so many")
        if self.temper == "slow":
            time.sleep(SECONDS_A_CASE * len(X))
        chance = 1 / (1 + np.exp(0.05 * (np.nan_to_num(X[:, 0]) - 30)))
        return np.column_stack([1 - chance, chance])
