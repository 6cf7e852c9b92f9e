"""What a spec names as "module:function": code of one's own, imported where something is learned."""

import importlib
from collections.abc import Collection
from typing import Any

from webapp.errors import FormcastError, UnusableSpec


def own_code(place: str, where: str) -> Any:
    """What stands at that place. Raises UnusableSpec, which begins with `where` the spec names it."""
    module, _, name = place.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except FormcastError:
        raise
    except Exception as problem:  # whatever a module of somebody's own raises while it is imported
        raise UnusableSpec(f"{where} “{place}” cannot be imported: {problem or type(problem).__name__}") from problem


def refuse_untrusted(modules: Collection[str], trusted: Collection[str], where: str) -> None:
    """Raises UnusableSpec for modules that a service would not load, before anything is learned with them."""
    lacking = sorted(set(modules) - set(trusted))
    if lacking:
        listed = ",".join([*trusted, *lacking])
        raise UnusableSpec(
            f"{where} needs code of {', '.join(lacking)} wherever the model answers. Trust it there and here, in the "
            f"environment: FORMCAST_TRUSTED_MODULES={listed}"
        )
