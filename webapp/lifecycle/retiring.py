"""Criteria that act: what the worker and a terminal do with what was found, as a decision that everything follows."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from webapp.errors import DecisionRefused
from webapp.lifecycle.criteria import ACTIONS, FALL_BACK, REFER, STOP, Retirement, Verdict, day_of
from webapp.lifecycle.judging import Evidence, judge
from webapp.model_package.signing import PublicKey
from webapp.model_store import ModelStore
from webapp.monitoring.watched import Watched
from webapp.monitoring.watchers import report_for, watched_versions
from webapp.records.actors import SYSTEM
from webapp.records.database import Database
from webapp.records.day_cases import thresholds
from webapp.records.decisions import champions, decide_about_champion, history
from webapp.records.judged_cases import asked_before, judged_cases, last_outcome_at
from webapp.records.outcome_rules import class_of_two
from webapp.records.standing import PUTS_IN_PLACE, DecisionRow, Standing
from webapp.wording.decisions import A_PERSON

NOTHING_BEFORE = "There is no other version to fall back to, so it is stopped."

logger = logging.getLogger("formcast.retirement")


@dataclass(frozen=True)
class Archive:
    """Where criteria look."""

    database: Database
    store: ModelStore
    read_keys: Callable[[], Sequence[PublicKey]]


@dataclass(frozen=True)
class Checked:
    """What was found about a model, and the decision that followed, if one did."""

    standing: Standing
    verdicts: tuple[Verdict, ...]
    decision: DecisionRow | None


def check_all(archive: Archive, now: datetime, models: Sequence[str] = ()) -> dict[str, Checked]:
    """Judge every model that has criteria, or those named, and do what they say."""
    with archive.database.reading() as connection:
        standings = champions(connection)
    wanted = [one for name, one in standings.items() if name in models or not models]
    return {one.model: _check(archive, one, now) for one in wanted if Retirement.of(one.words).criteria}


def verdicts_about(archive: Archive, standing: Standing, now: datetime) -> tuple[Verdict, ...]:
    """What the criteria say of the version in charge, and which of them somebody lets pass until when."""
    retirement = Retirement.of(standing.words)
    if not retirement.criteria:
        return ()
    watched = watched_versions(archive.database, archive.store, archive.read_keys)(standing.model, standing.version)
    if watched is None:  # its words or facts are of another release, and nothing can be said
        return ()
    found = judge(retirement, _evidence(archive, standing, watched, now))
    return tuple(replace(one, continued=_continued(standing, one.criterion.name, now)) for one in found)


def _check(archive: Archive, standing: Standing, now: datetime) -> Checked:
    verdicts = verdicts_about(archive, standing, now)
    decision = None
    if standing.answers:
        try:
            decision = _act(archive.database, standing, [one for one in verdicts if one.acts and not one.continued])
        except DecisionRefused as quicker:  # somebody decided meanwhile: what they decided is looked at the next time
            logger.info("%s", quicker)
    return Checked(standing, verdicts, decision)


def _act(database: Database, standing: Standing, acting: Sequence[Verdict]) -> DecisionRow | None:
    """The strongest of their actions, once."""
    if not acting:
        return None
    action = max((one.criterion.action for one in acting), key=ACTIONS.index)
    chosen = [one for one in acting if one.criterion.action == action]
    why = " ".join(one.sentence for one in chosen)
    details = _details(standing, chosen)
    if action == REFER:
        return _refer(database, standing, why, details)
    target = _fallback(database, standing, chosen[0]) if action == FALL_BACK else None
    if target is not None:
        put_back = {name: getattr(target, name) for name in ("version", "words", "manifest_sha", "gate_report")}
        return _decide(database, standing, "fall_back", why, details=details, **put_back)
    said = f"{why} {NOTHING_BEFORE}" if action == FALL_BACK else why
    return _decide(database, standing, STOP, said, details=details)


def _refer(database: Database, standing: Standing, why: str, details: Mapping[str, Any]) -> DecisionRow | None:
    if standing.referral is not None and standing.referral.details.get("criteria") == details["criteria"]:
        return None
    before = standing.words.get("notice") or ""
    if standing.referral is not None:
        before = standing.referral.details.get("notice") or ""
    words = {**standing.words, "notice": " ".join(filter(None, (f"{A_PERSON} {why}", before)))}
    return _decide(database, standing, REFER, why, words=words, details={**details, "notice": before})


def _decide(database: Database, standing: Standing, action: str, why: str, **changed: Any) -> DecisionRow:
    logger.warning("%s: %s. %s", standing.model, action, why)
    return decide_about_champion(database, standing.model, action, (SYSTEM, why), standing.seq, **changed)


def _details(standing: Standing, chosen: Sequence[Verdict]) -> dict[str, Any]:
    retirement = Retirement.of(standing.words)
    told = {"replacement": retirement.replacement, "contact": retirement.contact}
    return {"criteria": [one.criterion.name for one in chosen], **{name: text for name, text in told.items() if text}}


def _fallback(database: Database, standing: Standing, verdict: Verdict) -> DecisionRow | None:
    """The decision that put the other version in place: the one named, else the one before."""
    number = verdict.criterion.settings.get("version")
    with database.reading() as connection:
        rows = [row for row in history(connection, standing.model) if row.action in PUTS_IN_PLACE]
    for row in rows:
        is_named = row.words.get("number") == number if number else row.version in standing.earlier[-1:]
        if is_named and row.version != standing.version:
            return row
    return None


def _continued(standing: Standing, criterion: str, now: datetime) -> Mapping[str, str] | None:
    row = standing.continued.get(criterion)
    until = day_of(row.details.get("until")) if row is not None else None
    if until is None or until < now.date():
        return None
    return {"until": until.isoformat(), "by": row.who.name, "why": row.why}


def _evidence(archive: Archive, standing: Standing, watched: Watched, now: datetime) -> Evidence:
    database, model, version = archive.database, standing.model, standing.version
    needed = Retirement.of(standing.words).min_outcomes
    report = report_for(database, watched, now) if watched.profile else None
    delay = report.figures.outcome_days if report is not None else None
    matured = now - timedelta(days=delay or 0)
    with database.reading() as connection:
        judged = judged_cases(connection, model, version, matured, needed)
        decided = _decided(connection, watched, judged)
        last = last_outcome_at(connection, model)

    def asked_for_long(before: datetime) -> int:
        with database.reading() as connection:
            return asked_before(connection, model, before, needed)

    return Evidence(watched, watched.facts, report, judged, decided, last, asked_for_long, now)


def _decided(connection: Connection, watched: Watched, judged: Sequence[Any]) -> list[str]:
    """The class that each answer came down to, by the threshold that stood behind it."""
    if watched.task != "binary":
        return [row.answer for row in judged]
    limits = thresholds(connection, [row.decision_id for row in judged])
    return [
        row.answer
        if (limit := limits.get(row.decision_id)) is None
        else class_of_two(watched.schema.target, row.probability, limit)
        for row in judged
    ]
