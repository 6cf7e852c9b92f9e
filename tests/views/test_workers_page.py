"""Administrators see who works on files; nobody's file is named there."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.records.files import queued
from tests.views.people import somebody
from webapp.records.database_time import database_time
from webapp.records.job_queue import claim
from webapp.records.tables import workers
from webapp.records.workers import Worker, say_alive

PAGE = "/admin/workers"


@pytest.fixture
def browser(service):
    return somebody(service, "administrator")


def test_with_nobody_there_the_page_says_what_to_start(browser):
    text = browser.get(PAGE).text

    assert "Nobody is at work on files at the moment" in text
    assert "Start: python -m webapp worker" in text
    assert "No file waits." in text


def test_who_is_alive_who_is_lost_and_what_they_work_on(service, browser):
    database = service.parts.database
    queued(database, model="leaving")
    for number in "12":
        database.run(lambda connection, number=number: say_alive(connection, Worker(number, f"machine {number}")))
    claim(database, 30.0, "1")
    with database.writing() as connection:
        silent = update(workers).where(workers.c.id == "2")
        connection.execute(silent.values(seen_at=database_time(connection) - timedelta(hours=3)))
    text = browser.get(PAGE).text
    alive, lost = text.partition("<tbody>")[2].split("<tr>")[1:]

    assert "machine 1" in alive and "Alive" in alive
    assert "part 1 of 3 of a file about leaving, which is being checked" in alive
    assert "machine 2" in lost and "Lost" in lost and "3 hours ago" in lost
    assert "2 parts of files wait." in text
    assert "customers.csv" not in text and "Nobody is at work" not in text


def test_nobody_else_sees_it(service):
    assert somebody(service, "approver").get(PAGE).status_code == 403
