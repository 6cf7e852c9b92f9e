"""What is kept about a case can be handed out, and is gone for good when it is forgotten."""

import pytest
from sqlalchemy import func, select

from tests.records.aftermath import churned, tell
from tests.records.cases import ADA, BEN
from webapp import clock
from webapp.errors import AnswersGone
from webapp.records import engines, forgetting
from webapp.records.audit import Filter, entries
from webapp.records.database import Database
from webapp.records.forgetting import answers_about, empty_journal, forget_answers, kept_about
from webapp.records.overrides import Decided, override
from webapp.records.predictions import PredictionRecord, latest, prediction_by_id
from webapp.records.remarks import NOTE, Said, remark
from webapp.records.shadow_answers import Scored, keep_scores
from webapp.records.shadow_table import shadow_answers
from webapp.records.tables import METADATA, outcomes, overrides, predictions, remarks

CANARY = "Zebrafinch"


def with_everything(database, key: str) -> PredictionRecord:
    """An answer with all that can be added to one; what was typed holds the canary."""
    record = churned(database, business_key=key, row={"note": CANARY}, answers={"note": CANARY})
    tell(database, record, "Yes")
    override(database, Decided(record, "No", f"I know {CANARY}"), BEN, 0)
    remark(database, Said(record, NOTE, f"{CANARY} called", "page"), BEN)
    score = Scored(prediction_id=record.id, asked_at=record.at, probability=0.5)
    database.run(lambda connection: keep_scores(connection, ("churn", "V2", "ab"), [score], clock.now()))
    return record


def forget(database, *ids, why="Asked for by whom it is about"):
    return database.run(lambda connection: forget_answers(connection, ids, ADA, why))


def count(database, table) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def about(database, text, model=""):
    with database.reading() as connection:
        return answers_about(connection, text, model)


def test_what_is_kept_says_all_that_was_added(database):
    record = with_everything(database, "C-1")

    with database.reading() as connection:
        kept = kept_about(connection, record.id)

    assert (kept["business_key"], kept["answers"], kept["who"]["name"]) == ("C-1", {"note": CANARY}, "Ada")
    assert [one["value"] for one in kept["outcomes"]] == ["Yes"]
    assert [(one["value"], one["who"]["name"]) for one in kept["overrides"]] == [("No", "Ben")]
    assert [one["text"] for one in kept["remarks"]] == [f"{CANARY} called"]
    assert [one["probability"] for one in kept["in_the_shadow"]] == [0.5]


def test_an_answer_goes_with_all_that_was_added_and_others_stay(database):
    gone, stays = with_everything(database, "C-1"), with_everything(database, "C-2")

    counts = forget(database, *about(database, " C-1 "))

    assert counts == {"answers": 1, "outcomes": 1, "overrides": 1, "remarks": 1, "in_the_shadow": 1}
    assert [count(database, table) for table in (predictions, outcomes, overrides, remarks, shadow_answers)] == [1] * 5
    with database.reading() as connection:
        assert prediction_by_id(connection, gone.id) is None
        assert prediction_by_id(connection, stays.id) == stays


def test_that_it_was_done_is_written_down_and_not_about_whom(database):
    record = with_everything(database, "C-1")
    forget(database, record.id)

    with database.reading() as connection:
        [entry] = entries(connection, Filter(action="forgotten"))
    assert (entry.who, entry.subject) == (ADA, "model churn")
    assert entry.after == {"answers": 1, "why": "Asked for by whom it is about"}


def test_a_case_is_found_by_its_number_in_one_model_or_all_and_an_answer_by_its_reference(database):
    first, second = churned(database, business_key="C-1"), churned(database, business_key="C-1", model="other")
    alone = churned(database)

    assert about(database, "C-1") == [first.id, second.id]
    assert about(database, "C-1", "other") == [second.id]
    assert about(database, alone.reference.lower()) == [alone.id]
    assert about(database, "") == about(database, "C-3") == []


def test_whoever_adds_to_an_answer_that_is_gone_hears_so(database):
    record = churned(database)
    forget(database, record.id)

    for add in (
        lambda: tell(database, record, "Yes"),
        lambda: override(database, Decided(record, "No", "Because"), BEN, 0),
        lambda: remark(database, Said(record, NOTE, "Called", "page"), BEN),
    ):
        with pytest.raises(AnswersGone, match="deleted meanwhile"):
            add()


def test_everything_older_than_a_moment_goes_some_at_a_time(database, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    for _ in range(5):
        with_everything(database, "C-1")
    moment = clock.now()
    stays = churned(database)

    assert forgetting.forget_older(database, moment, ADA, "Old") == 5
    assert forgetting.forget_older(database, moment, ADA, "Old") == 0
    with database.reading() as connection:
        assert [one.id for one in latest(connection)] == [stays.id]
    assert [count(database, table) for table in (outcomes, overrides, remarks, shadow_answers)] == [0] * 4


def test_no_byte_of_it_stays_in_a_sqlite_file(sqlite_url):
    database = Database(sqlite_url)
    ids = [with_everything(database, "Canary-4711").id for _ in range(3)]
    files = [database.path, database.path.with_name(database.path.name + "-wal")]
    empty_journal(database)
    assert CANARY.encode() in files[0].read_bytes()

    forget(database, *ids)

    assert empty_journal(database)
    for path in files:
        content = path.read_bytes()
        assert CANARY.encode() not in content
        assert b"Canary-4711" not in content
    database.dispose()


def test_a_journal_that_somebody_reads_is_said_not_to_be_empty(sqlite_url, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 50)  # else that reader is waited for
    database = Database(sqlite_url)
    record = churned(database)
    with database.reading() as connection:
        connection.execute(select(predictions.c.id)).all()
        forget(database, record.id)
        assert not empty_journal(database)
    assert empty_journal(database)
    database.dispose()


def test_every_table_that_names_an_answer_is_thought_of():
    naming = {table.name for table in METADATA.sorted_tables if "prediction_id" in table.columns}

    assert naming == {"outcomes", "overrides", "remarks", "shadow_answers"}
