"""Decisions about versions: only ever added to, one at a time for each model, by somebody and for a reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, text

from webapp import clock
from webapp.errors import DecisionRefused
from webapp.records.actors import Actor
from webapp.records.audit import about_model, note
from webapp.records.database import Database
from webapp.records.standing import PUTS_IN_PLACE, DecisionRow, Standing, fold, version_name
from webapp.records.tables import decisions

# What was done, before the name of the version.
DONE = {
    "promote": "promoted",
    "rollback": "rolled back to",
    "retire": "retired",
    "reinstate": "reinstated",
    "challenge": "put into the shadow",
    "unchallenge": "took out of the shadow",
    "request": "asked to promote",
    "decline": "declined to promote",
    "stop": "stopped",
    "fall_back": "fell back to",
    "refer": "referred to a person every answer of",
    "continue": "let go on answering",
}
# Words can be long and only the last row's are in force, so that a fold reads the others without them.
FOLDED = tuple(column for column in decisions.c if column.name not in ("words", "gate_report"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody wants to decide about a version."""

    model: str
    action: str  # one of DONE
    version: str
    who: Actor
    why: str
    words: Mapping[str, Any] = field(default_factory=dict)
    manifest_sha: str = ""
    gate_report: Any = None
    details: Mapping[str, Any] = field(default_factory=dict)


def decide(database: Database, decision: Decision, expected_seq: int) -> DecisionRow:
    """Write the decision down, provided the last one its maker saw (0 for none) still is the last.

    Raises DecisionRefused, saying who decided what and when, to whoever comes second.
    """

    def work(connection: Connection) -> DecisionRow:
        _take_turn(connection)
        standing = standing_of(connection, decision.model)
        _refuse_if_overtaken(standing, expected_seq)
        _refuse_if_pointless(standing, decision)
        return _append(connection, decision, standing)

    return database.run(work)


def rollback(database: Database, model: str, actor: Actor, why: str, expected_seq: int | None = None) -> DecisionRow:
    """Return to the champion before the present one; once more, to the one before that.

    With `expected_seq` two people who press at the same time go back one step, not two.
    """
    with database.reading() as connection:
        standing = _existing(connection, model)
        expected_seq = standing.seq if expected_seq is None else expected_seq
        _refuse_if_overtaken(standing, expected_seq)
        if not standing.earlier:
            raise DecisionRefused(f"There is no earlier champion of {model} to go back to.")
        target = _row_that_made(connection, model, standing.earlier[-1])
    return decide(database, _repeated(target, "rollback", actor, why), expected_seq)


def retire(database: Database, model: str, actor: Actor, why: str, expected_seq: int | None = None) -> DecisionRow:
    """Take the model out of service, whatever its champion."""
    return decide_about_champion(database, model, "retire", (actor, why), expected_seq)


def reinstate(database: Database, model: str, actor: Actor, why: str, expected_seq: int | None = None) -> DecisionRow:
    """Let the champion of a retired or stopped model answer again."""
    return decide_about_champion(database, model, "reinstate", (actor, why), expected_seq)


def decide_about_champion(
    database: Database,
    model: str,
    action: str,
    by: tuple[Actor, str],
    expected_seq: int | None = None,
    **changed: Any,
) -> DecisionRow:
    """A decision about whatever is in charge, in the words with which it was put there, but for what is `changed`."""
    with database.reading() as connection:
        standing = _existing(connection, model)
        row = _row_that_made(connection, model, standing.version)
    decision = replace(_repeated(row, action, *by), **changed)
    return decide(database, decision, standing.seq if expected_seq is None else expected_seq)


def standing_of(connection: Connection, model: str) -> Standing | None:
    return _standings(connection, _folded().where(decisions.c.model == model)).get(model)


def champions(connection: Connection) -> dict[str, Standing]:
    """Where every model stands of which a version was ever promoted."""
    return {model: one for model, one in _standings(connection, _folded()).items() if one.has_champion}


def champion_at(connection: Connection, model: str, at: datetime) -> Standing | None:
    """Where the model stood at that moment."""
    return _standings(connection, _folded().where(decisions.c.model == model, decisions.c.at <= at)).get(model)


def latest_decision_id(connection: Connection) -> int:
    """Grows with every decision; cheap enough to be asked every other second."""
    return connection.execute(select(func.max(decisions.c.id))).scalar() or 0


def history(connection: Connection, model: str) -> list[DecisionRow]:
    """Every decision about the model, the latest first."""
    query = select(decisions).where(decisions.c.model == model).order_by(decisions.c.seq.desc())
    return [_row(row) for row in connection.execute(query).mappings()]


