"""Counts of several days as one: documents of numbers that are added up number by number."""

from collections.abc import Iterable
from typing import Any

import numpy as np


def total(documents: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Numbers are added, lists place by place, sections key by key; what only some of them have stays."""
    return _added(list(documents)) or {}


def _added(parts: list[Any]) -> Any:
    if len(parts) < 2:
        return parts[0] if parts else None
    if isinstance(parts[0], dict):
        names = dict.fromkeys(name for part in parts for name in part)
        return {name: _added([part[name] for part in parts if name in part]) for name in names}
    if isinstance(parts[0], list):
        longest = max(map(len, parts))  # a day counted by an earlier package of the name may have other bins
        return np.sum([part for part in parts if len(part) == longest], axis=0).tolist() if longest else []
    return sum(parts)
