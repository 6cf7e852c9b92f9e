"""Where and with what a version was trained: for whoever trains it again, or wants to know why another differs."""

import hashlib
import locale
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_info

from webapp.training.sources.addresses import without_folders
from webapp.training.spec.file import Spec

PACKAGE = Path(__file__).resolve().parents[2]
GIT_PATIENCE_S = 5
UNKNOWN = "unknown"
# The parts of the code that a version depends on, by what they do to it.
CODE = {
    "preprocessing": ("preprocessing.py", "encoding.py", "schema.py", "parsing"),
    "estimators": ("estimators",),
    "training": ("training",),
}


def circumstances() -> dict[str, Any]:
    """Plain JSON about this process, this machine and this code."""
    return {
        "platform": platform.platform(),
        "machine": machine(),
        "blas": blas(),
        "locale": locale.setlocale(locale.LC_CTYPE),
        "dependencies": dependencies(),
        "git_commit": git_commit(),
        "git_dirty": git_dirty(),
        "code": code_hashes(),
        "command": shlex.join(["python", *map(without_folders, sys.argv)]),
    }


def settings(spec: Spec, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What a person chose: the options of the run, and the spec word for word but for folders of their machine."""
    digest = hashlib.sha256(spec.text.encode()).hexdigest() if spec.text else UNKNOWN
    return {**chosen, "spec_sha256": digest, "spec": _shared(spec)}


def _shared(spec: Spec) -> str:
    """The spec's text, its source without folders of somebody's machine; secrets never stand in a spec."""
    source = spec.data.source
    return spec.text.replace(source, without_folders(source)) if source else spec.text


@cache
def git_commit() -> str:
    """The commit of the code that trains, where there is a checkout to ask."""
    return _git("rev-parse", "HEAD") or UNKNOWN


@cache
def git_dirty() -> bool | None:
    """Whether the code that trains differs from its commit; None where there is no checkout to ask."""
    if git_commit() == UNKNOWN:
        return None
    found = _git("status", "--porcelain", "--", ".", "../train.py")
    return None if found is None else bool(found)


@cache
def blas() -> str:
    """'openblas 0.3.30, Haswell': two of them may differ in the last digits."""
    found = {
        ", ".join(filter(None, (f"{library['internal_api']} {library['version']}", library.get("architecture"))))
        for library in threadpool_info()
        if library["user_api"] == "blas"
    }
    return "; ".join(sorted(found)) or UNKNOWN


@cache
def machine() -> dict[str, Any]:
    """The kind of machine, and a mark by which two runs on the same one are known; no name of it."""
    kind = f"{_processor()}, {os.cpu_count()} cores"
    mark = hashlib.sha256(f"{platform.node()}\n{kind}".encode()).hexdigest()[:16]
    return {"kind": kind, "mark": mark}


def dependencies() -> dict[str, str]:
    """Every installed package of which something is loaded in this process, with its version."""
    owners = _owners()
    loaded = {name.partition(".")[0] for name in sys.modules}
    names = {owner for name in loaded for owner in owners.get(name, ())}
    return {name: _version(name) for name in sorted(names, key=str.casefold)}


@cache
def code_hashes() -> dict[str, str]:
    """A hash of each part of the code that decides what is learned and how a value is read."""
    return {part: _hash_of(path for name in names for path in _sources(PACKAGE / name)) for part, names in CODE.items()}


@cache  # it reads a file of the package
def _version(name: str) -> str:
    return metadata.version(name)


@cache  # it reads the list of files of every installed package
def _owners() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()


def _sources(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def _hash_of(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.relative_to(PACKAGE)}\n".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _git(*arguments: str) -> str | None:
    try:
        answer = subprocess.run(
            ["git", *arguments], cwd=PACKAGE, capture_output=True, text=True, timeout=GIT_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
