"""Eight faults as they happen in practice, each planted into one field of a stream."""

from collections.abc import Mapping

import numpy as np

from benchmarks.streams import Columns, Fault


def emptied(random: np.random.Generator, columns: Columns) -> None:
    """The program that sends cases no longer sends the field."""
    columns["income"] = [None] * len(columns["income"])


def left_out_more_often(random: np.random.Generator, columns: Columns) -> None:
    """One of four people skips the question."""
    skipped = random.random(len(columns["years"])) < 0.25
    columns["years"] = [None if skip else value for skip, value in zip(skipped, columns["years"], strict=True)]


def other_unit(random: np.random.Generator, columns: Columns) -> None:
    """Thousands are sent where units were."""
    columns["amount"] = [None if value is None else value / 1000 for value in columns["amount"]]


def stuck(random: np.random.Generator, columns: Columns) -> None:
    """A default is sent for everybody."""
    columns["term"] = [36.0] * len(columns["term"])


def new_name(random: np.random.Generator, columns: Columns) -> None:
    """A value that nobody had before, in one case of ten."""
    named = random.random(len(columns["purpose"])) < 0.1
    columns["purpose"] = ["Boat" if new else value for new, value in zip(named, columns["purpose"], strict=True)]


def gone(random: np.random.Generator, columns: Columns) -> None:
    """A value that no longer comes."""
    columns["housing"] = ["Owns" if value == "Family" else value for value in columns["housing"]]


def more_of_one(random: np.random.Generator, columns: Columns) -> None:
    """Twice as many from one region."""
    moved = random.random(len(columns["region"])) < 0.19
    columns["region"] = ["North" if move else value for move, value in zip(moved, columns["region"], strict=True)]


def larger(random: np.random.Generator, columns: Columns) -> None:
    """A number that is larger by half of its spread for everybody."""
    columns["burden"] = [None if value is None else value + 6.0 for value in columns["burden"]]


FAULTS: Mapping[str, tuple[str, Fault]] = {
    "a field arrives empty": ("income", emptied),
    "a field is left out in 25 of 100": ("years", left_out_more_often),
    "a number comes in another unit": ("amount", other_unit),
    "a number is the same for everybody": ("term", stuck),
    "a value that nobody had before, 10 in 100": ("purpose", new_name),
    "a value of 10 in 100 vanishes": ("housing", gone),
    "a region goes from 15 to 31 in 100": ("region", more_of_one),
    "a number grows by half of its spread": ("burden", larger),
}
