"""What a version's metadata says of its training, made usable again: its spec, and the table that it names."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from webapp.commands.promotion import Workplace
from webapp.commands.sources import READERS
from webapp.comparison.tables import table_mark
from webapp.errors import FormcastError, UnusableSpec, UnusableTable
from webapp.training.package.snapshots import read_snapshot
from webapp.training.sources.addresses import is_elsewhere, without_folders
from webapp.training.sources.table import Portion, Table
from webapp.training.spec.file import Spec, read_spec, spec_from_document
from webapp.training.spec.keys import Place
from webapp.training.spec.source import read_table_of


@dataclass(frozen=True)
class Found:
    """A table, and where it was found: 'the table given', 'its snapshot', 'its source'."""

    table: Table
    where: str

    def is_that_of(self, facts: Mapping[str, Any]) -> bool:
        """Whether a version learned from these very rows."""
        mark = table_mark(facts)
        return bool(mark) and mark in (self.table.rows_sha256, self.table.sha256)


def recorded_spec(place: Workplace, model: str, facts: Mapping[str, Any]) -> Spec:
    """The spec as it was at training, in the place where specs are. Raises UnusableSpec where none was kept."""
    text = (facts.get("settings") or {}).get("spec")
    if not text:
        raise UnusableSpec(
            f"Version {facts['number']} of {model} was trained without a spec in a file, so none was kept"
        )
    path = place.config.specs / f"{model}.toml"
    spec = spec_from_document(tomllib.loads(text), Place(f"the spec of version {facts['number']}", text), model=model)
    return replace(spec, path=path)


def recorded_table(place: Workplace, spec: Spec, facts: Mapping[str, Any], given: str = "") -> Found:
    """The table given, else the snapshot, else what stands at the recorded source now. Raises UnusableTable."""
    if given:
        return Found(read_table_of(_pointed_at(spec, given), READERS, _portion(facts)), "the table given")
    record = facts.get("data") or {}
    if record.get("snapshot"):
        return Found(read_snapshot(place.store, spec.model, record), "its snapshot")
    return Found(read_table_of(_at_home(place, spec), READERS, _portion(facts)), "its source")


def _portion(facts: Mapping[str, Any]) -> Portion:
    """As many rows, drawn by the same seed, as at that training."""
    settings = facts.get("settings") or {}
    return Portion(settings.get("rows"), settings.get("seed") or 0)


def table_if_unchanged(place: Workplace, model: str, facts: Mapping[str, Any]) -> Found | None:
    """The very rows that a version learned from, where they can still be read."""
    try:
        found = recorded_table(place, recorded_spec(place, model, facts), facts)
    except FormcastError:
        return None
    return found if found.is_that_of(facts) else None


def _pointed_at(spec: Spec, given: str) -> Spec:
    source = given if is_elsewhere(given) else str(Path(given).absolute())
    is_same = source == spec.data.source
    data = spec.data if is_same else replace(spec.data, query="", parameters={}, sheet="")
    return replace(spec, data=replace(data, source=source))


def _at_home(place: Workplace, spec: Spec) -> Spec:
    """A package keeps no folder of anybody's machine; the spec in its place still knows it."""
    path = place.config.specs / f"{spec.model}.toml"
    try:
        current = read_spec(path).data.source
    except UnusableSpec:
        return spec
    if without_folders(current) != spec.data.source:
        return spec
    return replace(spec, data=replace(spec.data, source=current))


def unreadable(found: FormcastError, given: str) -> UnusableTable:
    """The same problem for somebody who may give the table instead."""
    return UnusableTable(str(found) if given else f"{str(found).rstrip('.')}. Give the table: --data TABLE")
