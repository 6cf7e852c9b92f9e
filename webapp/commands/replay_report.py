"""Recorded answers asked again at a terminal: before a version begins to answer, and about a moment of the past."""

from collections.abc import Mapping
from typing import Any

from webapp.commands.promotion import Workplace
from webapp.errors import FormcastError
from webapp.lifecycle.replay import LAST, Asked, Replay, replay_of
from webapp.model_store import StoredVersion
from webapp.prediction.predictor import Predictor
from webapp.records.answer_list import Wanted
from webapp.training.words import current_words


def replay_at_promotion(place: Workplace, stored: StoredVersion) -> Replay | None:
    """The last answers, put to the version under the rule that the spec states now; None where it cannot be loaded."""
    try:
        words = place.facts(stored)["words"] | current_words(place.config.specs, stored.model)
        return asked_again(place, stored, words, Wanted(model=stored.model))
    except FormcastError:  # the promotion itself will say so, and refuse
        return None


def asked_again(place: Workplace, stored: StoredVersion, words: Mapping[str, Any], wanted: Wanted) -> Replay:
    """Raises ModelStoreError for a version that cannot be loaded here."""
    package = place.store.load(stored.model, stored.version, place.trusted_keys, place.config.trusted_modules)
    threshold = (words.get("decision") or {}).get("threshold")
    asked = Asked(f"version {stored.number}", Predictor.from_package(package), threshold)
    with place.database.reading() as connection:
        return replay_of(connection, asked, wanted, LAST)


def replay_lines(replay: Replay | None) -> list[str]:
    """Nothing where nothing was asked yet."""
    if replay is None or not replay.rows:
        return []
    total, changed = len(replay.answers), len(replay.changed)
    what = "answers" if replay.is_number else "decisions"
    lines = [f"{changed} of the last {total} {what} would change"] if total else []
    if replay.unread:
        why = "; ".join(f"{reason} ({count})" for reason, count in replay.unread.items())
        lines.append(f"{sum(replay.unread.values())} cases cannot be put to {replay.name}: {why}")
    return lines


def replay_document(replay: Replay | None) -> dict[str, Any] | None:
    if replay is None:
        return None
    return {
        "cases": replay.rows,
        "asked_again": len(replay.answers),
        "changed": [answer.record.reference for answer in replay.changed],
        "not_readable": dict(replay.unread),
    }
