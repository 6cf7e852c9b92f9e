"""
Which column of a file is which question: by its name or its label, in any order.

Besides there may be columns of the table that the model learned from and does not ask for: they come along, unread.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.errors import UnusableTable
from webapp.parsing.texts import normal
from webapp.schema import Schema
from webapp.wording.numbers import count_text, listed
from webapp.wording.quoting import quoted, shortened, shown

ROW_NUMBER, PROBLEM = "row_number", "problem"  # of a file of rows to correct, which may be sent as it is
NAMED = 5  # columns in one sentence
LONGEST_NAME = 60
MOST_OTHERS = 50  # columns beyond those of the template that are looked at one by one
NO_HEADER = "must begin with the names of its columns, as the template does; its first line begins with {first}"
TEMPLATE = "must use the template: {what}"


@dataclass(frozen=True, slots=True)
class Columns:
    """`places` has the position of each feature in schema order, `key` that of the case's number or None; `own` are
    the positions of columns that this product added to the file."""

    places: tuple[int, ...]
    key: int | None
    own: tuple[int, ...]


def columns_of(header: Sequence[str], schema: Schema, learned_from: Sequence[str] = ()) -> Columns:
    """Raises UnusableTable in words that go on after 'The selected file'."""
    means = {normal(name).casefold(): name for name in learned_from} | _meanings(schema)
    if len(header) > len(means) + MOST_OTHERS:
        there = f"it has {count_text(len(header))} columns, and the template has {count_text(len(schema.features))}"
        raise UnusableTable(TEMPLATE.format(what=there))
    names = [normal(cell) for cell in header]
    found: dict[str, int] = {}
    own, strange, twice = [], [], []
    for place, name in enumerate(names):
        meaning = means.get(name.casefold())
        if meaning is None and (name in (ROW_NUMBER, PROBLEM) or not name):
            own.append(place)
        elif meaning is None:
            strange.append(name)
        elif meaning in found:
            twice.append(name)
        else:
            found[meaning] = place
    lacking = [feature.name for feature in schema.features if feature.name not in found]
    if lacking and not found:
        raise UnusableTable(NO_HEADER.format(first=quoted(shortened(names[0], LONGEST_NAME))))
    _refuse(lacking, strange, twice)
    key = found.get(schema.id_column) if schema.id_column else None
    return Columns(tuple(found[feature.name] for feature in schema.features), key, tuple(own))


def beside_text(file: Mapping[str, Any]) -> str:
    """Which columns of a file that was taken are no question; blank where all are."""
    asked = {*file["places"], file["key"]}
    others = [shown(name) for place, name in enumerate(file["header"]) if place not in asked]
    if not others:
        return ""
    back = "it comes back as it was" if len(others) == 1 else "they come back as they were"
    return f"The model does not ask for the {_named(others)}; {back}."


def _meanings(schema: Schema) -> Mapping[str, str]:
    """What a column may be called, folded, and the question that is; a name wins over the label of another."""
    called = {schema.id_label: schema.id_column} if schema.id_column and schema.id_label else {}
    called |= {feature.label: feature.name for feature in schema.features}
    called |= {schema.id_column: schema.id_column} if schema.id_column else {}
    called |= {feature.name: feature.name for feature in schema.features}
    return {normal(text).casefold(): name for text, name in called.items()}


def _refuse(lacking: Sequence[str], strange: Sequence[str], twice: Sequence[str]) -> None:
    said = []
    if lacking:
        said.append(f"{_named(lacking)} {'is' if len(lacking) == 1 else 'are'} missing")
    if twice:
        said.append(f"{_named(twice)} {'is' if len(twice) == 1 else 'are'} there twice")
    if strange:
        said.append(f"{_named(strange)} {'is' if len(strange) == 1 else 'are'} not known{_near(lacking, strange)}")
    if said:
        raise UnusableTable(TEMPLATE.format(what=", ".join(said)))


def _named(names: Sequence[str]) -> str:
    """'column “age”', 'columns “age”, “sex” and 3 others'"""
    shown = [quoted(shortened(name, LONGEST_NAME)) for name in names[:NAMED]]
    if len(names) > NAMED:
        shown.append(f"{count_text(len(names) - NAMED)} {'other' if len(names) == NAMED + 1 else 'others'}")
    return f"column{'' if len(names) == 1 else 's'} {listed(shown)}"


def _near(lacking: Sequence[str], strange: Sequence[str]) -> str:
    """A hint where one of each is so alike that a slip explains both."""
    for name in strange[:NAMED]:
        folded = {one.casefold(): one for one in lacking}
        near = difflib.get_close_matches(name[:LONGEST_NAME].casefold(), folded, n=1, cutoff=0.6)
        if near:
            return f" (is {quoted(shortened(name, LONGEST_NAME))} meant to be {quoted(folded[near[0]])}?)"
    return ""
