"""release: what a deploy does once, before the new code answers."""

import argparse

from webapp.commands.answer import Answer
from webapp.commands.promotion import Workplace, answers_now, promote_by_itself
from webapp.commands.users import first_administrator
from webapp.errors import FormcastError
from webapp.model_store import StoredVersion
from webapp.records.actors import SYSTEM
from webapp.records.migrate import migrate
from webapp.records.purging import purge


def release(place: Workplace, given: argparse.Namespace) -> Answer:
    """Migrate the database, forget what has expired, promote each model's newest version where that may happen."""
    migrate(place.database)
    lines, document = ["The database is migrated"], {"migrated": True, "models": {}}
    document["forgotten"] = place.database.run(purge)
    damaged = {stored.version: problem for stored, problem in place.store.verify_all(place.trusted_keys) if problem}
    models = place.store.models()
    if not models:
        lines.append("The store is empty")
    for model in models:
        newest = place.store.versions(model)[-1]
        said = _refusal(newest, damaged) or _promoted_or_why_not(place, newest)
        lines.append(f"{model} version {newest.number}: {said}")
        document["models"][model] = {"version": newest.version, "said": said}
    if (first := first_administrator(place)) is not None:
        lines += first.lines
        document["first_administrator"] = first.document
    return Answer(tuple(lines), document)


def _refusal(stored: StoredVersion, damaged: dict[str, str]) -> str:
    problem = damaged.get(stored.version)
    return f"cannot be loaded here. {problem}" if problem else ""


def _promoted_or_why_not(place: Workplace, stored: StoredVersion) -> str:
    try:
        if answers_now(place, stored):
            return "it answers already"
        hindrance = promote_by_itself(place, stored, SYSTEM, "Newest version at release, and no gate refused")
    except FormcastError as problem:
        return f"not promoted: {problem}"
    return f"not promoted: {hindrance}" if hindrance else "promoted"
