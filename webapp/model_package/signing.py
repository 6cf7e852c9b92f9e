"""Who may sign a package: Ed25519, so that a service that verifies cannot sign."""

import base64
import binascii
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from webapp.errors import ConfigError, PackageUntrusted

KEY_BYTES = 32

# Different beginnings, so that a signing key pasted where a public one belongs is noticed and not published.
_SIGNING_PREFIX = "formcast-signing-key:"
_PUBLIC_PREFIX = "formcast-public-key:"


@dataclass(frozen=True)
class PublicKey:
    """A key whose packages are trusted."""

    raw: bytes

    @classmethod
    def from_text(cls, text: str) -> "PublicKey":
        if text.startswith(_SIGNING_PREFIX):
            raise ConfigError("This is a signing key, which must stay secret. Give the public key printed beside it")
        return cls(_decoded(text, _PUBLIC_PREFIX))

    @property
    def text(self) -> str:
        return _encoded(self.raw, _PUBLIC_PREFIX)

    def verifies(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, repr=False)
class SigningKey:
    """The trainer's secret; its text and bytes never appear in a repr, a log or an error."""

    raw: bytes

    @classmethod
    def generate(cls) -> "SigningKey":
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_text(cls, text: str) -> "SigningKey":
        return cls(_decoded(text.strip(), _SIGNING_PREFIX))

    @property
    def text(self) -> str:
        return _encoded(self.raw, _SIGNING_PREFIX)

    @property
    def public(self) -> PublicKey:
        return PublicKey(Ed25519PrivateKey.from_private_bytes(self.raw).public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.raw).sign(message)


def verify(manifest: bytes, signature: bytes, trusted_keys: Sequence[PublicKey]) -> None:
    """Raise PackageUntrusted unless one of the trusted keys signed these very bytes."""
    if not trusted_keys:
        raise PackageUntrusted("No key is trusted here, so no package can be. Set FORMCAST_TRUSTED_KEYS")
    if not any(key.verifies(manifest, signature) for key in trusted_keys):
        raise PackageUntrusted("The package is not signed by a key this service trusts, or was changed after signing")


def parse_trusted_keys(text: str) -> tuple[PublicKey, ...]:
    """The comma-separated public keys of FORMCAST_TRUSTED_KEYS; several let one key take over from another."""
    keys = []
    for position, part in enumerate(filter(None, map(str.strip, text.split(","))), start=1):
        try:
            keys.append(PublicKey.from_text(part))
        except ConfigError as problem:
            raise ConfigError(f"FORMCAST_TRUSTED_KEYS, key {position}: {problem}") from None
    return tuple(dict.fromkeys(keys))


def read_or_create_signing_key(path: Path) -> SigningKey:
    """The key in `path` (0600); made on first use, and of two who make it at once both get the same."""
    if not path.exists():
        _write_once(path, SigningKey.generate())
    if path.stat().st_mode & 0o077:
        raise ConfigError(f"{path} can be read by others on this machine. Run: chmod 600 {path}")
    try:
        return SigningKey.from_text(path.read_text(encoding="utf-8"))
    except (ConfigError, UnicodeDecodeError):
        raise ConfigError(f"{path} does not hold a signing key. Move it away and a new one is made") from None


def _write_once(path: Path, key: SigningKey) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(key.text + "\n")
            file.flush()
            os.fsync(descriptor)
        os.link(draft, path)
    except FileExistsError:
        pass  # somebody else was first: theirs is the key
    finally:
        draft.unlink()


def _encoded(raw: bytes, prefix: str) -> str:
    return prefix + base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _decoded(text: str, prefix: str) -> bytes:
    body = text.removeprefix(prefix)
    try:
        raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    # Written back and compared, because base64 passes over characters it does not know.
    if len(raw) != KEY_BYTES or _encoded(raw, prefix) != text:
        raise ConfigError(f"This is not a key: it should be {prefix} and 43 characters")
    return raw
