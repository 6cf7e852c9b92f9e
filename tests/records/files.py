"""Files of cases in the queue; each test states only what differs."""

from tests.records.cases import ADA
from webapp.records.job_parts import packed
from webapp.records.job_queue import Claim, finish_part, hold
from webapp.records.jobs import NewJob, add_job

IN_A_PART = 10


def new_job(**overrides) -> NewJob:
    fields = {"model": "churn", "owner_id": "ada", "who": ADA, "file": {"name": "customers.csv"}, "row_count": 30}
    fields |= {"decision_id": None}
    return NewJob(**fields | overrides)


def queued(database, parts: int = 3, **overrides) -> str:
    """The identifier of a file that waits to be checked."""
    content = [packed([[2 + IN_A_PART * number, ["a"], ""]]) for number in range(parts)]
    new = new_job(**{"row_count": IN_A_PART * parts} | overrides)
    return database.run(lambda connection: add_job(connection, new, content))


def finished(database, held: Claim, after: str = "", **changes) -> None:
    """The part is done; `after` is the state that the file goes on in once all of them are."""

    def become(job):
        rows_done = job.rows_done + IN_A_PART
        return {"rows_done": rows_done} | changes | ({"state": after} if after and rows_done == job.row_count else {})

    def work(connection):
        hold(connection, held)
        finish_part(connection, held, become)

    database.run(work)
