"""Tables made up for one test: columns of values to the table and spec that a file with them would give."""

import csv
import io

import numpy as np

from webapp.training.columns.inference import infer_schema
from webapp.training.sources.table_source import table_from_bytes
from webapp.training.spec.file import DataSpec, FeatureSpec, Spec, TargetSpec

ROWS = 200


def table_of(delimiter=",", **columns):
    """The table in a file with these columns."""
    return table_from_named(columns, delimiter)


def table_from_named(columns, delimiter=","):
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return table_from_bytes(written.getvalue().encode(), "made_up", "made_up.csv")


def some(values, rows=ROWS, seed=0):
    """The values drawn at random, as a column."""
    drawn = np.random.default_rng(seed).integers(len(values), size=rows)
    return [values[at] for at in drawn]


def numbers(rows=ROWS, seed=1, low=0.0, high=100.0, decimals=1):
    drawn = np.random.default_rng(seed).uniform(low, high, rows)
    return [f"{number:.{decimals}f}" for number in drawn]


def understood(columns, target="answer", said=None, target_said=None, features=None, delimiter=","):
    """What is inferred from columns; an `answer` of yes and no is added where none is given."""
    if target == "answer" and "answer" not in columns:
        columns = {**columns, "answer": some(["yes", "no", "no"], rows=len(next(iter(columns.values()))), seed=99)}
    data = DataSpec(source="made_up.csv", target=target, **(said or {}))
    sections = {name: FeatureSpec(**section) for name, section in (features or {}).items()}
    spec = Spec("made_up", data=data, target=TargetSpec(**(target_said or {})), features=sections)
    return infer_schema(table_from_named(columns, delimiter), spec)


def feature_of(column, name="column", **options):
    """The feature inferred for one column among others."""
    return understood({name: column, "other": numbers(len(column))}, **options).schema.by_name[name]


def reason_for(column, name="column", **options):
    """Why a column was set aside; '' when it was not."""
    inference = understood({name: column, "other": numbers(len(column))}, **options)
    return dict(inference.set_aside).get(name, "")
