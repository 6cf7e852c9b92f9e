"""What is the same wherever versions lie: their names and numbers, and what a place for them has to offer."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from webapp.errors import UnknownVersion
from webapp.model_package.format import is_model_name, is_version_id

Sealed = Callable[[int], Mapping[str, bytes]]
Write = Callable[[Path], None]


@dataclass(frozen=True)
class StoredVersion:
    """One version of the store; `number` is what its manifest says, 0 when that cannot be read."""

    model: str
    version: str
    number: int


class Storage(Protocol):
    """A place for versions; what keeps it from being used is a ModelStoreError in a sentence."""

    def versions(self) -> dict[str, list[StoredVersion]]:
        """Of every model that has any, each oldest first."""

    def versions_of(self, model: str) -> list[StoredVersion]:
        """Oldest first."""

    def files(self, model: str, version: str) -> dict[str, bytes]:
        """Everything that belongs to the version, read once and not verified. Raises UnknownVersion, PackageCorrupt."""

    def add(self, model: str, sealed: Sealed) -> StoredVersion:
        """Number and store what `sealed` makes of the number; it appears complete or not at all."""

    def keeping(self, path: str, write: Write) -> AbstractContextManager[None]:
        """Around the adding of a version: what `write` writes into a file stays at the path if all goes well."""

    def kept(self, path: str) -> bytes | None:
        """What was kept there; None where there is nothing."""


def in_order(versions: Iterable[StoredVersion]) -> list[StoredVersion]:
    """Oldest first; one whose manifest is damaged stands before all others."""
    return sorted(versions, key=lambda stored: (stored.number, stored.version))


def next_number(stored: list[StoredVersion], given: Iterable[int] = ()) -> int:
    """One more than the highest; a version with an unreadable manifest still counts as one."""
    return max([len(stored), *(version.number for version in stored), *given]) + 1


def check_names(model: str, version: str) -> None:
    """Only such names may become part of a path."""
    if not (is_model_name(model) and is_version_id(version)):
        raise UnknownVersion("There is no such version in the model store")


def unknown(model: str, version: str) -> UnknownVersion:
    return UnknownVersion(f"There is no version {version} of {model} in the model store")
