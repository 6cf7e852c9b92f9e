"""
Versions in a folder of this machine, each in a folder of its own that is never changed again.

Whoever adds one holds a lock, writes beside the others, and puts the whole in its place by one rename.
"""

import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from webapp.clock import now
from webapp.errors import ModelStoreError, PackageCorrupt
from webapp.model_package.format import MANIFEST, MAX_FILE, MIB, is_model_name, is_version_id
from webapp.model_package.manifest import stated_number, stated_version
from webapp.storage.versions import Sealed, StoredVersion, Write, check_names, in_order, next_number, unknown

FOLDER_MODE = 0o700
FILE_MODE = 0o600
LOCK = ".lock"
INCOMING = ".incoming-"
ABANDONED_AFTER = timedelta(days=1)


class Folder:
    def __init__(self, root: Path):
        self.root = root

    def versions(self) -> dict[str, list[StoredVersion]]:
        names = sorted(entry.name for entry in _folders(self.root) if is_model_name(entry.name))
        found = {model: self.versions_of(model) for model in names}
        return {model: versions for model, versions in found.items() if versions}

    def versions_of(self, model: str) -> list[StoredVersion]:
        if not is_model_name(model):
            return []
        ids = [entry.name for entry in _folders(self.root / model) if is_version_id(entry.name)]
        return in_order(StoredVersion(model, version, self._number(model, version)) for version in ids)

    def files(self, model: str, version: str) -> dict[str, bytes]:
        try:
            folder = self._folder(model, version)
        except OSError as problem:
            raise PackageCorrupt(f"Its folder cannot be read: {problem.strerror}") from problem
        return read_folder(folder)

    def add(self, model: str, sealed: Sealed) -> StoredVersion:
        with self._locked():
            self._remove_abandoned()
            number = next_number(self.versions_of(model))
            files = sealed(number)
            stored = StoredVersion(model, stated_version(files), number)
            self._publish(stored.model, stored.version, files)
        return stored

    def replace(self, model: str, version: str, files: Mapping[str, bytes]) -> None:
        """The version's files in place of whatever stood there: for copies of what another place holds."""
        check_names(model, version)
        with self._locked():
            self._remove_abandoned()
            with _reporting(self.root):
                _remove(self.root / model / version)
            self._publish(model, version, files)

    @contextmanager
    def keeping(self, path: str, write: Write) -> Iterator[None]:
        """It is written before the version and put in its place after it: none waits, and none is left alone."""
        target = self.root / path
        if target.exists():
            yield
            return
        draft = self.root / f"{INCOMING}{secrets.token_hex(8)}" / target.name
        try:
            with _reporting(self.root):
                self.root.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
                draft.parent.mkdir(mode=FOLDER_MODE)
                write(draft)
            yield
            with _reporting(self.root):
                for folder in (target.parent.parent, target.parent):
                    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
                draft.replace(target)
        finally:
            shutil.rmtree(draft.parent, ignore_errors=True)

    def kept(self, path: str) -> bytes | None:
        with _reporting(self.root):
            try:
                return (self.root / path).read_bytes()
            except FileNotFoundError:
                return None

    def _folder(self, model: str, version: str) -> Path:
        check_names(model, version)
        folder = self.root / model / version
        try:
            is_link = any(stat.S_ISLNK(path.lstat().st_mode) for path in (folder, folder.parent))
        except FileNotFoundError:
            raise unknown(model, version) from None
        if is_link:
            raise PackageCorrupt("Its folder is a link, and the store follows none")
        return folder

    def _number(self, model: str, version: str) -> int:
        try:
            return stated_number(_read(self.root / model / version / MANIFEST))
        except (OSError, PackageCorrupt):
            return 0

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

    def _publish(self, model: str, version: str, files: Mapping[str, bytes]) -> None:
        incoming = self.root / f"{INCOMING}{secrets.token_hex(8)}"
        model_folder = self.root / model
        try:
            with _reporting(self.root):
                incoming.mkdir(mode=FOLDER_MODE)
                for name, content in files.items():
                    _write_durably(incoming / name, content)
                _sync_folder(incoming)
                model_folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
                incoming.rename(model_folder / version)
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


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
