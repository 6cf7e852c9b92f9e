"""One file of cases as its page shows it: how it was read, what is wrong, how far it is, what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.batch.columns import beside_text
from webapp.batch.rows import understood
from webapp.batch.summary import Summary, summary_of
from webapp.batch.upload import read_as
from webapp.records.jobs import ANSWERING, CHECKED, CHECKING, DONE, FAILED, STOPPED, Job
from webapp.schema import Feature, Schema, Value
from webapp.wording.dates import date_text, day_text, zone_of
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import shown

SHOWN_PROBLEMS = 20
SHOWN_ROWS = 5
MINUTE = 60
STATES = {
    CHECKING: ("calm", "Being checked"),
    CHECKED: ("care", "Waits for you"),
    ANSWERING: ("calm", "Being answered"),
    DONE: ("good", "Answered"),
    STOPPED: ("off", "Stopped"),
    FAILED: ("bad", "Failed"),
}


@dataclass(frozen=True, slots=True)
class FileLine:
    """One earlier file in the list."""

    name: str
    url: str
    rows: str
    sent: str
    who: str
    state: tuple[str, str]


@dataclass(frozen=True, slots=True)
class FilePage:
    """`steps` has the state of each of the five steps: "done", "now" or ""."""

    name: str
    about: str
    beside: str
    deleted_on: str
    state: str
    steps: Mapping[str, str]
    refreshes: bool
    nobody_there: bool
    problem: str
    notice: str
    rows_text: str
    good_text: str
    good_rows: int
    go_on_text: str
    wrong_rows: str
    problems: Sequence[Sequence[str]]
    more_problems: str
    first_heads: Sequence[str]
    first_rows: Sequence[Sequence[str]]
    gone: int
    of: int
    gone_text: str
    left_text: str
    summary: Summary | None
    urls: Mapping[str, str]


def file_lines(files: Sequence[Job], timezone: str) -> list[FileLine]:
    return [
        FileLine(
            name=shown(job.file["name"]) or "A file without a name",
            url=url_for("batches.show", job_id=job.id),
            rows=count_text(job.row_count),
            sent=date_text(job.made_at, timezone),
            who=shown(job.who.name),
            state=STATES[job.state],
        )
        for job in files
    ]


@dataclass(frozen=True, slots=True)
class Hands:
    """Whether anybody is at work on files, and how many parts of this one are worked on at this moment."""

    is_anybody_there: bool
    parts_under_way: int


def file_page(
    job: Job, words: Mapping[str, Any], problems: Sequence[Sequence[Any]], first: Sequence, hands: Hands
) -> FilePage:
    """`problems` are the first ones, `first` the rows of the first part."""
    good = job.row_count - job.wrong_rows
    is_waiting = job.state in (CHECKING, ANSWERING)
    heads, rows = _as_understood(job, words["schema"], first)
    of = job.row_count
    return FilePage(
        name=shown(job.file["name"]) or "A file without a name",
        about=f"{_size(job.file['bytes'])}, read as {read_as(job.file)}",
        beside=beside_text(job.file),
        deleted_on=day_text(job.expires_at.astimezone(zone_of(words.get("timezone") or "UTC"))),
        state=job.state,
        steps=_steps(job),
        refreshes=is_waiting,
        nobody_there=is_waiting and not hands.is_anybody_there,
        problem=job.problem,
        notice=shown(words.get("notice") or ""),
        rows_text=counted(job.row_count, "row", "rows"),
        good_text=count_text(good),
        good_rows=good,
        go_on_text=_go_on(good, job.wrong_rows),
        wrong_rows=count_text(job.wrong_rows) if job.wrong_rows else "",
        problems=[(count_text(row), shown(column), shown(found), what) for row, column, found, what in problems],
        more_problems=_more(job, problems),
        first_heads=heads,
        first_rows=rows,
        gone=job.rows_done,
        of=of,
        gone_text=f"{count_text(job.rows_done)} of {counted(of, 'row', 'rows')}",
        left_text=_left(job, hands.parts_under_way),
        summary=summary_of(job, words) if job.answered_rows else None,
        urls={name: url_for(f"batches.{name}", job_id=job.id) for name in ADDRESSES},
    )


ADDRESSES = ("show", "go_on", "stop", "again", "delete", "results", "rejected")


def _steps(job: Job) -> dict[str, str]:
    check = "now" if job.state in (CHECKING, CHECKED) or job.began_at is None else "done"
    wait = "done" if job.state == DONE else "" if check == "now" else "now"
    return {"check": check, "wait": wait, "read": "now" if job.state == DONE else ""}


def _as_understood(job: Job, schema: Schema, first: Sequence) -> tuple[list[str], list[list[str]]]:
    """
    The first good rows in the words of the form, so that a wrong date order or decimal sign shows: a column for each
    of them and a line for each question, however many there are.
    """
    if job.state not in (CHECKED, CHECKING):
        return [], []
    part = understood(first[: SHOWN_ROWS * 4], job.file, schema)
    numbers = [part.rows[place][0] for place in part.good[:SHOWN_ROWS]]
    if not numbers:
        return [], []
    of_question = zip(schema.features, part.values[:SHOWN_ROWS].T.tolist(), strict=True)
    lines = [[shown(one.label), *(_shown_value(one, value) for value in values)] for one, values in of_question]
    return ["Question", *(f"Row {count_text(number)}" for number in numbers)], lines


def _shown_value(feature: Feature, value: Value) -> str:
    return shown(feature.value_text(value))


def _more(job: Job, problems: Sequence[Sequence[Any]]) -> str:
    """'The first 20 of 140 rows with problems' where not all are shown."""
    rows = len({problem[0] for problem in problems})
    return f"The first {count_text(rows)} of {count_text(job.wrong_rows)} rows" if rows < job.wrong_rows else ""


def _go_on(good: int, wrong: int) -> str:
    """What the button says: 'Predict all 3,000 rows', 'Predict the 27 good rows'."""
    if good == 1:
        return f"Predict the {'good row' if wrong else 'row'}"
    return f"Predict the {count_text(good)} good rows" if wrong else f"Predict all {count_text(good)} rows"


def _left(job: Job, at_once: int) -> str:
    """'about 20 seconds left'; blank where nothing is known yet."""
    seconds = job.tally.get("seconds", 0.0)
    if job.state != ANSWERING or not seconds or not job.rows_done:
        return ""
    left = seconds / job.rows_done * (job.row_count - job.rows_done) / max(at_once, 1)
    if left < MINUTE:
        return f"about {counted(max(round(left), 1), 'second', 'seconds')} left"
    return f"about {counted(round(left / MINUTE), 'minute', 'minutes')} left"


def _size(size: int) -> str:
    """'184 kB', '2.4 MB'"""
    return f"{max(round(size / 1000), 1)} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
