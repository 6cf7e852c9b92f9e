"""Columns of dates: those in the future, and those that may say when each case happened."""

import re
from datetime import timedelta

import numpy as np

from webapp.clock import now
from webapp.schema import DATES, Feature
from webapp.training.columns.inference import Inference
from webapp.training.columns.labels import label_of

ONE_DAY = timedelta(days=1)  # wherever on Earth a date was written
MOSTLY = 0.8  # of the rows have a date that has passed
_BIRTH = {"birth", "born", "birthday", "birthdate", "dob"}


def future_rows(inference: Inference) -> dict[str, int]:
    """Column -> rows in the future, for every column of dates that has such rows."""
    tomorrow = _tomorrow()
    found = {
        feature.name: sum(value is not None and value.astype("datetime64[D]") > tomorrow for value in values)
        for feature, values in _dated(inference)
    }
    return {name: rows for name, rows in found.items() if rows}


def says_when(inference: Inference) -> list[str]:
    """Columns that may say when a case happened: dates that have passed, and are no birthdays; and a year."""
    tomorrow = _tomorrow()
    found = []
    for feature, values in _dated(inference):
        passed = [value is not None and value.astype("datetime64[D]") <= tomorrow for value in values]
        if np.mean(passed) >= MOSTLY and not _BIRTH & set(words_of(feature.name)):
            found.append(feature.name)
    years = [feature.name for feature in inference.schema.features if words_of(feature.name) == ["year"]]
    return found or years


def words_of(name: str) -> list[str]:
    """'DateOfBirth' and 'date_of_birth' -> ['date', 'of', 'birth']"""
    return re.findall(r"\w+", label_of(name).casefold()) if name else []


def _dated(inference: Inference) -> list[tuple[Feature, np.ndarray]]:
    columns = zip(inference.schema.features, inference.X.T, strict=True)
    return [(feature, values) for feature, values in columns if feature.kind in DATES]


def _tomorrow() -> np.datetime64:
    return np.datetime64((now() + ONE_DAY).date(), "D")
