"""Counts of several days as one: documents of numbers that are added up number by number."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

WHOLE, BROKEN, SECTION, PLACES = "whole", "broken", "section", "places"


@dataclass(frozen=True, slots=True)
class Flat:
    """A document as its `numbers` in a row and the `shape` that they are put into again."""

    shape: tuple[Any, ...]
    numbers: np.ndarray


def flat(document: Any) -> Flat:
    numbers: list[float] = []
    shape = _laid_out(document, numbers)
    return Flat(shape, np.array(numbers, dtype=float))


def total(documents: Iterable[Flat]) -> Any:
    """Numbers are added, lists place by place, sections key by key; what only some of them have stays."""
    alike: dict[tuple[Any, ...], list[np.ndarray]] = {}
    for one in documents:
        alike.setdefault(one.shape, []).append(one.numbers)
    # Most days have the same keys and bins: those are added up as rows of numbers, and only what is left key by key.
    return _added([_built(shape, iter(np.sum(rows, axis=0).tolist())) for shape, rows in alike.items()])


def _laid_out(document: Any, numbers: list[float]) -> tuple[Any, ...]:
    if isinstance(document, dict):
        return SECTION, tuple((name, _laid_out(part, numbers)) for name, part in document.items())
    if isinstance(document, list):
        if document and isinstance(document[0], list):
            return PLACES, tuple(_laid_out(part, numbers) for part in document)
        numbers += document
        return (WHOLE if all(isinstance(one, int) for one in document) else BROKEN), len(document)
    numbers.append(document)
    return (WHOLE if isinstance(document, int) else BROKEN,)


def _built(shape: tuple[Any, ...], numbers: Iterator[float]) -> Any:
    kind = shape[0]
    if kind == SECTION:
        return {name: _built(part, numbers) for name, part in shape[1]}
    if kind == PLACES:
        return [_built(part, numbers) for part in shape[1]]
    as_it_was = int if kind == WHOLE else float
    if len(shape) == 1:
        return as_it_was(next(numbers))
    return [as_it_was(next(numbers)) for _ in range(shape[1])]


def _added(parts: Sequence[Any]) -> Any:
    if len(parts) < 2:
        return parts[0] if parts else {}
    if isinstance(parts[0], dict):
        names = dict.fromkeys(name for part in parts for name in part)
        return {name: _added([part[name] for part in parts if name in part]) for name in names}
    if isinstance(parts[0], list):
        longest = max(map(len, parts))  # a day counted by an earlier package of the name may have other bins
        return np.sum([part for part in parts if len(part) == longest], axis=0).tolist() if longest else []
    return sum(parts)
