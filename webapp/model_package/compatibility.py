"""Whether the libraries installed here are those a package was trained with."""

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from webapp.errors import PackageIncompatible
from webapp.model_package.format import FORMAT

_RECORDED = ("scikit-learn", "numpy", "pandas", "scipy")
# scikit-learn promises nothing about pickles of any other release; the others keep theirs within major.minor.
# What remains is decided by replaying the golden rows.
_EXACT = ("scikit-learn",)
_MAJOR_MINOR = ("numpy", "pandas")


def installed_versions() -> dict[str, Any]:
    """The part of metadata.json that says where a package was trained: {"packages": {...}, "python": "3.11.7"}."""
    return {"packages": {name: _installed(name) for name in _RECORDED}, "python": platform.python_version()}


def check_compatible(metadata: Mapping[str, Any]) -> None:
    """Raise PackageIncompatible naming both versions and the command that retrains."""
    if metadata.get("format") != FORMAT:
        raise _refusal(metadata, "the package format", metadata.get("format"), FORMAT)
    here = installed_versions()
    trained = metadata.get("packages")
    trained = trained if isinstance(trained, dict) else {}
    for name in _EXACT:
        if trained.get(name) != here["packages"][name]:
            raise _refusal(metadata, name, trained.get(name), here["packages"][name])
    pairs = [(name, trained.get(name), here["packages"][name]) for name in _MAJOR_MINOR]
    for name, there, present in [*pairs, ("Python", metadata.get("python"), here["python"])]:
        if not isinstance(there, str) or _major_minor(there) != _major_minor(present):
            raise _refusal(metadata, name, there, present)


def retraining(model: object) -> str:
    return f"Retrain it with: python train.py specs/{model}.toml"


@cache  # it reads files, and a process does not change its libraries
def _installed(package: str) -> str:
    return version(package)


def _refusal(metadata: Mapping[str, Any], what: str, there: object, present: object) -> PackageIncompatible:
    return PackageIncompatible(
        f"It was trained with {what} {there or 'unknown'}, and {present} is installed here. "
        f"{retraining(metadata.get('model'))}"
    )


def _major_minor(version: str) -> list[str]:
    return version.split(".")[:2]
