"""
Versions behind an address such as s3://bucket/folder, in the same places as in a folder.

A bucket has no lock and no rename. A version is there once its manifest is, which is written last; its number is its
own once `<model>/numbers/<number>` names it, which only one writer can create.
"""

import secrets
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from webapp.clock import now
from webapp.errors import ModelStoreError, PackageCorrupt
from webapp.model_package.format import (
    ALL_FILES,
    MANIFEST,
    MAX_FILE,
    MIB,
    PAYLOAD,
    SIGNATURE,
    is_model_name,
    is_version_id,
)
from webapp.model_package.manifest import stated_number, stated_version
from webapp.storage.objects import REFUSING, Entry, Objects
from webapp.storage.versions import Sealed, StoredVersion, Write, check_names, in_order, next_number, unknown

NUMBERS = "numbers"
ABANDONED_AFTER = timedelta(days=1)

Entries = Mapping[str, Entry]


class Bucket:
    def __init__(self, address: str):
        self._objects = Objects(address)
        self._numbers: dict[tuple[str, str, str], int] = {}  # by model, version and mark of the manifest

    def versions(self) -> dict[str, list[StoredVersion]]:
        by_model: dict[str, dict[str, Entry]] = defaultdict(dict)
        for path, entry in self._objects.listed().items():
            by_model[path.partition("/")[0]][path] = entry
        models = sorted(filter(is_model_name, by_model))
        found = {model: self._versions(model, by_model[model]) for model in models}
        return {model: versions for model, versions in found.items() if versions}

    def versions_of(self, model: str) -> list[StoredVersion]:
        return self._versions(model, self._objects.listed(model)) if is_model_name(model) else []

    def files(self, model: str, version: str) -> dict[str, bytes]:
        check_names(model, version)
        start = f"{model}/{version}/"
        found = {path.removeprefix(start): entry for path, entry in self._objects.listed(start).items()}
        if MANIFEST not in found:
            raise unknown(model, version)
        too_large = sorted(name for name, entry in found.items() if entry.size > MAX_FILE)
        if too_large:
            raise PackageCorrupt(f"{too_large[0]} is larger than {MAX_FILE // MIB} MB")
        sizes = {f"{start}{name}": found[name].size for name in ALL_FILES if name in found}
        read = {path.removeprefix(start): content for path, content in self._objects.read(sizes).items()}
        return dict.fromkeys(found, b"") | read  # what nobody signed is named without being fetched

    def add(self, model: str, sealed: Sealed) -> StoredVersion:
        if self._objects.scheme not in REFUSING:
            raise ModelStoreError(
                f"The model store {self._objects.address} can only be read: nothing there keeps two trainers from "
                "overwriting each other. Train into a folder, and copy it there"
            )
        entries = self._objects.listed(model)
        self._remove_abandoned(entries)
        while True:
            number = next_number(self._versions(model, entries), _given(model, entries))
            files = sealed(number)
            stored = StoredVersion(model, stated_version(files), number)
            self._create(stored, files, PAYLOAD)
            if self._claim(stored):
                break
            entries = self._objects.listed(model)
        self._create(stored, files, (SIGNATURE, MANIFEST))
        return stored

    @contextmanager
    def keeping(self, path: str, write: Write) -> Iterator[None]:
        """It is written before the version, so that none waits for it; without a version it is removed again."""
        if path in self._objects.listed(path.rpartition("/")[0]):
            yield
            return
        with tempfile.TemporaryDirectory(prefix="formcast-") as folder:
            draft = Path(folder) / path.rpartition("/")[2]
            try:
                write(draft)
            except OSError as problem:
                raise ModelStoreError(f"{path} cannot be written: {problem.strerror}") from problem
            is_ours = self._objects.upload(draft, path)
        try:
            yield
        except BaseException:
            if is_ours:
                self._objects.remove([path])
            raise

    def kept(self, path: str) -> bytes | None:
        return self._objects.read_whole(path)

    def _versions(self, model: str, entries: Entries) -> list[StoredVersion]:
        manifests = {}
        for path, entry in entries.items():
            match path.split("/"):
                case [_, version, name] if name == MANIFEST and is_version_id(version):
                    manifests[version] = entry
        numbers = self._stated(model, manifests)
        return in_order(StoredVersion(model, version, numbers[version]) for version in manifests)

    def _stated(self, model: str, manifests: Entries) -> dict[str, int]:
        """Version -> its number. A manifest is fetched once, and again only when it is another object."""
        keys = {version: (model, version, entry.mark) for version, entry in manifests.items()}
        unread = [version for version, key in keys.items() if key not in self._numbers]
        sizes = {f"{model}/{version}/{MANIFEST}": min(manifests[version].size, MAX_FILE) for version in unread}
        contents = self._objects.read(sizes) if sizes else {}
        for version in unread:
            self._numbers[keys[version]] = stated_number(contents[f"{model}/{version}/{MANIFEST}"])
        return {version: self._numbers[key] for version, key in keys.items()}

    def _create(self, stored: StoredVersion, files: Mapping[str, bytes], names: tuple[str, ...]) -> None:
        for name in names:
            if not self._objects.create(f"{stored.model}/{stored.version}/{name}", files[name]):
                raise ModelStoreError(f"The store holds another {name} of version {stored.version} of {stored.model}")

    def _claim(self, stored: StoredVersion) -> bool:
        """Whether the number is this version's now; False when somebody else was first."""
        path = f"{stored.model}/{NUMBERS}/{stored.number}"
        if not self._objects.create(path, f"{stored.version} {secrets.token_hex(8)}\n".encode()):
            return False
        if self._objects.create(path, b"may this be written over?\n"):
            raise ModelStoreError(
                f"The model store {self._objects.address} lets an object be written over although it was asked not to, "
                "so two trainers could overwrite each other. It needs conditional writes (If-None-Match)"
            )
        return True

    def _remove_abandoned(self, entries: Entries) -> None:
        """Uploads that stopped before the signature, a day ago or more; never visible as versions."""
        oldest = now() - ABANDONED_AFTER
        uploads: dict[str, dict[str, Entry]] = defaultdict(dict)
        for path, entry in entries.items():
            folder, _, name = path.rpartition("/")
            if is_version_id(folder.rpartition("/")[2]):
                uploads[folder][name] = entry
        for folder, files in uploads.items():
            is_old = all(entry.changed and entry.changed < oldest for entry in files.values())
            if is_old and not {MANIFEST, SIGNATURE} & set(files):
                self._objects.remove([f"{folder}/{name}" for name in files])


def _given(model: str, entries: Entries) -> list[int]:
    """Numbers that have been claimed, also by trainers that went no further."""
    start = f"{model}/{NUMBERS}/"
    names = (path.removeprefix(start) for path in entries if path.startswith(start))
    return [int(name) for name in names if name.isascii() and name.isdigit()]
