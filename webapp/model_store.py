"""
Owner of the model store: adds versions that are never changed again, lists, reads and loads them.

The store holds facts. Which version answers is a decision and stands in the database.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from webapp.errors import ModelStoreError, PackageCorrupt, UnknownVersion
from webapp.model_package.compatibility import check_compatible
from webapp.model_package.format import MANIFEST, METADATA, ModelPackage, is_model_name
from webapp.model_package.loader import (
    open_package,
    read_package_card,
    read_package_facts,
    read_package_profile,
)
from webapp.model_package.manifest import json_object, seal, stated_version, verified_manifest
from webapp.model_package.signing import PublicKey, SigningKey
from webapp.storage.bucket import Bucket
from webapp.storage.cache import Cache
from webapp.storage.folder import Folder
from webapp.storage.versions import Storage, StoredVersion, Write

logger = logging.getLogger("formcast.store")


class ModelStore:
    """
    The versions in a folder, or behind an address such as s3://bucket/folder.

    What is read from an address is kept in the `cache`, a folder of this machine, which answers while the address is
    away. Raises ConfigError for an address that nothing here can read.
    """

    def __init__(self, root: Path | str, cache: Path | None = None):
        self.is_elsewhere = "://" in str(root)
        self.root = str(root) if self.is_elsewhere else Path(root)
        self._storage: Storage = Bucket(self.root) if self.is_elsewhere else Folder(self.root)
        self._cache = Cache(cache, self.root) if self.is_elsewhere and cache else None

    def models(self) -> list[str]:
        """Names of the models that have at least one version."""
        return list(self._storage.versions())

    def versions(self, model: str) -> list[StoredVersion]:
        """Oldest first. A version whose manifest is damaged is listed with number 0, before all others."""
        return self._storage.versions_of(model)

    def all_versions(self) -> dict[str, list[StoredVersion]]:
        """Model -> its versions, by one look at the store."""
        return self._storage.versions()

    def add(self, model: str, build: Callable[[int], Mapping[str, bytes]], key: SigningKey) -> StoredVersion:
        """
        Number, build, sign and store a new version; it appears complete or, after a crash, not at all.

        `build` is asked again, for another number, where somebody else was given the first meanwhile.
        """
        if not is_model_name(model):
            raise ModelStoreError(
                f"{model!r} cannot be the name of a model: up to 64 small letters, digits, '-' and '_', "
                "beginning with a letter or digit"
            )

        def sealed(number: int) -> dict[str, bytes]:
            files = build(number)
            created_at = json_object(files, METADATA).get("created_at", "")
            return seal(files, model, number, created_at, key)

        return self._storage.add(model, sealed)

    def files(self, model: str, version: str) -> dict[str, bytes]:
        """Everything that the store holds of the version, each file read once into memory and not verified yet."""
        with _naming(model, version):
            return self._storage.files(model, version)

    def load(
        self, model: str, version: str, trusted_keys: Sequence[PublicKey], trusted_modules: Collection[str] = ()
    ) -> ModelPackage:
        """Read, verify and open one version; every refusal is a ModelStoreError naming it."""
        with _naming(model, version):
            return open_package(self._near(model, version, trusted_keys), trusted_keys, trusted_modules)

    def facts(self, model: str, version: str, trusted_keys: Sequence[PublicKey]) -> dict[str, Any]:
        """Its verified metadata; nothing is unpickled."""
        with _naming(model, version):
            return read_package_facts(self._near(model, version, trusted_keys), trusted_keys)

    def profile(self, model: str, version: str, trusted_keys: Sequence[PublicKey]) -> dict[str, Any]:
        """What it remembers of the rows that it learned from; nothing is unpickled."""
        with _naming(model, version):
            return read_package_profile(self._near(model, version, trusted_keys), trusted_keys)

    def card(self, model: str, version: str, trusted_keys: Sequence[PublicKey]) -> str:
        """Its model card, as it was signed."""
        with _naming(model, version):
            return read_package_card(self._near(model, version, trusted_keys), trusted_keys)

    def verify_all(self, trusted_keys: Sequence[PublicKey]) -> list[tuple[StoredVersion, str]]:
        """Every version with what keeps it from being loaded here, or ""; in the store itself, nothing is unpickled."""
        stored = [version for versions in self.all_versions().values() for version in versions]
        return [(version, self._problem(version, trusted_keys)) for version in stored]

    def keeping(self, path: str, write: Write) -> AbstractContextManager[None]:
        """Around the adding of a version: what `write` writes into a file stays beside it, under that path."""
        return self._storage.keeping(path, write)

    def kept(self, path: str) -> bytes | None:
        """What was kept there; None where there is nothing."""
        return self._storage.kept(path)

    def _problem(self, stored: StoredVersion, trusted_keys: Sequence[PublicKey]) -> str:
        try:
            with _naming(stored.model, stored.version):
                check_compatible(read_package_facts(self._identified(stored.model, stored.version), trusted_keys))
        except ModelStoreError as problem:
            return str(problem)
        return ""

    def _near(self, model: str, version: str, trusted_keys: Sequence[PublicKey]) -> dict[str, bytes]:
        """The version's files, from the copy on this machine where there is one and it is whole."""
        if self._cache is None:
            return self._identified(model, version)
        copy = self._cache.files(model, version)
        try:
            if copy is not None:
                return _whole(copy, model, version, trusted_keys)
        except ModelStoreError as problem:
            logger.warning("The copy of version %s of %s is fetched again. %s", version, model, problem)
        files = _whole(self._storage.files(model, version), model, version, trusted_keys)
        self._cache.keep(model, version, files)
        return files

    def _identified(self, model: str, version: str) -> dict[str, bytes]:
        return _named(self._storage.files(model, version), model, version)


def _named(files: dict[str, bytes], model: str, version: str) -> dict[str, bytes]:
    """The files, which must be those that their manifest says: no package stands in for another."""
    if stated_version(files) != version or json_object(files, MANIFEST).get("model") != model:
        raise PackageCorrupt("The package in this folder is another one")
    return files


def _whole(files: dict[str, bytes], model: str, version: str, trusted_keys: Sequence[PublicKey]) -> dict[str, bytes]:
    verified_manifest(_named(files, model, version), trusted_keys)
    return files


@contextmanager
def _naming(model: str, version: str) -> Iterator[None]:
    """Put the version's name before whatever keeps it from being used."""
    try:
        yield
    except UnknownVersion:
        raise
    except ModelStoreError as problem:
        raise type(problem)(f"Version {version} of {model} is not used. {problem}") from problem
