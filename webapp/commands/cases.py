"""cases: everything that is kept about one case, for whoever has a right to see it, or to have it forgotten."""

import argparse
from collections import Counter
from typing import Any

from sqlalchemy import Connection

from webapp.batch.naming import files_naming
from webapp.commands.accounts import prepare
from webapp.commands.answer import Answer
from webapp.commands.command import Command
from webapp.commands.promotion import Workplace
from webapp.errors import DecisionRefused
from webapp.records.actors import command_actor
from webapp.records.audit import about_model, note
from webapp.records.forgetting import (
    AT_ONCE,
    BELONGS,
    answers_about,
    empty_journal,
    forget_answers,
    forget_drafts,
    kept_about,
)
from webapp.records.jobs import Job, delete_job
from webapp.wording.numbers import counted

NOTHING = "Nothing is kept about {key}"
JOURNAL = "Somebody reads the database at this moment, so its journal may still hold parts of it. Run this again later."
BACKUPS = "Backups are not touched: delete those that are older than this."
COUNTED = {
    "answers": ("answer", "answers"),
    "outcomes": ("outcome", "outcomes"),
    "overrides": ("other decision", "other decisions"),
    "remarks": ("note or feedback", "notes and feedback"),
    "in_the_shadow": ("answer in the shadow", "answers in the shadow"),
    "drafts": ("form that was not answered", "forms that were not answered"),
    "files": ("file of cases", "files of cases"),
}


def show(place: Workplace, given: argparse.Namespace) -> Answer:
    """A line for each answer; as JSON everything. It is written down that somebody looked, not at whom."""
    prepare(place)
    with place.database.reading() as connection:
        ids = answers_about(connection, given.key, given.model)
        kept = [kept_about(connection, one) for one in ids]
    files = files_naming(place.database, given.key, given.model, ids)
    if kept:
        place.database.run(lambda connection: _note_looked_at(connection, kept))
    document = {"answers": kept, "files": [_file(job) for job in files]}
    lines = [*map(_line, kept), *map(_file_line, files)]
    return Answer(tuple(lines) or (NOTHING.format(key=given.key),), document)


def forget(place: Workplace, given: argparse.Namespace) -> Answer:
    """For good; of what was forgotten only how much it was, of which model, and why, is written down."""
    why = given.why.strip()
    if not why:
        raise DecisionRefused("Say why, without naming anybody: --why REASON")
    prepare(place)
    with place.database.reading() as connection:
        ids = answers_about(connection, given.key, given.model)
        kept = [kept_about(connection, one) for one in ids] if given.dry_run else []
    files = files_naming(place.database, given.key, given.model, ids)
    if given.dry_run:
        counts = Counter(answers=len(ids), files=len(files))
        counts.update({name: sum(len(one[name]) for one in kept) for name in BELONGS})
        return _told(given, counts, "Would be deleted")
    counts = Counter(files=len(files))
    for job in files:
        place.database.run(lambda connection, job=job: _forget_file(connection, job))
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        counts += place.database.run(
            lambda connection, some=some: forget_answers(connection, some, command_actor(), why)
        )
    counts["drafts"] = place.database.run(lambda connection: forget_drafts(connection, given.key, given.model))
    is_gone = empty_journal(place.database)
    told = _told(given, counts, "Deleted")
    return Answer((*told.lines, *([] if is_gone else [JOURNAL]), BACKUPS), {**told.document, "journal_empty": is_gone})


def _note_looked_at(connection: Connection, kept: list[dict[str, Any]]) -> None:
    for model, answers in sorted(Counter(one["model"] for one in kept).items()):
        note(connection, command_actor(), "exported", about_model(model), after={"answers": answers, "of": "one case"})


def _forget_file(connection: Connection, job: Job) -> None:
    delete_job(connection, job.id)
    note(connection, command_actor(), "file_deleted", about_model(job.model), after={"rows": job.row_count})


def _told(given: argparse.Namespace, counts: Counter[str], what: str) -> Answer:
    parts = [counted(counts[name], *words) for name, words in COUNTED.items() if counts[name]]
    lines = [f"{what}: {', '.join(parts)}"] if parts else [NOTHING.format(key=given.key)]
    if counts["files"]:
        lines.append("The answers to the other rows of these files stay.")
    return Answer(tuple(lines), {name: counts[name] for name in COUNTED})


def _line(kept: dict[str, Any]) -> str:
    later = [counted(len(kept[name]), *COUNTED[name]) for name in BELONGS if kept[name]]
    beside = f"; {', '.join(later)}" if later else ""
    return (
        f"{kept['at'][:16].replace('T', ' ')} UTC  {kept['model']}  {kept['reference']}  by {kept['channel']}{beside}"
    )


def _file(job: Job) -> dict[str, Any]:
    made, until = (moment.isoformat(timespec="seconds") for moment in (job.made_at, job.expires_at))
    return {"model": job.model, "name": job.file["name"], "sent_at": made, "kept_until": until}


def _file_line(job: Job) -> str:
    return (
        f"{job.made_at:%Y-%m-%d %H:%M} UTC  {job.model}  file {job.file['name']}, kept until {job.expires_at:%Y-%m-%d}"
    )


KEY = ("key", {"help": "the number of the case, as it was given when asking, or the reference of one answer"})
MODEL = ("--model", {"default": "", "metavar": "MODEL", "help": "answers of this model alone"})
PARTS = {
    "show": Command("everything that is kept about a case; --json says all of it", show, (KEY, MODEL)),
    "forget": Command(
        "delete everything that is kept about a case, for good",
        forget,
        (
            KEY,
            MODEL,
            ("--why", {"default": "", "metavar": "REASON", "help": "kept for ever, so name nobody in it"}),
            ("--dry-run", {"action": "store_true", "help": "say what would be deleted and delete nothing"}),
        ),
    ),
}
