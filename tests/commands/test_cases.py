"""cases: what is kept about a case is shown to whoever may see it, and forgotten for whoever has a right to that."""

import json

import pytest

from tests.records.aftermath import churned, tell
from tests.records.files import queued
from webapp.records.audit import Filter, entries
from webapp.records.database import Database
from webapp.records.jobs import every_job, row_key

WHY = ("--why", "Asked for by whom it is about")


@pytest.fixture
def database(terminal):
    terminal.webapp("release")
    database = Database(terminal.place.environment["DATABASE_URL"])
    yield database
    database.dispose()


def names(database):
    with database.reading() as connection:
        return [job.file["name"] for job in every_job(connection)]


def noted(database, action):
    with database.reading() as connection:
        return [(entry.subject, entry.after) for entry in entries(connection, Filter(action=action))]


def test_what_is_kept_is_shown_a_line_each_and_as_json_whole(terminal, database):
    record = churned(database, business_key="C-1")
    tell(database, record, "Yes")
    queued(database, file={"name": "march.csv", "key": 0}, parts=1)

    lines = terminal.webapp("cases", "show", "C-1").out.splitlines()
    assert len(lines) == 1
    assert lines[0].endswith(f"UTC  churn  {record.reference}  by form; 1 outcome")
    [answer] = json.loads(terminal.webapp("cases", "show", "C-1", "--json").out)["answers"]
    assert (answer["business_key"], answer["outcomes"][0]["value"]) == ("C-1", "Yes")
    assert noted(database, "exported") == [("model churn", {"answers": 1, "of": "one case"})] * 2

    [line] = terminal.webapp("cases", "show", "a").out.splitlines()  # the cell of every row of that file
    assert "file march.csv, kept until" in line
    assert terminal.webapp("cases", "show", "C-9").out == "Nothing is kept about C-9\n"


def test_forgetting_needs_a_reason_and_can_be_tried_first(terminal, database):
    churned(database, business_key="C-1")

    said = terminal.webapp("cases", "forget", "C-1")
    assert (said.code, said.err) == (1, "Say why, without naming anybody: --why REASON\n")
    assert terminal.webapp("cases", "forget", "C-1", *WHY, "--dry-run").out == "Would be deleted: 1 answer\n"
    assert "by form" in terminal.webapp("cases", "show", "C-1").out


def test_a_case_is_forgotten_with_the_files_that_name_it(terminal, database, monkeypatch):
    monkeypatch.setattr("webapp.commands.cases.AT_ONCE", 2)
    for _ in range(3):
        tell(database, churned(database, business_key="a"), "Yes")
    other = churned(database, business_key="b")
    queued(database, file={"name": "march.csv", "key": 0}, parts=2)
    queued(database, file={"name": "without numbers.csv", "key": None}, parts=1)

    said = terminal.webapp("cases", "forget", "a", *WHY).out.splitlines()

    assert said[0] == "Deleted: 3 answers, 3 outcomes, 1 file of cases"
    assert said[1:] == [
        "The answers to the other rows of these files stay.",
        "Backups are not touched: delete those that are older than this.",
    ]
    assert names(database) == ["without numbers.csv"]
    assert noted(database, "file_deleted") == [("model churn", {"rows": 20})]
    assert [after["answers"] for _, after in noted(database, "forgotten")] == [1, 2]
    assert terminal.webapp("cases", "show", "a").out == "Nothing is kept about a\n"
    assert other.reference in terminal.webapp("cases", "show", "b").out


def test_one_answer_of_a_file_takes_the_file_with_it(terminal, database):
    job_id = queued(database, parts=1)
    record = churned(database, channel="batch", idempotency_key=row_key(job_id, 2))
    kept = churned(database, channel="batch", idempotency_key=row_key(job_id, 3))

    document = json.loads(terminal.webapp("cases", "forget", record.reference, *WHY, "--json").out)

    assert (document["answers"], document["files"], document["journal_empty"]) == (1, 1, True)
    assert names(database) == []
    assert kept.reference in terminal.webapp("cases", "show", kept.reference).out


def test_another_model_keeps_what_it_knows_of_the_case(terminal, database):
    churned(database, business_key="C-1")
    other = churned(database, business_key="C-1", model="other")

    assert terminal.webapp("cases", "forget", "C-1", "--model", "churn", *WHY).code == 0

    [line] = terminal.webapp("cases", "show", "C-1").out.splitlines()
    assert other.reference in line
