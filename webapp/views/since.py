"""What stands beside an answer: everything that came after it, and what whoever is reading may add."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import takewhile
from typing import Any

from flask import request, url_for

from webapp import clock
from webapp.records.database import Database
from webapp.records.decisions import history
from webapp.records.outcome_rules import OutcomeRule, bucket_of
from webapp.records.outcomes import outcome_history
from webapp.records.overrides import override_history
from webapp.records.predictions import PredictionRecord
from webapp.records.remarks import remarks_about
from webapp.records.standing import ABOUT_ANSWERS
from webapp.records.track_record import TrackRecord, track_record
from webapp.result_page.case import read_case
from webapp.result_page.since import Later, Since, since_then
from webapp.views.access import may
from webapp.views.services import services
from webapp.views.visitors import here
from webapp.wording.dates import date_text, day_text
from webapp.wording.quoting import shown

COUNTED_EVERY_S, COUNTS_KEPT = 60, 256
DECISIONS_KEPT = 256  # days that stay in memory; a decision never changes
MODELS_KEPT = 256  # whose addresses are built once
ADDED = ("outcome", "override", "note")


def since(record: PredictionRecord, words: Mapping[str, Any], has_later: bool) -> Since:
    """`has_later`: whether anything was recorded about it since, else nothing is looked for."""
    rule = OutcomeRule.of(words)
    later = replace(later_than(record) if has_later else Later(), alike=answers_alike(record, rule))
    return since_then(read_case(record, words), rule, record, later, fate(record))


def answers_alike(record: PredictionRecord, rule: OutcomeRule) -> TrackRecord:
    """What is known of answers like this one: with a like chance, or of the same class, or all of a number."""
    minute = int(clock.now().timestamp() // COUNTED_EVERY_S)
    task, bucket = rule.target.task, bucket_of(record.probability)
    wanted = {"binary": (bucket, None), "many": (None, rule.decided(record))}.get(task, (None, None))
    return _counted(services().database, record.model, *wanted, minute)


@lru_cache(maxsize=COUNTS_KEPT)
def _counted(database: Database, model: str, bucket: int | None, answered: str | None, _minute: int) -> TrackRecord:
    """Counting a million outcomes takes a while, so that it is done once in so many seconds."""
    with database.reading() as connection:
        return track_record(connection, model, bucket=bucket, answered=answered)


def later_than(record: PredictionRecord) -> Later:
    """Everything that was recorded about the answer since."""
    with services().database.reading() as connection:
        parts = (outcome_history, override_history, remarks_about)
        return Later(*(part(connection, record.id) for part in parts))


def next_steps(record: PredictionRecord) -> dict[str, str]:
    """The addresses of what whoever is reading may add."""
    page, answers = _addresses(request.script_root, record.model)
    steps = {name: f"{page}{record.id}/{name}" for name in ("feedback", *(ADDED if may("record") else ()))}
    return steps | {"compare": f"{answers}?pick={record.reference}"} if may("list") else steps


@lru_cache(maxsize=MODELS_KEPT)
def _addresses(root: str, model: str) -> tuple[str, str]:
    """Below the root of the site: what the address of every answer begins with, and the list of one model's answers."""
    return url_for("results.show", prediction_id=""), url_for("history.index", model=model)


def printed_by(words: Mapping[str, Any]) -> str:
    """For paper: who had the page before them, and when; "" where nobody signs in."""
    reader = here()
    return f"Printed by {reader.name}, {date_text(clock.now(), words.get('timezone') or 'UTC')}" if reader else ""


def fate(record: PredictionRecord) -> list[str]:
    """What happened to the model after this answer."""
    picture = services().follower.picture
    paused = picture.paused.get(record.model)
    if paused is not None and paused.is_retired:
        last = paused.standing.last
        by = f" by {shown(last.who.name)}" if last.who.name else ""
        why = f": {shown(last.why)}" if last.why else ""
        return [f"This model was taken out of use on {day_text(last.at)}{by}{why}"]
    if paused is not None and paused.is_stopped:
        row = paused.standing.stop
        return [f"One of its own criteria stopped this model on {day_text(row.at)}. {shown(row.why)}"]
    champion = picture.champions.get(record.model)
    if champion is None or champion.version == record.version:
        return []
    number = champion.words.get("number")
    name = f"Version {number}" if number else "Another version"
    day = day_text(_in_place_since(services().database, champion.model, champion.decision_id))
    return [f"{name} of this model has answered since {day}. This answer stays as it was."]


@lru_cache(maxsize=DECISIONS_KEPT)
def _in_place_since(database: Database, model: str, decision_id: int) -> datetime:
    """When the version of that decision came into use: later decisions may only have reworded what it says."""
    with database.reading() as connection:
        rows = [row for row in history(connection, model) if row.id <= decision_id and row.action in ABOUT_ANSWERS]
    version = rows[0].version
    return list(takewhile(lambda row: row.version == version and row.action != "retire", rows))[-1].at
