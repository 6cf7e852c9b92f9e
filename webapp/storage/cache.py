"""Copies of versions that lie elsewhere, in a folder of this machine: only what was verified, and verified again."""

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path

from webapp.errors import ModelStoreError
from webapp.storage.folder import Folder

logger = logging.getLogger("formcast.storage")


class Cache:
    """Nothing in it is missed when it is deleted; each address has a folder of its own."""

    def __init__(self, folder: Path, address: str):
        self._folder = Folder(folder / hashlib.sha256(address.encode()).hexdigest()[:16])

    def files(self, model: str, version: str) -> dict[str, bytes] | None:
        """As they stand there, not verified; None without a copy that can be read."""
        try:
            return self._folder.files(model, version)
        except ModelStoreError:
            return None

    def keep(self, model: str, version: str, files: Mapping[str, bytes]) -> None:
        """In place of any earlier copy. A disk that is full or cannot be written costs a download, no answer."""
        try:
            self._folder.replace(model, version, files)
        except ModelStoreError as problem:
            logger.warning("No copy is kept of version %s of %s. %s", version, model, problem)
