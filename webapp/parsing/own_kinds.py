"""
Kinds of one's own: numbers that people write in a way of their own, like 1:30 for 90 minutes.

A package says "module:name" and no more. Looking a kind up never loads a module: what a service may load stands in its
own environment and is loaded when it starts.
"""

import importlib
import sys
from collections.abc import Iterable

from webapp.errors import ConfigError


class OwnKind:
    """
    A way of writing numbers; an instance of a subclass is what a spec names.

    `read` gives the number of a text and raises ValueError for one that is none; `write` gives the text of a number,
    which `read` must take back to the same number. `example` is shown to who wrote something else.
    """

    example = ""

    def read(self, text: str) -> float:
        raise NotImplementedError

    def write(self, number: float) -> str:
        raise NotImplementedError


def load_trusted(modules: Iterable[str]) -> None:
    """Load what FORMCAST_TRUSTED_MODULES lists. Raises ConfigError for what is not there."""
    for module in modules:
        try:
            importlib.import_module(module)
        except Exception as problem:  # whatever a module of somebody's own raises while it is imported
            raise ConfigError(
                f"FORMCAST_TRUSTED_MODULES lists {module}, which cannot be loaded: {problem}"
            ) from problem


def own_kind(place: str) -> OwnKind | None:
    """The kind at "module:name"; None where that module is not loaded or the name is no kind."""
    module, _, name = place.partition(":")
    found = getattr(sys.modules.get(module), name, None)
    return found if isinstance(found, OwnKind) else None


def read_text(place: str, text: str) -> float:
    """Raises ValueError for a text that is no such number, whatever the kind itself raises."""
    kind = own_kind(place)
    if kind is None:
        raise ValueError(f"{place} is not loaded")
    try:
        return float(kind.read(text))
    except Exception as problem:
        raise ValueError(text) from problem


def written(place: str, number: float) -> str:
    """The number as its kind writes it; '' where nobody knows: it is then shown as the plain number that it is."""
    kind = own_kind(place)
    try:
        return "" if kind is None else str(kind.write(number))
    except Exception:  # a page that was shown once is shown again, whatever became of that code
        return ""
