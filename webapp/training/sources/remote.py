"""Tables at every other kind of address that fsspec knows: s3://, gs://, az://, memory:// and so on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from webapp.errors import UnusableTable
from webapp.training.sources.addresses import Address
from webapp.training.sources.extras import INSTALLING, first_line, naming, needed
from webapp.training.sources.fetching import LIMITS, Fetched, Limits, all_of, changed_at

S3 = ("s3", "s3a")
CONNECT_S = 10
TRIES = 2


def fetch_remote(address: Address, limits: Limits = LIMITS) -> Fetched:
    """Raises UnusableTable in a whole sentence."""
    with naming(address.written):
        fsspec = needed("fsspec")
    with said_in_words(address):
        filesystem, path = fsspec.core.url_to_fs(address.opened, **filesystem_options(address.scheme, limits))
        known = filesystem.info(path)
        if known.get("type") == "directory":
            raise UnusableTable(f"{address.written} is a folder. Give the address of one table in it")
        with filesystem.open(path, "rb") as file:
            content = all_of(file.read, address, limits, known.get("size"))
    return Fetched(content, version_of(known))


@contextmanager
def said_in_words(address: Address) -> Iterator[None]:
    """Whatever a backend raises, as an UnusableTable."""
    try:
        yield
    except UnusableTable:
        raise
    except ImportError as problem:
        raise UnusableTable(not_installed(address)) from problem
    except FileNotFoundError as problem:
        raise UnusableTable(f"There is nothing at {address.written}. Check the address") from problem
    except PermissionError as problem:
        raise UnusableTable(f"You may not read {address.written}: its keeper refused the credentials") from problem
    except Exception as problem:  # every backend raises what the library below it raises
        raise UnusableTable(
            f"{address.written} cannot be read: {address.without_secrets(first_line(problem))}"
        ) from problem


def filesystem_options(scheme: str, limits: Limits = LIMITS) -> dict[str, Any]:
    """Patience, for the backend whose own is too great; no listing is remembered from an earlier read."""
    if scheme not in S3:
        return {}
    patience = {"connect_timeout": CONNECT_S, "read_timeout": limits.silence_s, "retries": {"max_attempts": TRIES}}
    return {"config_kwargs": patience, "use_listings_cache": False, "skip_instance_cache": True}


def version_of(known: dict[str, Any]) -> str:
    if known.get("VersionId") and known["VersionId"] != "null":
        return f"version {known['VersionId']}"
    if known.get("ETag"):
        return f"ETag {known['ETag']}"
    moments = (known.get(name) for name in ("LastModified", "last_modified", "mtime", "created"))
    return next((changed_at(moment) for moment in moments if isinstance(moment, datetime)), "")


def not_installed(address: Address) -> str:
    if address.scheme in S3:
        return f"{address.written} needs the package s3fs, which is not installed: {INSTALLING}"
    known = needed("fsspec.registry").known_implementations.get(address.scheme, {})
    return f"{address.written} needs another package. {known.get('err', 'Install the fsspec backend of its kind')}"
