"""
What a person may write as the source of a table, and what of it may be shown and kept.

A secret stands in an address as ${NAME}: it is read from the environment at the moment of reading and nowhere else.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from webapp.errors import UnusableTable

DATABASES = (
    "bigquery", "cockroachdb", "databricks", "db2", "duckdb", "firebird", "hana", "mariadb", "mssql", "mysql", "oracle",
    "postgres", "postgresql", "redshift", "snowflake", "sqlite", "teradatasql", "trino",
)  # fmt: skip
SHORT = ("examples", "sklearn")  # examples:NAME and sklearn:NAME do without the slashes
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_SHORT = re.compile(rf"({'|'.join(SHORT)}):")
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_WEB = ("http", "https", "ftp")
_WEB_PASSWORD = re.compile(r"://(?P<user>[^/?#@:]*)(?::(?P<password>[^/?#@]*))?@")
_PASSWORD = re.compile(r"://(?P<user>[^/@:]*)(?::(?P<password>[^@]*))?@")  # of a database: any sign but @
_ON_THIS_MACHINE = re.compile(r"(?P<sqlite>sqlite[^:]*:///)/[^?]*/|(?P<file>(?:file|local)://)/[^?]*/")
_SECRET_NAMES = (
    "[^=&;?]*(?:passw(?:or)?d|passphrase|secret|token|signature|credential)[^=&;?]*"
    "|pwd|pass|key|api[_-]?key|access[_-]?key|account[_-]?key|sig|sas|auth|authorization"
)
_SECRET = re.compile(rf"[?&;]\s*(?P<name>{_SECRET_NAMES})\s*=\s*(?!\$\{{)(?P<value>[^&;\s]+)", re.IGNORECASE)
_ENDINGS = re.compile(
    r"(?:\.(?:csv|tsv|txt|parquet|pq|xlsx|xlsm|jsonl|ndjson|json|db|sqlite|sqlite3|gz))+$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Address:
    """`written` is what is shown, stored and compared; `opened` holds the secrets in its place and is never shown."""

    written: str
    opened: str = field(repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def scheme(self) -> str:
        """'https', 'postgresql', 'sklearn'; '' for a path."""
        return scheme_of(self.opened)

    def without_secrets(self, text: str) -> str:
        """Words of a library, which may quote the address that it was given."""
        inside = _password_pattern(self.scheme).search(self.opened)
        hidden = {**self.secrets, "": (inside and inside["password"]) or ""}
        for name, secret in hidden.items():
            for form in {secret, quote(secret, safe=""), unquote(secret)} - {""}:
                text = text.replace(form, f"${{{name}}}" if name else "...")
        return text


def address_of(location: str | Path, environ: Mapping[str, str] = os.environ) -> Address:
    """
    The location with the secrets that the environment holds.

    Raises UnusableTable for a secret in plain text, and for one that the environment does not hold.
    """
    written = str(location)
    if not is_elsewhere(written):
        return Address(written, written)
    refuse_plain_secrets(written)
    secrets = {name: _secret(name, environ) for name in _PLACEHOLDER.findall(written)}
    if _PLACEHOLDER.fullmatch(written):
        return Address(written, next(iter(secrets.values())), secrets)
    opened = _PLACEHOLDER.sub(lambda found: quote(secrets[found[1]], safe=""), written)
    return Address(written, opened, secrets)


def is_elsewhere(location: str) -> bool:
    """True for an address or a bundled table, which are no path."""
    return bool(scheme_of(location) or _PLACEHOLDER.fullmatch(location))


def scheme_of(location: str) -> str:
    """'postgresql+psycopg://...' -> 'postgresql'; '' for a path."""
    found = _ADDRESS.match(location) or _SHORT.match(location)
    return found[1].lower().partition("+")[0] if found else ""


def refuse_plain_secrets(location: str) -> None:
    """Raises UnusableTable for a password, key or token that would be printed and kept with everything else."""
    scheme = scheme_of(location)
    found = _password_pattern(scheme).search(location)
    user, password = (found["user"], found["password"]) if found else ("", "")
    secret = user if password is None and scheme in _WEB else password or ""  # https://TOKEN@host/
    if _PLACEHOLDER.sub("", secret) or _SECRET.search(unquote(location)):
        raise UnusableTable(
            f"The {scheme}:// address of the table holds a password, key or token, which would be kept with the model. "
            "Put it into the environment and write its name instead, in single quotes: '...${NAME}...'"
        )


def is_database(location: str) -> bool:
    return scheme_of(location) in DATABASES


def name_in(location: str) -> str:
    """'customers' of 's3://bucket/2026/customers.csv.gz': what the table is called."""
    location = _without_pattern(location)
    if not is_elsewhere(location):
        return _ENDINGS.sub("", Path(location).name) or Path(location).stem
    scheme, _, rest = location.partition(":")
    if scheme in SHORT:
        return rest
    host, _, path = re.split(r"[?#]", _PLACEHOLDER.sub("", rest))[0].removeprefix("//").partition("/")
    last = unquote(path.strip("/").rpartition("/")[2])
    return _ENDINGS.sub("", last or host.rpartition("@")[2].partition(":")[0])


def _without_pattern(location: str) -> str:
    """The folder before the first *, ? or [ of several files; a question mark in an address of the web is none."""
    if scheme_of(location) in (*_WEB, *SHORT, *DATABASES):
        return location
    parts = re.split(r"[/\\](?=[^/\\]*[*?\[])", location, maxsplit=1)
    return parts[0] if len(parts) > 1 else location


def without_folders(location: str) -> str:
    """As a package may keep it: a folder of somebody's machine bears a name."""
    if is_elsewhere(location):
        return _ON_THIS_MACHINE.sub(lambda found: found["sqlite"] or f"{found['file']}/", location)
    return Path(location).name if Path(location).is_absolute() else location


def _password_pattern(scheme: str) -> re.Pattern[str]:
    return _WEB_PASSWORD if scheme in _WEB else _PASSWORD


def _secret(name: str, environ: Mapping[str, str]) -> str:
    if not environ.get(name):
        raise UnusableTable(f"The address of the table needs the environment variable {name}, and it is not set")
    return environ[name]
