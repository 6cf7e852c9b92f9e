"""The list of a package's files with their SHA-256, sealed by a signature and checked from bytes in memory."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.errors import PackageCorrupt
from webapp.model_package.format import (
    ALL_FILES,
    FORMAT,
    MANIFEST,
    MAX_FILE,
    METADATA,
    PAYLOAD,
    SIGNATURE,
    is_model_name,
    parse_moment,
    version_id,
)
from webapp.model_package.signing import PublicKey, SigningKey, verify


@dataclass(frozen=True)
class Manifest:
    """What was signed, together with the facts people read, which agree with it."""

    model: str
    number: int
    created_at: str
    version: str
    sha: str
    metadata: dict[str, Any]


def seal(files: Mapping[str, bytes], model: str, number: int, created_at: str, key: SigningKey) -> dict[str, bytes]:
    """The payload files, their manifest and its signature; ValueError when the trainer packed something odd."""
    if set(files) != set(PAYLOAD):
        raise ValueError(f"a package holds {', '.join(PAYLOAD)}, not {', '.join(sorted(files))}")
    too_large = [name for name, content in files.items() if len(content) > MAX_FILE]
    if too_large or not is_model_name(model):
        raise ValueError(f"larger than {MAX_FILE} bytes: {too_large}" if too_large else f"{model!r} is no model name")
    parse_moment(created_at)
    identity = {"format": FORMAT, "model": model, "number": number, "created_at": created_at}
    metadata = json.loads(files[METADATA])
    stated = {fact: metadata.get(fact) for fact in identity}
    if stated != identity:
        raise ValueError(f"metadata says {stated}, the manifest would say {identity}")
    listed = {name: {"sha256": _sha(files[name]), "size": len(files[name])} for name in PAYLOAD}
    manifest = json.dumps(identity | {"files": listed}, indent=1, sort_keys=True).encode()
    return {**files, MANIFEST: manifest, SIGNATURE: key.sign(manifest)}


def verified_manifest(files: Mapping[str, bytes], trusted_keys: Sequence[PublicKey]) -> Manifest:
    """The signature first, then every file against what was signed, all from the same bytes."""
    _check_names(files)
    verify(files[MANIFEST], files[SIGNATURE], trusted_keys)
    listed = json_object(files, MANIFEST)
    _check_contents(files, listed)
    metadata = json_object(files, METADATA)
    identity = {fact: listed.get(fact) for fact in ("format", "model", "number", "created_at")}
    if identity != {fact: metadata.get(fact) for fact in identity}:
        raise PackageCorrupt("The manifest and the metadata of the package do not speak of the same version")
    return Manifest(
        model=identity["model"],
        number=identity["number"],
        created_at=identity["created_at"],
        version=stated_version(files),
        sha=_sha(files[MANIFEST]),
        metadata=metadata,
    )


def stated_version(files: Mapping[str, bytes]) -> str:
    """The version these files claim to be, before anything is verified."""
    try:
        return version_id(json_object(files, MANIFEST)["created_at"], files[MANIFEST])
    except (KeyError, TypeError, ValueError):
        raise PackageCorrupt(f"{MANIFEST} does not say when the package was made") from None


def stated_number(manifest: bytes) -> int:
    """The number a manifest claims, before anything is verified; 0 when it cannot be read."""
    try:
        number = json_object({MANIFEST: manifest}, MANIFEST).get("number")
    except PackageCorrupt:
        return 0
    return number if type(number) is int and number > 0 else 0


def json_object(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    try:
        content = json.loads(files[name])
    except (KeyError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise PackageCorrupt(f"{name} is missing or damaged")
    return content


def _check_names(files: Mapping[str, bytes]) -> None:
    missing = [name for name in ALL_FILES if name not in files]
    extra = sorted(set(files) - set(ALL_FILES))
    if missing:
        raise PackageCorrupt(f"The package lacks {', '.join(missing)}")
    if extra:
        raise PackageCorrupt(f"The package holds {', '.join(extra)}, which nobody signed")


def _check_contents(files: Mapping[str, bytes], listed: dict[str, Any]) -> None:
    """The manifest is what a trusted key signed, so it is compared as a whole with what it should say."""
    found = {name: {"sha256": _sha(files[name]), "size": len(files[name])} for name in PAYLOAD}
    promised = listed.get("files")
    if not isinstance(promised, dict) or set(promised) != set(PAYLOAD):
        raise PackageCorrupt(f"{MANIFEST} does not list the files of a package")
    changed = [name for name in PAYLOAD if promised[name] != found[name]]
    if changed:
        raise PackageCorrupt(f"{', '.join(changed)} is not what was signed")


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
