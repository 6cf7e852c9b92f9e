"""Settings as a process finds them in its environment, each read by what it has to be."""

import re
from collections.abc import Mapping
from pathlib import Path

from webapp.errors import ConfigError

ON, OFF = ("1", "on", "true", "yes"), ("0", "off", "false", "no")
_STORE_ADDRESS = re.compile(r"(?!file:)[a-z][a-z0-9+.-]*://[^@?#\s]+")


class Environment:
    """An empty setting counts as none; what cannot be understood is a ConfigError."""

    def __init__(self, environ: Mapping[str, str]):
        self.environ = environ

    def text(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def several(self, name: str) -> tuple[str, ...]:
        return tuple(filter(None, map(str.strip, self.text(name).split(","))))

    def one_of(self, name: str, known: tuple[str, ...], default: str) -> str:
        value = self.text(name).lower() or default
        if value not in known:
            raise ConfigError(f"{name} must be one of {', '.join(known)}")
        return value

    def switch(self, name: str, default: bool) -> bool:
        value = self.text(name).lower()
        if value and value not in ON + OFF:
            raise ConfigError(f"{name} must be on or off")
        return value in ON if value else default

    def number(self, name: str, default: int, largest: int) -> int:
        """From 1 up, or the default."""
        text = self.text(name)
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(largest)) and 1 <= int(text) <= largest):
            raise ConfigError(f"{name} must be a whole number from 1 to {largest}")
        return int(text)

    def folder(self, name: str, default: str) -> str:
        value = self.text(name) or default
        if "://" in value:
            raise ConfigError(f"{name} must be a folder")
        return value

    def store(self, name: str, root: Path, default: str) -> Path | str:
        """A folder, or an address as it stands."""
        value = self.text(name) or default
        if "://" not in value:
            return root / value
        if not _STORE_ADDRESS.fullmatch(value):
            raise ConfigError(
                f"{name} must be a folder or an address such as s3://bucket/folder, without user, password or query"
            )
        return value

    def database_url(self, instance: Path) -> str:
        url = self.text("DATABASE_URL") or f"sqlite:///{instance / 'formcast.db'}"
        if not (is_postgres_url(url) or url.startswith("sqlite:///")):
            raise ConfigError("DATABASE_URL must begin with postgres://, postgresql:// or sqlite:///")
        return url


def is_postgres_url(url: str) -> bool:
    return url.startswith(("postgres://", "postgresql://", "postgresql+psycopg://"))
