"""A typical case to try a form with: medians and most frequent answers, never a row of the table."""

from collections.abc import Sequence

import numpy as np

from webapp.schema import DATES, Feature, Schema, Value


def example_values(schema: Schema) -> list[Value]:
    """One typical value a feature, in schema order; None where nothing typical is known."""
    return [_typable(feature.typical_value) for feature in schema.features]


def example_answers(schema: Schema) -> dict[str, str | list[str]]:
    """What a person would type to ask about the typical case."""
    return answers_saying(schema, example_values(schema))


def answers_saying(schema: Schema, values: Sequence[Value]) -> dict[str, str | list[str]]:
    """What a person would type to say these values."""
    return {feature.name: _answer(feature, value) for feature, value in zip(schema.features, values, strict=True)}


def answers_of_rows(schema: Schema, rows: Sequence[Sequence[Value]]) -> list[dict[str, str | list[str]]]:
    """`answers_saying` of each of many rows; what says a value is found once for all of them."""
    names = [feature.name for feature in schema.features]
    columns = zip(schema.features, zip(*rows, strict=True), strict=False)  # of no rows there are no columns
    said = [_answers_of_column(feature, column) for feature, column in columns]
    return [dict(zip(names, answers, strict=True)) for answers in zip(*said, strict=True)]


def _answers_of_column(feature: Feature, column: Sequence[Value]) -> list[str | list[str]]:
    known = {value: _answer(feature, value) for value in set(column)}
    return [known[value] for value in column]


def _typable(value: Value) -> Value:
    """A moment without its seconds, for which the form has no box."""
    if isinstance(value, np.datetime64) and value.dtype != "datetime64[D]":
        return value.astype("datetime64[m]").astype("datetime64[s]")
    return value


def _answer(feature: Feature, value: Value) -> str | list[str]:
    texts = feature.to_answers(value)
    return list(texts) if feature.kind in DATES else texts[0]
