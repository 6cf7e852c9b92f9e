"""Files of cases that name a case, so that nothing about it stays in them when it is to be forgotten."""

from collections.abc import Sequence

from webapp.parsing.texts import normal
from webapp.records.database import Database
from webapp.records.forgetting import files_answered
from webapp.records.job_parts import ROWS, every_part
from webapp.records.jobs import Job, every_job
from webapp.wording.spreadsheets import own_text


def files_naming(database: Database, text: str, model: str, answers: Sequence[str]) -> list[Job]:
    """
    Those that are still kept and have a row under that number of a case, or the row of one of these answers; of a
    model alone where it is not blank.
    """
    key = normal(text)
    with database.reading() as connection:
        kept, answered = every_job(connection), files_answered(connection, answers)
    wanted = [job for job in kept if model in ("", job.model)]
    return [job for job in wanted if job.id in answered or _names(database, job, key)]


def _names(database: Database, job: Job, key: str) -> bool:
    column = job.file.get("key")
    return column is not None and any(
        normal(own_text(cells[column])) == key
        for _, rows in every_part(database, job.id, ROWS)
        for _, cells, _ in rows
        if column < len(cells)
    )
