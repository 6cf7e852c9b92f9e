"""models, show, history, verify: what is there, read only."""

import argparse
from datetime import UTC, datetime
from typing import Any

from webapp import clock
from webapp.commands.answer import Answer
from webapp.commands.promotion import Workplace
from webapp.commands.replay_report import asked_again, replay_document, replay_lines
from webapp.errors import DecisionRefused, ModelStoreError, RecordsUnavailable
from webapp.evidence.as_text import section_lines
from webapp.evidence.version import summary, version_sections
from webapp.records import decisions
from webapp.records.answer_list import Wanted
from webapp.records.standing import DecisionRow, Standing, version_name


def models(place: Workplace, given: argparse.Namespace) -> Answer:
    """Every model of the store with its versions."""
    standings, problem = _standings(place)
    document = {model: _model(place, model, standings.get(model)) for model in place.store.models()}
    lines = [f"Which versions answer is not known: {problem}"] if problem and document else []
    for model, facts in document.items():
        lines.append(model if problem else f"{model}: {_standing_text(standings.get(model))}")
        lines += [f"  version {version['number']}  {version['version']}" for version in facts["versions"]]
    return Answer(tuple(lines) or (f"The store {place.store.root} is empty",), document)


def show(place: Workplace, given: argparse.Namespace) -> Answer:
    """What the page of the version says, or its model card; the metadata for programs."""
    stored = place.find(given.model, given.version)
    facts = place.facts(stored)
    if given.card:
        card = place.store.card(stored.model, stored.version, place.trusted_keys)
        return Answer((card.rstrip(),), {"model": stored.model, "version": stored.version, "card": card})
    title = f"{stored.model} version {stored.number}, {stored.version}"
    lines = (title, summary(facts), *section_lines(version_sections(facts)))
    return Answer(lines, facts)


def history(place: Workplace, given: argparse.Namespace) -> Answer:
    """The latest decision first, or which version answered at a moment."""
    if given.at:
        return _at(place, given.model, given.at, given.through)
    with place.database.reading() as session:
        rows = decisions.history(session, given.model)
    document = [_decision(row) for row in rows]
    lines = tuple(_decision_line(row) for row in rows)
    return Answer(lines or (f"No decision about {given.model} was ever made",), document)


def _at(place: Workplace, model: str, text: str, through: str) -> Answer:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise DecisionRefused(f"{text!r} is not a moment such as 2026-03-01T12:00, which is read as UTC") from problem
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    with place.database.reading() as session:
        standing = decisions.champion_at(session, model, moment)
    answered = standing is not None and standing.answers
    name = version_name(standing.words, standing.version) if answered else "no version"
    document = {"at": moment.isoformat(), "version": standing.version if answered else None}
    when = f"{moment:%Y-%m-%d %H:%M %Z}"
    line = f"On {when} {name} of {model} answered"
    if moment > clock.now():
        line = f"{when} is still to come; {name} of {model} answers now"
    if not answered:
        return Answer((line,), document)
    said = _todays(place, standing, moment, through)
    return Answer((line, *said.lines), document | said.document)


def _todays(place: Workplace, then: Standing, moment: datetime, through: str) -> Answer:
    """What the version of today, or the one named, says to the last answers until then."""
    with place.database.reading() as session:
        now = decisions.standing_of(session, then.model)
    stored = place.find(then.model, through or now.version)
    words = now.words if stored.version == now.version else place.facts(stored)["words"]
    try:
        replay = asked_again(place, stored, words, Wanted(model=then.model, version=then.version, until=moment))
    except ModelStoreError as problem:
        return Answer((f"What version {stored.number} would say is not known: {problem}",), {"through": stored.version})
    lines = [f"Through version {stored.number}: {line}" for line in replay_lines(replay)]
    document = {"through": stored.version, "replay": replay_document(replay)}
    return Answer(tuple(lines) or ("Nothing was answered by it until then",), document)


def verify(place: Workplace, given: argparse.Namespace) -> Answer:
    """Nothing is unpickled; exit code 1 when a version cannot be loaded here."""
    checked = place.store.verify_all(place.trusted_keys)
    lines = tuple(
        f"{'BAD' if problem else 'ok'}  {stored.model} version {stored.number}  {stored.version}  {problem}".rstrip()
        for stored, problem in checked
    )
    document = [{"model": s.model, "version": s.version, "number": s.number, "problem": p} for s, p in checked]
    return Answer(lines or ("The store is empty",), document, int(any(problem for _, problem in checked)))


def _standings(place: Workplace) -> tuple[dict[str, Standing], str]:
    """Standings by model, and what keeps them from being known."""
    try:
        with place.database.reading() as session:
            return decisions.champions(session), ""
    except RecordsUnavailable as problem:
        return {}, str(problem)


def _model(place: Workplace, model: str, standing: Standing | None) -> dict[str, Any]:
    versions = [{"number": stored.number, "version": stored.version} for stored in place.store.versions(model)]
    return {
        "champion": standing.version if standing else None,
        "retired": standing.is_retired if standing else False,
        "versions": versions,
    }


def _standing_text(standing: Standing | None) -> str:
    if standing is None:
        return "no champion"
    name = version_name(standing.words, standing.version)
    return f"retired, was {name}" if standing.is_retired else f"{name} answers"


def _decision(row: DecisionRow) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "action": row.action,
        "version": row.version,
        "previous_version": row.previous_version,
        "who": row.who.to_json(),
        "why": row.why,
        "at": row.at.isoformat(),
        **({"details": dict(row.details)} if row.details else {}),
    }


def _decision_line(row: DecisionRow) -> str:
    why = f": {row.why}" if row.why else ""
    return f"{row.at:%Y-%m-%d %H:%M} UTC  {row.action}  {version_name(row.words, row.version)}  {row.who.name}{why}"
