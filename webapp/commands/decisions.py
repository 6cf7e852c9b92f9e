"""promote and rollback at a terminal."""

import argparse
from dataclasses import replace

from webapp.commands.answer import Answer
from webapp.commands.change_report import change_lines, changes_at_promotion
from webapp.commands.promotion import Workplace, promote
from webapp.errors import DecisionRefused
from webapp.records.actors import command_actor
from webapp.records.decisions import reinstate, retire, rollback
from webapp.records.migrate import migrate
from webapp.records.standing import DecisionRow, version_name


def promote_version(place: Workplace, given: argparse.Namespace) -> Answer:
    """A version that a gate refused needs a reason in words."""
    stored = place.find(given.model, given.version)
    refused = [gate["name"] for gate in place.facts(stored)["gates"] if gate["verdict"] == "refuse"]
    if refused and not given.why.strip():
        raise DecisionRefused(f"{', '.join(refused)} refused this version. Say why it should answer: --why REASON")
    _migrate_own_file(place)
    changes = changes_at_promotion(place, stored)
    answer = _decided(promote(place, stored, command_actor(), given.why.strip()), "answers now")
    return replace(
        answer, lines=(*answer.lines, *change_lines(changes)), document=answer.document | {"changes": changes}
    )


def roll_back(place: Workplace, given: argparse.Namespace) -> Answer:
    """Needs neither training nor the present champion's file."""
    return _decided(rollback(place.database, given.model, command_actor(), given.why.strip()), "answers again")


def retire_model(place: Workplace, given: argparse.Namespace) -> Answer:
    """Its pages stay and say why; nothing is deleted."""
    _need_a_reason(given)
    return _decided(retire(place.database, given.model, command_actor(), given.why.strip()), "is out of use now")


def reinstate_model(place: Workplace, given: argparse.Namespace) -> Answer:
    return _decided(reinstate(place.database, given.model, command_actor(), given.why.strip()), "answers again")


def _need_a_reason(given: argparse.Namespace) -> None:
    if not given.why.strip():
        raise DecisionRefused("People who wanted to use this model will read why it is gone: --why REASON")


def _migrate_own_file(place: Workplace) -> None:
    if place.database.is_sqlite:
        migrate(place.database)


def _decided(row: DecisionRow, done: str) -> Answer:
    name = version_name(row.words, row.version)
    line = f"{name[0].upper()}{name[1:]} of {row.model} {done}. Every service follows within seconds."
    return Answer((line,), {"model": row.model, "version": row.version, "action": row.action, "seq": row.seq})
