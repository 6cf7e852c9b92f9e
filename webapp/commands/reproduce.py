"""reproduce: train a version again from what it says about itself, and tell whether it comes out the same."""

import argparse
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from webapp.commands.answer import Answer
from webapp.commands.promotion import Workplace
from webapp.commands.recorded import Found, recorded_spec, recorded_table, unreadable
from webapp.commands.run_report import labelled, wrapped
from webapp.commands.stopping import ended_when_told
from webapp.comparison.repetition import DIFFERENT, Circumstance, Repetition, repetition
from webapp.errors import UnusableSpec, UnusableTable
from webapp.model_package.signing import SigningKey
from webapp.model_store import ModelStore, StoredVersion
from webapp.training.run import Options, train
from webapp.training.sources.comparing import changes_since

CANNOT = 2
OF_THIS_RUN = ("say", "incumbent")  # options that are not about what is learned


def reproduce(place: Workplace, given: argparse.Namespace) -> Answer:
    """Exit code 0 for identical or equal, 1 for different; what cannot be trained again ends with 2."""
    stored = place.find(given.model, given.version)
    facts = place.facts(stored)
    if facts.get("adopted"):
        raise UnusableSpec(
            f"Version {stored.number} of {stored.model} was adopted: nobody here knows how it was trained"
        )
    spec = recorded_spec(place, stored.model, facts)
    try:
        found = recorded_table(place, spec, facts, given.data)
    except UnusableTable as problem:
        raise unreadable(problem, given.data) from problem
    with tempfile.TemporaryDirectory(prefix="formcast-") as folder, ended_when_told(Path(folder)):
        store = ModelStore(Path(folder))
        again = train(found.table, spec, store, SigningKey.generate(), _options(place, stored, facts)).stored
        result = repetition(
            place.store.files(stored.model, stored.version),
            store.files(again.model, again.version),
            _table_circumstances(found, facts),
        )
    document = {"model": stored.model, "version": stored.version, "table": found.where, **result.to_json()}
    return Answer(tuple(_lines(stored, found, result)), document, int(result.verdict == DIFFERENT))


def _options(place: Workplace, stored: StoredVersion, facts: Mapping[str, Any]) -> Options:
    """As they were; which modules are trusted is a matter of here and now."""
    known = {option.name for option in fields(Options)} - set(OF_THIS_RUN)
    said = {name: value for name, value in facts["settings"].items() if name in known}
    settled = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}

    def say(message: str) -> None:
        print(f"{stored.model}: {message} ...", file=sys.stderr, flush=True)

    return Options(**settled, say=say, trusted_modules=place.config.trusted_modules)


def _table_circumstances(found: Found, facts: Mapping[str, Any]) -> list[Circumstance]:
    if found.is_that_of(facts):
        return []
    record = facts.get("data") or {}
    changes = ", ".join(changes_since(found.table, record)) or "its content"
    return [Circumstance("data", f"{found.where.capitalize()} is not the table that it learned from: {changes}")]


def _lines(stored: StoredVersion, found: Found, result: Repetition) -> list[str]:
    name = f"version {stored.number} of {stored.model}"
    asides = "Not as then" if result.verdict == DIFFERENT else "Not as then, and of no effect"
    others = [line for one in result.circumstances for line in wrapped(f"{one.kind}: {one.words}")]
    return [
        *wrapped(f"{name[0].upper()}{name[1:]}, trained again. {result.words}.", 0),
        *labelled("Table", wrapped(f"{found.where}, {found.table.rows:,} rows of {found.table.location}")),
        *([f"{asides}:", *(f"  {line}" for line in others)] if others else []),
    ]