def decision_by_id(connection: Connection, decision_id: int) -> DecisionRow | None:
    """The decision whose words a prediction was shown with."""
    row = connection.execute(select(decisions).where(decisions.c.id == decision_id)).mappings().first()
    return None if row is None else _row(row)


def _take_turn(connection: Connection) -> None:
    """One decision after the other on Postgres, as on SQLite anyway: identifiers must appear in their order."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE decisions IN SHARE ROW EXCLUSIVE MODE"))


def _refuse_if_overtaken(standing: Standing | None, expected_seq: int) -> None:
    if standing is None or standing.seq == expected_seq:
        return
    last = standing.latest
    what = f"{DONE[last.action]} {version_name(last.words, last.version)} of {last.model}"
    raise DecisionRefused(
        f"{last.who.name or 'Somebody'} {what} on {last.at:%Y-%m-%d} at {last.at:%H:%M} UTC. Review and try again."
    )


def _refuse_if_pointless(standing: Standing | None, decision: Decision) -> None:
    if decision.action in ("promote", "request"):
        return
    if standing is None or not standing.has_champion:
        if decision.action != "decline":
            raise DecisionRefused(f"No version of {decision.model} was ever promoted.")
    elif decision.action == "reinstate":
        if standing.answers:
            raise DecisionRefused(f"{decision.model} is in service already.")
    elif standing.is_retired and decision.action in ("rollback", "retire", "stop", "fall_back", "refer"):
        raise DecisionRefused(f"{decision.model} is retired. Reinstate it, or promote another version.")


def _append(connection: Connection, decision: Decision, standing: Standing | None) -> DecisionRow:
    values = {
        "model": decision.model,
        "seq": standing.seq + 1 if standing else 1,
        "action": decision.action,
        "version": decision.version,
        "previous_version": standing.version if standing else "",
        "who": decision.who.to_json(),
        "why": decision.why,
        "gate_report": decision.gate_report,
        "words": dict(decision.words),
        "manifest_sha": decision.manifest_sha,
        "at": clock.now(),
        "details": dict(decision.details),
    }
    [decision_id] = connection.execute(insert(decisions).values(values)).inserted_primary_key
    _note(connection, decision, standing)
    return decision_by_id(connection, decision_id)


def _note(connection: Connection, decision: Decision, standing: Standing | None) -> None:
    """In the transaction of the decision: neither is there without the other."""
    before = {"version": standing.version, "is_retired": standing.is_retired} if standing else None
    after = {"version": decision.version, "is_retired": decision.action == "retire", "why": decision.why}
    after |= {"details": dict(decision.details)} if decision.details else {}
    note(connection, decision.who, decision.action, about_model(decision.model), before, after)


def _existing(connection: Connection, model: str) -> Standing:
    standing = standing_of(connection, model)
    if standing is None or not standing.has_champion:
        raise DecisionRefused(f"No version of {model} was ever promoted.")
    return standing


def _row_that_made(connection: Connection, model: str, version: str) -> DecisionRow:
    """The last decision that put this version in place: its words return with it."""
    return next(row for row in history(connection, model) if row.version == version and row.action in PUTS_IN_PLACE)


def _repeated(row: DecisionRow, action: str, who: Actor, why: str) -> Decision:
    return Decision(
        model=row.model,
        action=action,
        version=row.version,
        who=who,
        why=why,
        words=row.words,
        manifest_sha=row.manifest_sha,
        gate_report=row.gate_report,
    )


def _folded() -> Select:
    return select(*FOLDED).order_by(decisions.c.model, decisions.c.seq)


def _standings(connection: Connection, query: Select) -> dict[str, Standing]:
    by_model = {
        model: fold(_row(row) for row in rows)
        for model, rows in groupby(connection.execute(query).mappings(), key=lambda row: row["model"])
    }
    ids = {row.id for standing in by_model.values() for row in (standing.last, standing.latest)}
    whole = select(decisions).where(decisions.c.id.in_(ids))
    rows = {row["id"]: _row(row) for row in connection.execute(whole).mappings()}
    return {
        model: replace(standing, last=rows[standing.last.id], latest=rows[standing.latest.id])
        for model, standing in by_model.items()
    }


def _row(row: Mapping[str, Any]) -> DecisionRow:
    told = {"words": {}, "gate_report": None, **row}
    return DecisionRow(**told | {"who": Actor.from_json(row["who"]), "details": row["details"] or {}})
