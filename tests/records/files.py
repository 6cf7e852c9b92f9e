"""Files of cases in the queue; each test states only what differs."""

from tests.records.cases import ADA
from webapp.records.job_parts import packed
from webapp.records.jobs import NewJob, add_job


def new_job(**overrides) -> NewJob:
    fields = {"model": "churn", "owner_id": "ada", "who": ADA, "file": {"name": "customers.csv"}, "row_count": 5000}
    fields |= {"decision_id": None}
    return NewJob(**fields | overrides)


def queued(database, parts: int = 3, **overrides) -> str:
    """The identifier of a file that waits to be checked."""
    content = [packed([f"part {number}"]) for number in range(parts)]
    return database.run(lambda connection: add_job(connection, new_job(**overrides), content))
