"""The bytes behind a path or an address: all of them, within limits, with the version that their keeper gives them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from webapp.errors import UnusableTable
from webapp.training.sources.addresses import Address

MIB = 1024**2
PIECE = 4 * MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Of what comes over a network: a server may send for ever, or a byte now and then."""

    size: int = 1024 * MIB
    seconds: float = 600.0
    silence_s: float = 30.0


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Fetched:
    """`version` is what its keeper calls this state of it: an ETag, a version in a store, when it was changed."""

    content: bytes
    version: str = ""


def read_path(path: Path, written: str) -> Fetched:
    """Raises UnusableTable in a whole sentence."""
    try:
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Fetched(path.read_bytes(), changed_at(changed))
    except (FileNotFoundError, ValueError) as problem:  # ValueError: NUL in a path
        raise UnusableTable(
            f"There is no file {written}. Check the path; it is read from the folder {Path.cwd()}"
        ) from problem
    except IsADirectoryError as problem:
        raise UnusableTable(f"{written} is a folder. Give the path of one table in it") from problem
    except OSError as problem:
        raise UnusableTable(f"{written} cannot be read: {problem.strerror}") from problem


def changed_at(moment: datetime) -> str:
    return f"changed {moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def all_of(read: Callable[[int], bytes], address: Address, limits: Limits, expected: int | None) -> bytes:
    """
    What `read` gives until it gives nothing more.

    Raises UnusableTable where that is not the `expected` number of bytes, or more than the limits allow.
    """
    refuse_larger(expected or 0, address, limits)
    until = time.monotonic() + limits.seconds
    content = bytearray()
    while piece := read(PIECE):
        content += piece
        refuse_larger(len(content), address, limits)
        if time.monotonic() > until:
            raise UnusableTable(
                f"{address.written} was not there after {limits.seconds:g} seconds. Download it and give its path"
            )
    if expected is not None and len(content) != expected:
        raise UnusableTable(f"{address.written} broke off after {len(content):,} of {expected:,} bytes. Try again")
    return bytes(content)


def refuse_larger(size: int, address: Address, limits: Limits) -> None:
    if size > limits.size:
        raise UnusableTable(
            f"{address.written} is larger than {limits.size // MIB:,} MB. Download it and give its path"
        )
