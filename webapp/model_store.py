"""
Owner of the folder model_store/: adds versions that are never changed again, lists, reads and loads them.

The store holds facts. Which version answers is a decision and stands in the database.
"""

import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from webapp.clock import now
from webapp.errors import ModelStoreError, PackageCorrupt, UnknownVersion
from webapp.model_package.compatibility import check_compatible
from webapp.model_package.format import MANIFEST, MAX_FILE, METADATA, MIB, ModelPackage, is_model_name, is_version_id
from webapp.model_package.loader import open_package, read_package_card, read_package_facts
from webapp.model_package.manifest import json_object, seal, stated_number, stated_version
from webapp.model_package.signing import PublicKey, SigningKey

FOLDER_MODE = 0o700
FILE_MODE = 0o600
LOCK = ".lock"
INCOMING = ".incoming-"
ABANDONED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class StoredVersion:
    """One folder of the store; `number` is what its manifest says, 0 when that cannot be read."""

    model: str
    version: str
    number: int


class ModelStore:
    def __init__(self, root: Path):
        self.root = Path(root)

    def models(self) -> list[str]:
        """Names of the models that have at least one version."""
        names = [entry.name for entry in _folders(self.root) if is_model_name(entry.name)]
        return sorted(name for name in names if self._version_ids(name))

    def versions(self, model: str) -> list[StoredVersion]:
        """Oldest first. A version whose manifest is damaged is listed with number 0, before all others."""
        stored = [StoredVersion(model, version, self._number(model, version)) for version in self._version_ids(model)]
        return sorted(stored, key=lambda version: (version.number, version.version))

    def add(self, model: str, build: Callable[[int], Mapping[str, bytes]], key: SigningKey) -> StoredVersion:
        """Number, build, sign and store a new version; it appears complete or, after a crash, not at all."""
        if not is_model_name(model):
            raise ModelStoreError(
                f"{model!r} cannot be the name of a model: up to 64 small letters, digits, '-' and '_', "
                "beginning with a letter or digit"
            )
        with self._locked():
            self._remove_abandoned()
            number = self._next_number(model)
            files = build(number)
            created_at = json_object(files, METADATA).get("created_at", "")
            sealed = seal(files, model, number, created_at, key)
            stored = StoredVersion(model, stated_version(sealed), number)
            self._publish(stored, sealed)
        return stored

    def files(self, model: str, version: str) -> dict[str, bytes]:
        """Everything in the version's folder, each file read once into memory and not verified yet."""
        with _naming(model, version):
            return self._files(model, version)

    def load(
        self, model: str, version: str, trusted_keys: Sequence[PublicKey], trusted_modules: Collection[str] = ()
    ) -> ModelPackage:
        """Read, verify and open one version; every refusal is a ModelStoreError naming it."""
        with _naming(model, version):
            files = self._identified(model, version)
            return open_package(files, trusted_keys, trusted_modules)

    def facts(self, model: str, version: str, trusted_keys: Sequence[PublicKey]) -> dict[str, Any]:
        """Its verified metadata; nothing is unpickled."""
        with _naming(model, version):
            return read_package_facts(self._identified(model, version), trusted_keys)

    def card(self, model: str, version: str, trusted_keys: Sequence[PublicKey]) -> str:
        """Its model card, as it was signed."""
        with _naming(model, version):
            return read_package_card(self._identified(model, version), trusted_keys)

    def verify_all(self, trusted_keys: Sequence[PublicKey]) -> list[tuple[StoredVersion, str]]:
        """Every version with what keeps it from being loaded here, or ""; nothing is unpickled."""
        stored = [version for model in self.models() for version in self.versions(model)]
        return [(version, self._problem(version, trusted_keys)) for version in stored]

    def _problem(self, stored: StoredVersion, trusted_keys: Sequence[PublicKey]) -> str:
        try:
            with _naming(stored.model, stored.version):
                check_compatible(read_package_facts(self._identified(stored.model, stored.version), trusted_keys))
        except ModelStoreError as problem:
            return str(problem)
        return ""

    def _identified(self, model: str, version: str) -> dict[str, bytes]:
        """The files of the folder, which must be named as their manifest says: no package stands in for another."""
        files = self._files(model, version)
        if stated_version(files) != version or json_object(files, MANIFEST).get("model") != model:
            raise PackageCorrupt("The package in this folder is another one")
        return files

    def _files(self, model: str, version: str) -> dict[str, bytes]:
        try:
            folder = self._folder(model, version)
        except OSError as problem:
            raise PackageCorrupt(f"Its folder cannot be read: {problem.strerror}") from problem
        return read_folder(folder)

    def _folder(self, model: str, version: str) -> Path:
        if not (is_model_name(model) and is_version_id(version)):
            raise UnknownVersion("There is no such version in the model store")
        folder = self.root / model / version
        try:
            is_link = any(stat.S_ISLNK(path.lstat().st_mode) for path in (folder, folder.parent))
        except FileNotFoundError:
            raise UnknownVersion(f"There is no version {version} of {model} in the model store") from None
        if is_link:
            raise PackageCorrupt("Its folder is a link, and the store follows none")
        return folder

    def _version_ids(self, model: str) -> list[str]:
        if not is_model_name(model):
            return []
        return sorted(entry.name for entry in _folders(self.root / model) if is_version_id(entry.name))

    def _number(self, model: str, version: str) -> int:
        try:
            return stated_number(_read(self.root / model / version / MANIFEST))
        except (OSError, PackageCorrupt):
            return 0

    def _next_number(self, model: str) -> int:
        """One more than the highest; a version with an unreadable manifest still counts as one."""
        stored = self.versions(model)
        return max([len(stored), *(version.number for version in stored)]) + 1

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with _reporting(self.root):
            self.root.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            descriptor = os.open(self.root / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _publish(self, stored: StoredVersion, files: Mapping[str, bytes]) -> None:
        incoming = self.root / f"{INCOMING}{secrets.token_hex(8)}"
        model_folder = self.root / stored.model
        try:
            with _reporting(self.root):
                incoming.mkdir(mode=FOLDER_MODE)
                for name, content in files.items():
                    _write_durably(incoming / name, content)
                _sync_folder(incoming)
                model_folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
                incoming.rename(model_folder / stored.version)
                _sync_folder(model_folder)
                _sync_folder(self.root)
        finally:
            shutil.rmtree(incoming, ignore_errors=True)

    def _remove_abandoned(self) -> None:
        """What a trainer that was killed left behind; never visible as a version."""
        oldest = (now() - ABANDONED_AFTER).timestamp()
        for entry in _folders(self.root):
            if entry.name.startswith(INCOMING) and entry.stat(follow_symlinks=False).st_mtime < oldest:
                shutil.rmtree(entry.path, ignore_errors=True)


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file of a package's folder, wherever it is; nothing of it is verified yet. Raises PackageCorrupt."""
    try:
        with os.scandir(folder) as entries:
            return {entry.name: _read(Path(entry.path)) for entry in entries}
    except OSError as problem:
        raise PackageCorrupt(f"Its folder cannot be read: {problem.strerror}") from problem


@contextmanager
def _naming(model: str, version: str) -> Iterator[None]:
    """Put the version's name before whatever keeps it from being used."""
    try:
        yield
    except UnknownVersion:
        raise
    except ModelStoreError as problem:
        raise type(problem)(f"Version {version} of {model} is not used. {problem}") from problem


@contextmanager
def _reporting(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise ModelStoreError(f"The model store {root} cannot be used: {problem.strerror}") from problem


def _folders(parent: Path) -> list[os.DirEntry]:
    try:
        with _reporting(parent), os.scandir(parent) as entries:
            return [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    except ModelStoreError:
        if parent.is_dir():
            raise
        return []


def _read(path: Path) -> bytes:
    """A regular file of bearable size; O_NONBLOCK so that a pipe put in its place cannot hang the service."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise PackageCorrupt(f"{path.name} is not a regular file")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        if os.fstat(descriptor).st_size > MAX_FILE:
            raise PackageCorrupt(f"{path.name} is larger than {MAX_FILE // MIB} MB")
        return file.read(MAX_FILE)


def _write_durably(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
