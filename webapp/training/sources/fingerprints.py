"""
By which hashes a table is known again, so that "same name, other content" is noticed.

Cells hold no NUL, so joining them by it loses nothing and anybody can work a hash out again.
"""

import hashlib
from collections.abc import Mapping

import numpy as np

BETWEEN = "\0"


def column_hash(cells: np.ndarray) -> str:
    """SHA-256 of the cells (n,) from top to bottom, joined by NUL, in UTF-8."""
    return hashlib.sha256(BETWEEN.join(cells.tolist()).encode()).hexdigest()


def column_hashes(columns: Mapping[str, np.ndarray]) -> dict[str, str]:
    return {name: column_hash(cells) for name, cells in columns.items()}


def rows_hash(columns: Mapping[str, np.ndarray]) -> str:
    """
    The same for the same rows in whatever order, and whatever the order of the columns.

    SHA-256 of the sorted SHA-256 of every row: its cells in the order of the sorted column names, joined by NUL.
    """
    ordered = [columns[name].tolist() for name in sorted(columns)]
    sha256 = hashlib.sha256
    digests = [sha256(BETWEEN.join(row).encode()).digest() for row in zip(*ordered, strict=True)]
    digests.sort()
    names = BETWEEN.join(sorted(columns)).encode()
    return sha256(sha256(names).digest() + b"".join(digests)).hexdigest()


def table_hash(hashes: Mapping[str, str]) -> str:
    """SHA-256 of the columns' names and hashes in their order: of the table as it stands, cell by cell."""
    return hashlib.sha256(BETWEEN.join(part for pair in hashes.items() for part in pair).encode()).hexdigest()
