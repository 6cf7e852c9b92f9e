"""Packages that only some sources need: loaded when one is read, and named where they are missing or complain."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from webapp.errors import UnusableTable

LONGEST = 200  # characters of a library's own words
INSTALLING = "pip install -r requirements-sources.txt"


def needed(module: str) -> ModuleType:
    """The module. Raises UnusableTable where it is not installed, in words that go on after the source's name."""
    try:
        return importlib.import_module(module)
    except ImportError as problem:
        package = module.partition(".")[0]
        raise UnusableTable(f"needs the package {package}, which is not installed: {INSTALLING}") from problem


@contextmanager
def naming(source: str) -> Iterator[None]:
    """Put the source's name before what is wrong with it."""
    try:
        yield
    except UnusableTable as problem:
        raise UnusableTable(f"{source} {problem}") from problem


def first_line(problem: Exception) -> str:
    """What a library says is wrong, as far as it fits into a sentence."""
    lines = str(problem).strip().splitlines()
    return lines[0].rstrip(" .:")[:LONGEST] if lines else type(problem).__name__
