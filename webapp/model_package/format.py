"""
What one trained version consists of.

FORMAT history; raise it when an older reader could not load a newer package:

1. pipeline, metadata (schema, words, evaluation, gates), reference profile, golden rows, model card;
   a manifest with the SHA-256 and size of each, and its Ed25519 signature of 64 bytes
2. additive models with pairs of columns and, for several classes, a softmax; classifiers with sets of classes; forests
3. unusualness measured column by column in the reference profile
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from webapp.schema import Schema

FORMAT = 3

PIPELINE = "pipeline.pkl"
METADATA = "metadata.json"
PROFILE = "reference_profile.json"
GOLDEN_ROWS = "golden_rows.json"
MODEL_CARD = "model_card.md"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"

PAYLOAD = (PIPELINE, METADATA, PROFILE, GOLDEN_ROWS, MODEL_CARD)
ALL_FILES = (*PAYLOAD, MANIFEST, SIGNATURE)

MIB = 1024 * 1024
MAX_FILE = 100 * MIB

_MODEL_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
_VERSION_ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}", re.ASCII)
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class ModelPackage:
    """One version, verified and ready to answer."""

    model: str
    version: str
    number: int
    metadata: dict[str, Any]
    pipeline: Any
    profile: dict[str, Any]
    manifest_sha: str
    model_card: str

    @property
    def schema_json(self) -> dict[str, Any]:
        return self.metadata["schema"]

    @cached_property
    def schema(self) -> Schema:
        return Schema.from_json(self.schema_json)


def is_model_name(text: str) -> bool:
    """Only such a name may become a folder."""
    return _MODEL_NAME.fullmatch(text) is not None


def is_version_id(text: str) -> bool:
    return _VERSION_ID.fullmatch(text) is not None


def moment_text(moment: datetime) -> str:
    """`created_at` of a package: UTC, to the second, such as 2026-10-12T09:30:00Z."""
    return moment.astimezone(UTC).strftime(_MOMENT)


def parse_moment(text: str) -> datetime:
    """The inverse of `moment_text`; ValueError for any other way of writing it."""
    moment = datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
    if moment_text(moment) != text:
        raise ValueError(f"{text!r} is not written like 2026-10-12T09:30:00Z")
    return moment


def version_id(created_at: str, manifest: bytes) -> str:
    """When it was made and what it is: 20261012T093000Z-1a2b3c4d."""
    return f"{parse_moment(created_at):%Y%m%dT%H%M%SZ}-{hashlib.sha256(manifest).hexdigest()[:8]}"
