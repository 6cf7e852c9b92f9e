"""retirement check, retirement continue: the criteria of models, at a terminal and for the worker."""

import argparse
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from webapp import clock
from webapp.chores import Workshop
from webapp.commands.answer import Answer
from webapp.commands.command import Command
from webapp.commands.promotion import Workplace
from webapp.errors import DecisionRefused
from webapp.lifecycle.criteria import Retirement, Verdict, day_of
from webapp.lifecycle.retiring import Archive, Checked, check_all
from webapp.monitoring.keeping import keep_counts
from webapp.monitoring.watchers import watched_versions
from webapp.records.actors import command_actor
from webapp.records.database import Database
from webapp.records.decisions import decide_about_champion, standing_of

MODEL = ("model", {"help": "name of the model, such as churn"})
MODELS = ("models", {"nargs": "*", "metavar": "MODEL", "help": "these models; all without one"})
MOST_DAYS, EVERY_S = 366, 300


def retire_when_due(shop: Workshop) -> None:
    """What the worker does every few minutes."""
    check_all(Archive(shop.database, shop.store, lambda: shop.follower.trusted_keys), shop.now)


def retiring_lines(place: Workplace, models: Sequence[str]) -> tuple[str, ...]:
    """Do what criteria say, and tell what they found; for whoever has brought the counts up to date."""
    checked = check_all(place.archive, clock.now(), models)
    return tuple(line for model, found in checked.items() for line in _lines(model, found))


def check(place: Workplace, given: argparse.Namespace) -> Answer:
    """Exit code 1 where a criterion acts or warns."""
    archive, now = place.archive, clock.now()
    keep_counts(place.database, watched_versions(place.database, place.store, archive.read_keys), now, given.models)
    checked = check_all(archive, now, given.models)
    lines = [line for model, found in checked.items() for line in _lines(model, found)]
    document = {model: _document(found) for model, found in checked.items()}
    holds = any(one.holds and not one.continued for found in checked.values() for one in found.verdicts)
    return Answer(tuple(lines) or ("No model has criteria of retirement in its spec",), document, int(holds))


def let_go_on(place: Workplace, given: argparse.Namespace) -> Answer:
    """A criterion is passed over until the end of a day."""
    day, why, today = day_of(given.until), given.why.strip(), clock.now().date()
    if day is None or not today <= day <= today + timedelta(days=MOST_DAYS):
        raise DecisionRefused("Say until which day within a year: --until 2026-12-31")
    if not why:
        raise DecisionRefused("Say why it may go on: --why REASON")
    known = [one.name for one in _retirement(place.database, given.model).criteria]
    if given.criterion not in known:
        raise DecisionRefused(f"{given.model} has no such criterion. It has: {', '.join(known) or 'none'}")
    details = {"criterion": given.criterion, "until": day.isoformat()}
    row = decide_about_champion(place.database, given.model, "continue", (command_actor(), why), details=details)
    line = f"{given.criterion} of {row.model} is passed over until {day}. Every service follows within seconds."
    others = check_all(place.archive, clock.now(), (row.model,))  # another criterion may hold as well
    lines = [said for found in others.values() if found.decision for said in _lines(row.model, found)]
    return Answer((line, *lines), {"model": row.model, "action": row.action, "seq": row.seq, **details})


def _retirement(database: Database, model: str) -> Retirement:
    with database.reading() as connection:
        standing = standing_of(connection, model)
    return Retirement.of(standing.words if standing is not None and standing.has_champion else {})


def _lines(model: str, checked: Checked) -> list[str]:
    lines = [f"{_mark(one)} {model}: {one.criterion.question} {one.sentence}" for one in checked.verdicts]
    if checked.decision is not None:
        lines.append(
            f"     {model}: {checked.decision.action.replace('_', ' ')}. Every service follows within seconds."
        )
    return lines


def _mark(verdict: Verdict) -> str:
    if verdict.continued:
        return "pass"
    return "ACT " if verdict.acts else "warn" if verdict.holds else "wait" if verdict.waits else "ok  "


def _document(checked: Checked) -> dict[str, Any]:
    return {
        "decision": checked.decision.action if checked.decision is not None else None,
        "criteria": [
            {
                "name": one.criterion.name,
                "action": one.criterion.action,
                "holds": one.holds,
                "acts": one.acts,
                "sentence": one.sentence,
                "continued": dict(one.continued) if one.continued else None,
            }
            for one in checked.verdicts
        ],
    }


PARTS = {
    "check": Command(
        "judge models by their criteria and do what these say; exit code 1 where one holds", check, (MODELS,)
    ),
    "continue": Command(
        "let a model go on although a criterion holds",
        let_go_on,
        (
            MODEL,
            ("criterion", {"help": "such as metric, drift or expires"}),
            ("--until", {"default": "", "metavar": "DAY", "help": "the last day, such as 2026-12-31"}),
            ("--why", {"default": "", "metavar": "REASON", "help": "kept with the decision for ever"}),
        ),
    ),
}
