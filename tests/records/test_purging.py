"""What has expired is forgotten; what is in force and what was written down stays."""

import pytest
from sqlalchemy import func, select

from tests.records.files import new_job
from tests.records.people import ROOT, person, trail
from webapp.records import api_requests, attempts, drafts, invitations, sessions, tables
from webapp.records.api_requests import Sent
from webapp.records.database import Database
from webapp.records.job_parts import packed
from webapp.records.job_queue import _claim
from webapp.records.jobs import add_job
from webapp.records.purging import end_everything, purge

PASSING = ("sessions", "drafts", "invitations", "sign_in_attempts", "api_requests", "jobs", "job_parts", "job_claims")


def counts(database):
    with database.reading() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(tables.METADATA.tables[name])).scalar()
            for name in PASSING
        }


def one_of_each(database, user):
    with database.writing() as connection:
        sessions.begin(connection, user.id, "", "")
        drafts.keep(connection, "churn", "v1", {})
        invitations.invite(connection, user.id, ROOT)
        attempts.allow(connection, "address", "192.0.2.1", 5, 60)
        api_requests._claim(connection, Sent.of(ROOT, "a key", "/", b"{}"))
        add_job(connection, new_job(), [packed([])])
        _claim(connection, 30.0, "a worker")


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ({"seconds": 1}, (1, 1, 1, 2, 1, 1, 1, 1)),
        ({"minutes": 31}, (0, 1, 1, 1, 1, 1, 1, 1)),
        ({"minutes": 61}, (0, 1, 0, 1, 1, 1, 1, 1)),
        ({"hours": 25}, (0, 0, 0, 0, 1, 1, 1, 1)),
        ({"hours": 49}, (0, 0, 0, 0, 0, 1, 1, 1)),
        ({"days": 15}, (0, 0, 0, 0, 0, 0, 0, 0)),
    ],
)
def test_each_is_forgotten_once_it_is_over(database, hands, after, left):
    left = dict(zip(PASSING, left, strict=True))
    one_of_each(database, person(database))
    before, written = counts(database), trail(database)
    hands.move(**after)

    with database.writing() as connection:
        gone = purge(connection)

    assert counts(database) == left
    assert gone == {name: before[name] - left[name] for name in PASSING}
    assert trail(database) == written


def test_whoever_signs_in_forgets_for_all_but_once_an_hour(database, hands):
    grace = person(database)
    one_of_each(database, grace)
    hands.move(minutes=59)

    one_of_each(database, grace)
    assert counts(database)["sessions"] == 2
    hands.move(minutes=32)
    one_of_each(database, grace)

    assert counts(database)["sessions"] == 1


def test_after_a_restored_backup_nobody_is_signed_in(database):
    one_of_each(database, person(database))

    with database.writing() as connection:
        end_everything(connection)

    gone = {"sessions": 0, "drafts": 0, "invitations": 0}
    assert counts(database) == gone | {
        "sign_in_attempts": 2,
        "api_requests": 1,
        "jobs": 1,
        "job_parts": 1,
        "job_claims": 1,
    }


def test_what_another_request_is_working_on_is_left_to_the_next_time(postgres_url, hands):
    database = Database(postgres_url)
    one_of_each(database, person(database))
    hands.move(hours=25)

    with database.writing() as other, database.writing() as connection:
        attempts.allow(other, "address", "192.0.2.1", 5, 60)
        gone = purge(connection)

    over = {"sessions": 1, "drafts": 1, "invitations": 1, "sign_in_attempts": 1}
    assert gone == over | {"api_requests": 0, "jobs": 0, "job_parts": 0, "job_claims": 0}
    assert counts(database)["sign_in_attempts"] == 1
    database.dispose()
