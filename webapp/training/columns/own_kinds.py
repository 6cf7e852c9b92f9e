"""Kinds of one's own, [features.<column>] kind = "module:name", tried on the table before they are used."""

from collections.abc import Iterable
from typing import Any

from webapp.errors import UnusableSpec
from webapp.parsing.own_kinds import OwnKind, read_text, written
from webapp.schema import Feature
from webapp.training.own_code import own_code
from webapp.training.spec.file import Spec


def load_kinds(spec: Spec) -> None:
    """Raises UnusableSpec for what is no kind."""
    for column, said in spec.features.items():
        if ":" in said.kind and not isinstance(own_code(said.kind, f"[features.{column}] kind"), OwnKind):
            raise UnusableSpec(f"[features.{column}] kind “{said.kind}” must be an instance of OwnKind")


def refuse_lossy(feature: Feature, values: Iterable[Any]) -> None:
    """Raises UnusableSpec for a kind that writes a number of the table as something that it reads as another."""
    for value in {value for value in values if value is not None} if feature.own_kind else ():
        text = written(feature.own_kind, value)
        if not text or not _is_read_as(feature.own_kind, text, value):
            raise UnusableSpec(
                f"[features.{feature.name}] kind “{feature.own_kind}” writes {value:g} as “{text}” and reads that as "
                "something else. What a page shows must be what was meant"
            )


def _is_read_as(place: str, text: str, value: float) -> bool:
    try:
        return read_text(place, text) == value
    except ValueError:
        return False
