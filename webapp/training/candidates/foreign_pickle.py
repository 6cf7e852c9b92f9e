"""The one place where a pickle is loaded that no version is made of: somebody's pipeline, at their own word."""

import hashlib
import io
import pickle
import pickletools
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
from sklearn.base import is_classifier, is_regressor
from sklearn.exceptions import InconsistentVersionWarning

from webapp.errors import UnusableEstimator
from webapp.model_package.allowlist import ALLOWED, ALLOWED_IN_BROUGHT
from webapp.model_package.loader import PICKLE_PROTOCOL

_TEXTS = ("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8")


@dataclass(frozen=True)
class Adopted:
    """A loaded pipeline, what it says of itself, and what was noticed while it was loaded."""

    estimator: Any
    origin: str
    sha256: str
    size: int
    names: tuple[str, ...]
    notes: tuple[str, ...]


def load_pickle(path: Path) -> Adopted:
    """
    What joblib or pickle has written. It runs whatever code is in the file: only for a file that a person trusts.

    Raises UnusableEstimator.
    """
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise UnusableEstimator(f"{path} cannot be read: {problem.strerror}") from problem
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            estimator = joblib.load(io.BytesIO(content))
        except ModuleNotFoundError as problem:
            raise UnusableEstimator(f"{path} needs the module {problem.name}, which is not installed here") from problem
        except Exception as problem:  # a file can fail in any way while it is loaded
            raise UnusableEstimator(f"{path} cannot be loaded: {type(problem).__name__}: {problem}") from problem
    names = _names_of(estimator, path)
    return Adopted(
        estimator, path.name, hashlib.sha256(content).hexdigest(), len(content), names, _version_notes(warned)
    )


def is_model(thing: Any) -> bool:
    """Whether it calls itself a classifier or a regressor as scikit-learn does."""
    try:
        return is_classifier(thing) or is_regressor(thing)
    except (AttributeError, TypeError):  # what has no tags, and a class in place of an object
        return False


def _names_of(estimator: Any, path: Path) -> tuple[str, ...]:
    if not is_model(estimator):
        raise UnusableEstimator(
            f"{path} holds a {type(estimator).__name__}, which is no scikit-learn model or pipeline"
        )
    names = getattr(estimator, "feature_names_in_", None)
    if names is None:
        raise UnusableEstimator(
            f"{path} does not say by which names its columns go (feature_names_in_). Fit it on a DataFrame, "
            "so that no column can be taken for another"
        )
    return tuple(map(str, names))


def _version_notes(warned: Sequence[warnings.WarningMessage]) -> tuple[str, ...]:
    versions = {
        str(one.message.original_sklearn_version)
        for one in warned
        if isinstance(one.message, InconsistentVersionWarning)
    }
    return tuple(
        f"It was fitted with scikit-learn {version}, which is not the one installed here" for version in versions
    )


def untrusted_modules(estimator: Any) -> list[str]:
    """The modules of everything that a pickle of it names and no package may use without being told so."""
    known = {*ALLOWED, *ALLOWED_IN_BROUGHT}
    named = named_in(pickle.dumps(estimator, protocol=PICKLE_PROTOCOL))
    return sorted({module for module, name in named if (module, name) not in known})


def named_in(content: bytes) -> set[tuple[str, str]]:
    """Every (module, name) that a pickle of the newest protocol would import; nothing is loaded."""
    texts: list[str] = []
    memo: list[Any] = []
    named: set[tuple[str, str]] = set()
    written: Any = None
    for opcode, argument, _ in pickletools.genops(content):
        if opcode.name == "MEMOIZE":
            memo.append(written)
        elif opcode.name == "STACK_GLOBAL":
            named.add((texts[-2], texts[-1]))
        written = memo[argument] if opcode.name in ("BINGET", "LONG_BINGET") else None
        written = argument if opcode.name in _TEXTS else written
        if isinstance(written, str):
            texts.append(written)
    return named
