"""A file of results at an address such as s3://bucket/scored.csv: it appears there when it is whole, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from webapp.errors import FormcastError, ScoringFailed, UnusableTable
from webapp.scoring.places import WEB, filesystem_at
from webapp.training.sources.addresses import Address, address_of, is_database, is_elsewhere
from webapp.training.sources.extras import first_line
from webapp.training.sources.remote import S3, not_installed

DRAFT = ".draft"


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """Does what is asked of a Path of this machine where results are written."""

    address: Address
    path: str
    filesystem: Any = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.address.scheme}://{self.path}"

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.path).suffix

    def with_name(self, name: str) -> "RemoteFile":
        return replace(self, path=f"{self.path.rpartition('/')[0]}/{name}")

    def exists(self) -> bool:
        """Raises ScoringFailed."""
        with self.telling():
            return self.filesystem.exists(self.path)

    def is_dir(self) -> bool:
        """Raises ScoringFailed."""
        with self.telling():
            return self.address.opened.endswith("/") or self.filesystem.isdir(self.path)

    def unlink(self, missing_ok: bool = False) -> None:
        """Raises ScoringFailed."""
        with self.telling():
            if not missing_ok or self.filesystem.exists(self.path):
                self.filesystem.rm_file(self.path)

    @contextmanager
    def written(self, may_replace: bool) -> Iterator[BinaryIO]:
        """
        The file to write into. What stands there is replaced, or nothing is, only when all of it is written.

        S3 shows no object before it is whole, and refuses itself to replace one; elsewhere a draft is moved.
        """
        with self.telling():
            if self.address.scheme in S3:
                with self._open(self.path, "wb" if may_replace else "xb") as file:
                    yield file
                return
            draft = f"{self.path}{DRAFT}"
            with self._open(draft, "wb") as file:
                yield file
            if not may_replace and self.filesystem.exists(self.path):
                raise FileExistsError
            self.filesystem.mv(draft, self.path)

    @contextmanager
    def _open(self, path: str, mode: str) -> Iterator[BinaryIO]:
        file = self.filesystem.open(path, mode)
        try:
            yield file
        except BaseException:
            file.closed = True  # closing would make what there is a whole file
            with suppress(Exception):  # what failed first is what has to be told
                file.discard()
            raise
        file.close()

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Whatever a backend raises, as a ScoringFailed."""
        try:
            yield
        except FormcastError:
            raise
        except ImportError as problem:
            raise ScoringFailed(not_installed(self.address)) from problem
        except FileExistsError as problem:
            raise ScoringFailed(already_there(self)) from problem
        except FileNotFoundError as problem:
            raise ScoringFailed(f"{self} cannot be written: there is no such bucket or folder") from problem
        except PermissionError as problem:
            raise ScoringFailed(f"You may not write {self}: its keeper refused the credentials") from problem
        except Exception as problem:  # every backend raises what the library below it raises
            said = self.address.without_secrets(first_line(problem))
            raise ScoringFailed(
                already_there(self) if _is_taken(problem) else f"{self} cannot be used: {said}"
            ) from problem


def output_at(location: str) -> Path | RemoteFile:
    """Where results go. Raises ScoringFailed or UnusableTable for an address at which nothing can be written."""
    address = address_of(location)
    if not is_elsewhere(location):
        return Path(location).expanduser()
    if address.scheme in ("file", "local"):
        return Path(address.opened.partition("://")[2])
    if address.scheme in WEB or is_database(address.opened) or "://" not in address.opened:
        raise ScoringFailed(f"Nothing can be written at {address.written}. Give a path, or an address such as s3://")
    try:
        filesystem, path = filesystem_at(address)
    except UnusableTable:
        raise
    except ImportError as problem:
        raise ScoringFailed(not_installed(address)) from problem
    except ValueError as problem:
        raise ScoringFailed(f"{address.written} is of a kind that nothing here can write") from problem
    return RemoteFile(address, path, filesystem)


def already_there(output: Path | RemoteFile) -> str:
    return f"{output} is there already. Give another name, or --overwrite"


def _is_taken(problem: Exception) -> bool:
    """What S3 itself calls it: s3fs has no word of its own for every refusal."""
    response = getattr(problem.__cause__, "response", None) or getattr(problem, "response", None) or {}
    return response.get("Error", {}).get("Code") in ("PreconditionFailed", "412")
