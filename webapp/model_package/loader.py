"""
From bytes to a ModelPackage: the one place where anything is unpickled.

The order is the point. A pickle runs code as it loads, so the signature, every hash and the library versions are
checked first, and on the very bytes that are then loaded: no file is opened twice.
"""

import io
import pickle
import pickletools
import warnings
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sklearn.exceptions import InconsistentVersionWarning
from sklearn.pipeline import Pipeline

from webapp.errors import ModelStoreError, PackageCorrupt, PackageIncompatible, PackageUntrusted
from webapp.model_package.allowlist import ALLOWED, ALLOWED_IN_BROUGHT
from webapp.model_package.compatibility import check_compatible, retraining
from webapp.model_package.format import GOLDEN_ROWS, MODEL_CARD, PIPELINE, PROFILE, ModelPackage
from webapp.model_package.golden_rows import replay_golden_rows
from webapp.model_package.manifest import json_object, verified_manifest
from webapp.model_package.signing import PublicKey
from webapp.parsing.own_kinds import own_kind

PICKLE_PROTOCOL = 5
_MEMO_WRITES = {"PUT", "BINPUT", "LONG_BINPUT"}
_ALLOWED = frozenset((*ALLOWED, *ALLOWED_IN_BROUGHT))


def open_package(
    files: Mapping[str, bytes], trusted_keys: Sequence[PublicKey], trusted_modules: Collection[str] = ()
) -> ModelPackage:
    """Verify, load and replay; raises PackageUntrusted, PackageCorrupt or PackageIncompatible."""
    manifest = verified_manifest(files, trusted_keys)
    check_compatible(manifest.metadata)
    _check_own_kinds(manifest.metadata, trusted_modules)
    pipeline = _unpickled(files[PIPELINE], trusted_modules, manifest.model)
    replay_golden_rows(pipeline, json_object(files, GOLDEN_ROWS), manifest.model)
    return ModelPackage(
        model=manifest.model,
        version=manifest.version,
        number=manifest.number,
        metadata=manifest.metadata,
        pipeline=pipeline,
        profile=json_object(files, PROFILE),
        manifest_sha=manifest.sha,
        model_card=files[MODEL_CARD].decode("utf-8", errors="replace"),
    )


def read_package_facts(files: Mapping[str, bytes], trusted_keys: Sequence[PublicKey]) -> dict[str, Any]:
    """Metadata of a verified package; nothing is unpickled, so it need not be compatible."""
    return verified_manifest(files, trusted_keys).metadata


def read_package_profile(files: Mapping[str, bytes], trusted_keys: Sequence[PublicKey]) -> dict[str, Any]:
    """What a verified package remembers of the rows that it learned from."""
    verified_manifest(files, trusted_keys)
    return json_object(files, PROFILE)


def read_package_card(files: Mapping[str, bytes], trusted_keys: Sequence[PublicKey]) -> str:
    """The model card of a verified package."""
    verified_manifest(files, trusted_keys)
    return files[MODEL_CARD].decode("utf-8", errors="replace")


def pack_pipeline(pipeline: Pipeline, model: str, trusted_modules: Collection[str] = ()) -> bytes:
    """The content of pipeline.pkl, taken through the same door at once: what will not load is not stored."""
    content = pickle.dumps(pipeline, protocol=PICKLE_PROTOCOL)
    _unpickled(content, trusted_modules, model)
    return content


def _check_own_kinds(metadata: Mapping[str, Any], trusted_modules: Collection[str]) -> None:
    for feature in (metadata.get("schema") or {}).get("features", ()):
        place = feature.get("own_kind", "")
        module = place.partition(":")[0]
        if place and (module not in trusted_modules or own_kind(place) is None):
            raise PackageUntrusted(
                f"It asks “{feature['name']}” as {place}, which is not trusted here. List {module} in "
                "FORMCAST_TRUSTED_MODULES, where Python finds it"
            )


class _PackageUnpickler(pickle.Unpickler):
    def __init__(self, content: bytes, trusted_modules: Collection[str]):
        # Names of Python 2 are not translated: what was looked up in the list is what is imported.
        super().__init__(io.BytesIO(content), fix_imports=False)
        self._trusted_modules = frozenset(trusted_modules)

    def find_class(self, module: str, name: str) -> Any:
        if "." not in name:
            if (module, name) in _ALLOWED:
                return super().find_class(module, name)
            if module in self._trusted_modules:
                return self._defined_there(module, name)
        raise PackageUntrusted(f"Its pipeline names {module}.{name}, which no package may use here")

    def _defined_there(self, module: str, name: str) -> Any:
        """A class or function of the trusted module itself; what it merely imported stays out of reach."""
        found = super().find_class(module, name)
        if getattr(found, "__module__", None) != module:
            raise PackageUntrusted(f"Its pipeline names {module}.{name}, which that module does not define")
        return found


def _unpickled(content: bytes, trusted_modules: Collection[str], model: str) -> Pipeline:
    try:
        _check_memo(content)
        with warnings.catch_warnings():
            warnings.simplefilter("error", InconsistentVersionWarning)
            pipeline = _PackageUnpickler(content, trusted_modules).load()
    except ModelStoreError:
        raise
    except InconsistentVersionWarning as problem:
        raise PackageIncompatible(
            f"A part of it was trained with scikit-learn {problem.original_sklearn_version}, and "
            f"{problem.current_sklearn_version} is installed here. {retraining(model)}"
        ) from problem
    except Exception as problem:  # damaged bytes can spell any error there is, MemoryError and RecursionError too
        raise PackageCorrupt(f"{PIPELINE} cannot be read") from problem
    if not isinstance(pipeline, Pipeline):
        raise PackageCorrupt(f"{PIPELINE} holds something that is no pipeline")
    return pipeline


def _check_memo(content: bytes) -> None:
    """Refuse a memo index beyond what was written so far: a pickle of ten bytes could ask for all memory with one."""
    for count, (opcode, argument, _) in enumerate(pickletools.genops(content)):
        if opcode.name in _MEMO_WRITES and argument > count:
            raise PackageCorrupt(f"{PIPELINE} cannot be read")
