"""The version that somebody looks at or decides about, and what it says to rows that were answered before."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from webapp.evidence.replayed import ReplayShown, replay_shown
from webapp.lifecycle.replay import LAST, Asked, replay_of
from webapp.model_store import StoredVersion
from webapp.records.answer_list import Wanted
from webapp.records.decisions import standing_of
from webapp.records.standing import Standing
from webapp.views.opened import opened
from webapp.views.services import services
from webapp.wording.dates import date_text


def name_of(stored: StoredVersion) -> str:
    """'version 8'"""
    return f"version {stored.number or stored.version}"


def present_standing(model: str) -> Standing | None:
    with services().database.reading() as connection:
        return standing_of(connection, model)


def asked_again(stored: StoredVersion, words: Mapping[str, Any], wanted: Wanted, limit: int = LAST) -> ReplayShown:
    """What the version would say under the threshold of these words. Raises ModelStoreError where it cannot load."""
    threshold = (words.get("decision") or {}).get("threshold")
    champion = services().follower.champions.get(stored.model)
    if champion is not None and champion.version == stored.version:
        predictor = champion.predictor
    else:
        predictor = opened(stored.model, stored.version).predictor
    with services().database.reading() as connection:
        return replay_shown(replay_of(connection, Asked(name_of(stored), predictor, threshold), wanted, limit))


def case_lines(replay: ReplayShown, words: Mapping[str, Any]) -> list[dict[str, str]]:
    """The cases that change, each with the address of its answer."""
    zone = words.get("timezone") or "UTC"
    return [
        {
            "url": url_for("results.show", prediction_id=case.id),
            "reference": case.reference,
            "when": date_text(case.at, zone),
            "before": case.before,
            "after": case.after,
        }
        for case in replay.cases
    ]
