"""What stands behind INPUT: one file, a pattern, a folder or an address, as files in a fixed order."""

import glob
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from webapp.errors import UnusableTable
from webapp.training.sources.addresses import Address, address_of, is_database, is_elsewhere
from webapp.training.sources.extras import naming, needed
from webapp.training.sources.fetching import LIMITS
from webapp.training.sources.remote import filesystem_options, said_in_words

ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".parquet", ".pq")
PARQUET = (".parquet", ".pq")
WEB = ("http", "https", "ftp")
PATTERN = "*?["


@dataclass(frozen=True, slots=True)
class InputFile:
    """`name` is what people see; `stamp` changes when its keeper has another content under the same name."""

    name: str
    path: str
    size: int
    stamp: str
    address: Address | None = None
    filesystem: Any = field(default=None, repr=False, compare=False)

    @property
    def is_parquet(self) -> bool:
        return self.name.lower().endswith(PARQUET)

    def open(self) -> BinaryIO:
        """Raises UnusableTable in a whole sentence."""
        with self.troubles():
            if self.address is None:
                return open(self.path, "rb")
            return self.filesystem.open(self.path, "rb")

    def troubles(self) -> AbstractContextManager[None]:
        """Around each reading of its bytes: what goes wrong, in words."""
        return _local(self.name) if self.address is None else said_in_words(self.address)


def input_files(location: str) -> list[InputFile]:
    """In the order of their names, or the one that is named. Raises UnusableTable in a whole sentence."""
    address = address_of(location)
    if not is_elsewhere(location) or address.scheme in ("file", "local"):
        return _local_files(address.opened.partition("://")[2] or address.opened, address.written)
    if address.scheme in WEB:
        raise UnusableTable(f"{address.written} is an address of the web: download the file and give its path")
    if is_database(address.opened):
        raise UnusableTable(f"{address.written} is a database. Export the rows as CSV or Parquet and give that file")
    return _remote_files(address)


def _local_files(path: str, written: str) -> list[InputFile]:
    folder = Path(path).expanduser()
    if folder.is_dir():
        found = [str(entry) for entry in folder.iterdir() if _is_table(entry.name) and entry.is_file()]
    elif not folder.exists() and any(sign in path for sign in PATTERN):
        found = [one for one in glob.glob(str(folder), recursive=True) if Path(one).is_file()]
    else:
        found = [str(folder)]
    if not found:
        raise UnusableTable(_nothing(written, folder.is_dir()))
    with _local(written):
        return [_local_file(one) for one in sorted(found)]


def _local_file(path: str) -> InputFile:
    known = os.stat(path)
    return InputFile(path, path, known.st_size, str(known.st_mtime_ns))


def _remote_files(address: Address) -> list[InputFile]:
    with said_in_words(address):
        filesystem, path = filesystem_at(address)
        if any(sign in path for sign in PATTERN):
            known = list(filesystem.glob(path, detail=True).values())
        elif filesystem.isdir(path):
            known = [one for one in filesystem.ls(path, detail=True) if _is_table(one["name"])]
        else:
            known = [filesystem.info(path)]
        files = [one for one in known if one.get("type") == "file"]
    if not files:
        raise UnusableTable(_nothing(address.written, filesystem.isdir(path)))
    return [_remote_file(one, address, filesystem) for one in sorted(files, key=lambda one: one["name"])]


def _remote_file(known: dict[str, Any], address: Address, filesystem: Any) -> InputFile:
    stamps = (known.get(name) for name in ("ETag", "etag", "LastModified", "mtime", "created"))
    stamp = next((str(one) for one in stamps if one), "")
    name, size = known["name"], int(known.get("size") or 0)
    return InputFile(f"{address.scheme}://{name}", name, size, stamp, address, filesystem)


def _is_table(name: str) -> bool:
    last = name.rpartition("/")[2]
    return last.lower().endswith(ENDINGS) and not last.startswith((".", "_"))


def _nothing(written: str, is_folder: bool) -> str:
    if is_folder:
        return f"The folder {written} holds no table: no file whose name ends in {', '.join(ENDINGS)}"
    return f"There is no file like {written}. Check the pattern; it is read from the folder {Path.cwd()}"


def filesystem_at(address: Address) -> tuple[Any, str]:
    """What reads and writes there, and what it calls the place."""
    with naming(address.written):
        fsspec = needed("fsspec")
    return fsspec.core.url_to_fs(address.opened, **filesystem_options(address.scheme, LIMITS))


@contextmanager
def _local(written: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, ValueError) as problem:  # ValueError: NUL in a path
        raise UnusableTable(
            f"There is no file {written}. Check the path; it is read from the folder {Path.cwd()}"
        ) from problem
    except OSError as problem:
        raise UnusableTable(f"{written} cannot be read: {problem.strerror}") from problem


def of_one_kind(files: Sequence[InputFile]) -> bool:
    """True for Parquet. Raises UnusableTable where both kinds are among them."""
    kinds = {file.is_parquet for file in files}
    if len(kinds) == 2:
        raise UnusableTable("There are CSV and Parquet files side by side. Give a pattern that names one kind")
    return kinds.pop()
