"""Every decision about versions, at a terminal."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from webapp.commands.answer import Answer
from webapp.commands.change_report import change_lines, changes_at_promotion
from webapp.commands.promotion import Workplace, last_seq, promotion_of
from webapp.commands.replay_report import replay_at_promotion, replay_document, replay_lines
from webapp.errors import DecisionRefused
from webapp.lifecycle.plan import Question, gaps
from webapp.lifecycle.promotion import promote_or_ask
from webapp.model_package.format import ModelPackage
from webapp.model_store import StoredVersion
from webapp.records.actors import command_actor
from webapp.records.decisions import Decision, decide, reinstate, retire, rollback, standing_of
from webapp.records.migrate import migrate
from webapp.records.standing import DecisionRow, version_name
from webapp.wording.numbers import counted


def promote_version(place: Workplace, given: argparse.Namespace) -> Answer:
    """It needs a reason, and where a gate refused and others are about, somebody else who agrees."""
    stored, why = place.find(given.model, given.version), given.why.strip()
    refused = [gate["name"] for gate in place.facts(stored)["gates"] if gate["verdict"] == "refuse"]
    if not why:
        named = f"{', '.join(refused)} refused this version. " if refused else ""
        raise DecisionRefused(f"{named}Say why it should answer: --why REASON")
    _migrate_own_file(place)
    seq = last_seq(place, stored.model)  # what is decided while answers are asked again comes first
    changes, replay = changes_at_promotion(place, stored), replay_at_promotion(place, stored)
    wanted = promotion_of(place, stored, command_actor(), why)
    row = promote_or_ask(place.database, wanted, seq, place.config.is_one_persons)
    answer = _decided(row, "answers now") if row.action == "promote" else _asked_for(row)
    missing = gaps(wanted.words.get("plan"))
    found = {"changes": changes, "replay": replay_document(replay), "plan_gaps": [one.question for one in missing]}
    return replace(
        answer,
        lines=(*answer.lines, *replay_lines(replay), *change_lines(changes), *gap_lines(missing, stored.model)),
        document=answer.document | found,
    )


def gap_lines(missing: Sequence[Question], model: str) -> list[str]:
    """Questions of the plan that nobody has answered, as the page of the promotion has them."""
    if not missing:
        return []
    beginning = f"The plan of {model} leaves {counted(len(missing), 'question', 'questions')} open:"
    return [beginning, *(f"  {one.question}" for one in missing)]


def challenge(place: Workplace, given: argparse.Namespace) -> Answer:
    """The version scores whatever is asked, in the shadow of the one that answers; --end takes it out again."""
    if not given.why.strip():
        raise DecisionRefused("Say why: --why REASON")
    with place.database.reading() as connection:
        standing = standing_of(connection, given.model)
    if given.end and (standing is None or standing.challenger is None):
        raise DecisionRefused(f"No version of {given.model} scores in the shadow.")
    stored = place.find(given.model, standing.challenger.version if given.end else given.version)
    if standing is not None and standing.version == stored.version:
        raise DecisionRefused(f"Version {stored.number} of {given.model} is the one that answers.")
    decision = Decision(
        model=stored.model,
        action="unchallenge" if given.end else "challenge",
        version=stored.version,
        who=command_actor(),
        why=given.why.strip(),
        words={"number": stored.number},
        manifest_sha="" if given.end else _opened(place, stored).manifest_sha,
    )
    row = decide(place.database, decision, standing.seq if standing else 0)
    return _decided(row, "is out of the shadow" if given.end else "scores in the shadow now")


def decline(place: Workplace, given: argparse.Namespace) -> Answer:
    """What somebody asked for is not done."""
    with place.database.reading() as connection:
        standing = standing_of(connection, given.model)
    if standing is None or standing.request is None:
        raise DecisionRefused(f"Nobody asked for the promotion of a version of {given.model}.")
    if not given.why.strip():
        raise DecisionRefused("Whoever asked for it will read why not: --why REASON")
    asked = standing.request
    decision = Decision(
        model=asked.model,
        action="decline",
        version=asked.version,
        who=command_actor(),
        why=given.why.strip(),
        words={"number": asked.words.get("number")},
    )
    return _decided(decide(place.database, decision, standing.seq), "stays as it is")


def _opened(place: Workplace, stored: StoredVersion) -> ModelPackage:
    return place.store.load(stored.model, stored.version, place.trusted_keys, place.config.trusted_modules)


def roll_back(place: Workplace, given: argparse.Namespace) -> Answer:
    """Needs neither training nor the present champion's file."""
    return _decided(rollback(place.database, given.model, command_actor(), given.why.strip()), "answers again")


def retire_model(place: Workplace, given: argparse.Namespace) -> Answer:
    """Its pages stay and say why; nothing is deleted."""
    _need_a_reason(given)
    return _decided(retire(place.database, given.model, command_actor(), given.why.strip()), "is out of use now")


def reinstate_model(place: Workplace, given: argparse.Namespace) -> Answer:
    return _decided(reinstate(place.database, given.model, command_actor(), given.why.strip()), "answers again")


def _asked_for(row: DecisionRow) -> Answer:
    name = version_name(row.words, row.version)
    line = (
        f"A gate refused {name} of {row.model}, so a second person has to agree. You asked for it; another "
        "approver confirms it on the page of its versions, or by the same command."
    )
    return Answer((line,), _document(row))


def _need_a_reason(given: argparse.Namespace) -> None:
    if not given.why.strip():
        raise DecisionRefused("People who wanted to use this model will read why it is gone: --why REASON")


def _migrate_own_file(place: Workplace) -> None:
    if place.database.is_sqlite:
        migrate(place.database)


def _decided(row: DecisionRow, done: str) -> Answer:
    name = version_name(row.words, row.version)
    line = f"{name[0].upper()}{name[1:]} of {row.model} {done}. Every service follows within seconds."
    return Answer((line,), _document(row))


def _document(row: DecisionRow) -> dict[str, Any]:
    return {"model": row.model, "version": row.version, "action": row.action, "seq": row.seq}
