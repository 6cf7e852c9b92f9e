"""
Answers to very many rows, column by column: what Predictor.predict says of each of them, its reasons only on demand.

Each distinct value of an input is looked at once, whatever the number of rows that have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from webapp.prediction import care
from webapp.prediction.predictor import Predictor
from webapp.schema import NUMBERS, Feature, Value

LIGHTS = ("green", "amber", "red")
GREEN, AMBER, RED = range(3)
NONE = -1
EXPLAINED = 1_000  # rows at a time: the contributions to several classes of many columns take memory


@dataclass(frozen=True, slots=True)
class Column:
    """One input of many rows: its distinct typed values (k,), and which of them each row has (n,)."""

    values: np.ndarray
    codes: np.ndarray


@dataclass(frozen=True, slots=True)
class Leading:
    """The largest reasons (n, N): the places of their terms in the predictor's `terms`, -1 for none, and points."""

    terms: np.ndarray
    points: np.ndarray


@dataclass(frozen=True, slots=True)
class Answers:
    """
    Of n rows. Classes: `answered` is the place of the answer among the schema's classes, `chance` its chance, or with
    two classes that of the positive one. Numbers: `value`, with `interval` (n, 2) where the model has one. `light` is a
    place in LIGHTS; `warning` is a place in `warnings`, the sets of sentences that occur, the first of them empty.
    """

    answered: np.ndarray | None
    chance: np.ndarray | None
    value: np.ndarray | None
    interval: np.ndarray | None
    light: np.ndarray
    warning: np.ndarray
    warnings: tuple[tuple[str, ...], ...]
    reasons: Leading | None = None


class _Flags:
    """Collects flags one after the other, as the page lists them."""

    def __init__(self, rows: int):
        self.codes = np.zeros(rows, dtype=np.int64)
        self.texts: list[tuple[str, ...]] = [()]
        self.counted = np.zeros(rows, dtype=np.int64)
        self.red = np.zeros(rows, dtype=bool)
        self.far_out = np.zeros(rows, dtype=bool)

    def add(self, texts: Sequence[str], which: np.ndarray) -> None:
        """One more sentence where `which` (n,) is a place in `texts`, the first of which stands for none."""
        rows = np.flatnonzero(which)
        if len(rows):
            together, distinct = pd.factorize(self.codes[rows] * len(texts) + which[rows])
            self.codes[rows] = together + len(self.texts)
            self.texts += [(*self.texts[one // len(texts)], texts[one % len(texts)]) for one in distinct.tolist()]

    def add_feature(self, feature: Feature, column: Column) -> None:
        texts, which = [""], np.zeros(len(column.values), dtype=np.int64)
        counted, red, far_out = (np.zeros(len(column.values), dtype=bool) for _ in range(3))
        for place in _worth_a_look(feature, column.values):
            value: Value = column.values[place]
            flag = care.flag_of(feature, value)
            far_out[place] = care.lies_far_out(feature, value)
            if flag is not None:
                which[place] = len(texts)
                texts.append(flag.text)
                counted[place] = not care.is_unexceptional(feature, value)
                red[place] = flag.code in care.RED_CODES
        if far_out.any():
            self.far_out |= far_out[column.codes]
        if len(texts) > 1:
            self.add(texts, which[column.codes])
            self.counted += counted[column.codes]
            self.red |= red[column.codes]


def answers(predictor: Predictor, columns: Sequence[Column], reasons: int = 0) -> Answers:
    """
    What the predictor says of rows whose inputs are `columns`, in the order of its schema, with so many reasons.

    At least one row.
    """
    Z, proper, distances = predictor.screened([(column.values, column.codes) for column in columns])
    flags = _Flags(len(Z))
    for feature, column in zip(predictor.schema.features, columns, strict=True):
        flags.add_feature(feature, column)
    unusual = predictor.is_beyond(distances, "amber")
    flags.add(("", care.UNLIKE), unusual.astype(np.int64))
    flags.counted += unusual
    answered, in_doubt = None, np.zeros(len(Z), dtype=bool)
    if predictor.schema.target.kind != "number":
        answered = proper.argmax(axis=1)
        in_doubt = _add_doubt(flags, predictor, proper, answered)
    red = flags.red | (flags.counted > 1) | predictor.is_beyond(distances, "red")
    red |= (flags.codes > 0) & flags.far_out
    if predictor.is_doubt_exceptional:
        red |= in_doubt
    return Answers(
        answered=answered,
        chance=None if answered is None else proper[np.arange(len(Z)), _shown(predictor, answered)],
        value=proper[:, 0] if answered is None else None,
        interval=predictor.intervals(Z) if answered is None else None,
        light=np.where(red, RED, np.where(flags.codes > 0, AMBER, GREEN)),
        warning=flags.codes,
        warnings=tuple(flags.texts),
        reasons=_leading(predictor, Z, reasons) if reasons else None,
    )


def _leading(predictor: Predictor, Z: np.ndarray, most: int) -> Leading:
    parts = [predictor.leading(Z[start : start + EXPLAINED], most) for start in range(0, len(Z), EXPLAINED)]
    terms, points = zip(*parts, strict=True)
    return Leading(np.concatenate(terms), np.concatenate(points))


def _worth_a_look(feature: Feature, values: np.ndarray) -> Sequence[int]:
    """The places of values that may have a flag: of numbers those outside the limits, of all else every one."""
    if feature.kind not in NUMBERS or feature.observed is None:
        return range(len(values))
    numbers = values.astype(np.float64)
    low, high = feature.observed
    return np.flatnonzero(~((numbers >= low) & (numbers <= high))).tolist()


def _shown(predictor: Predictor, answered: np.ndarray) -> np.ndarray | int:
    classes = predictor.schema.target.classes
    return classes.index(predictor.schema.target.positive) if len(classes) == 2 else answered


def _add_doubt(flags: _Flags, predictor: Predictor, chances: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """A warning where the real class may well be another one; whether it is so, for each row."""
    held = predictor.held(chances)
    if held is None:
        return np.zeros(len(chances), dtype=bool)
    held[np.arange(len(held)), answered] = False
    in_doubt = held.any(axis=1)
    rows = np.flatnonzero(in_doubt)
    likely = np.argsort(-chances[rows], axis=1, kind="stable")
    others = np.where(np.take_along_axis(held[rows], likely, axis=1), likely, NONE)
    sets = list(map(tuple, others.tolist()))
    places = {one: place for place, one in enumerate(dict.fromkeys(sets), 1)}
    classes = predictor.schema.target.classes
    texts = [care.doubt_text([classes[place] for place in one if place != NONE]) for one in places]
    which = np.zeros(len(held), dtype=np.int64)
    which[rows] = [places[one] for one in sets]
    flags.add(["", *texts], which)
    return in_doubt
