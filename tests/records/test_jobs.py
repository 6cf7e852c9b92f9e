"""The queue of files: every part is worked on by one at a time, and what came of it is written once."""

import os
import time

import pytest
from sqlalchemy import select

from tests.records.cases import case
from tests.records.files import queued
from tests.records.racing import in_processes
from webapp.errors import ClaimLost
from webapp.records import job_queue, jobs
from webapp.records.database import Database
from webapp.records.database_time import database_time
from webapp.records.job_parts import PROBLEMS, RESULTS, ROWS, every_part, packed, write_parts
from webapp.records.job_queue import Step, claim, finish_part
from webapp.records.predictions import record_prediction
from webapp.records.tables import predictions
from webapp.records.workers import Worker, say_alive, say_goodbye, workers_alive

LONG, BRIEF = 30.0, 0.05


def job_of(database, job_id):
    with database.reading() as connection:
        return jobs.job_by_id(connection, job_id)


def finished(database, job, **step):
    database.run(lambda connection: finish_part(connection, job, Step(**step)))


def test_a_file_comes_back_part_by_part(database):
    job_id = queued(database, parts=3)

    assert list(every_part(database, job_id, ROWS)) == [(number, [f"part {number}"]) for number in range(3)]
    assert list(every_part(database, job_id, PROBLEMS)) == []


def test_the_clock_of_the_database_is_right_and_goes_on_within_a_transaction(database):
    with database.writing() as connection:
        first = database_time(connection)
        time.sleep(0.01)
        second = database_time(connection)

    assert second > first
    assert abs(first.timestamp() - time.time()) < 5


def test_a_claimed_part_is_nobody_elses_until_the_claim_lapses(database):
    job_id = queued(database)

    first = claim(database, BRIEF)
    meanwhile = claim(database, LONG)
    time.sleep(2 * BRIEF)
    later = claim(database, LONG)

    assert (first.id, first.state, first.cursor, meanwhile) == (job_id, jobs.CHECKING, 0, None)
    assert (later.id, later.attempts) == (job_id, 2)
    assert not job_queue.renew(database, first, LONG)
    assert job_queue.renew(database, later, LONG)


def test_files_take_turns(database):
    first, second = queued(database), queued(database)
    seen = []
    for _ in range(4):
        job = claim(database, LONG)
        seen.append((job.id, job.cursor))
        finished(database, job)

    assert seen == [(first, 0), (second, 0), (first, 1), (second, 1)]


def test_what_came_of_a_part_is_written_by_whoever_holds_the_claim_only(database):
    queued(database)
    late = claim(database, BRIEF)
    time.sleep(2 * BRIEF)
    quick = claim(database, LONG)

    def write(job):
        def work(connection):
            finish_part(connection, job, Step(answered_rows=1))
            record_prediction(connection, case(business_key=job.lease))
            write_parts(connection, job.id, RESULTS, [packed([])], job.cursor)

        database.run(work)

    write(quick)
    with pytest.raises(ClaimLost):
        write(late)

    with database.reading() as connection:
        assert connection.execute(select(predictions.c.business_key)).scalars().all() == [quick.lease]
    assert (job_of(database, quick.id).answered_rows, job_of(database, quick.id).cursor) == (1, 1)


def test_a_part_that_is_put_back_is_as_if_never_claimed(database):
    job_id = queued(database)
    job_queue.put_back(database, claim(database, LONG))

    job = claim(database, LONG)

    assert (job.id, job.attempts) == (job_id, 1)


def test_a_part_that_ends_every_worker_is_given_up_with_a_way_on(database):
    job_id = queued(database)
    for _ in range(job_queue.MOST_ATTEMPTS):
        assert claim(database, 0.0) is not None

    assert claim(database, 0.0) is None
    job = job_of(database, job_id)
    assert job.state == jobs.FAILED
    assert "The file is kept" in job.problem
    assert len(list(every_part(database, job_id, ROWS))) == 3

    with database.writing() as connection:
        assert jobs.try_again(connection, job)
    assert claim(database, LONG).id == job_id


def test_a_stopped_file_is_claimed_by_nobody_and_its_worker_writes_nothing_more(database):
    job_id = queued(database)
    job = claim(database, LONG)

    with database.writing() as connection:
        assert jobs.stop(connection, job_id)
        assert not jobs.stop(connection, job_id)
    with pytest.raises(ClaimLost):
        finished(database, job)
    assert claim(database, LONG) is None


def test_only_a_checked_file_can_be_answered(database):
    job_id = queued(database, parts=1)

    def begin():
        with database.writing() as connection:
            return jobs.begin_answering(connection, job_id)

    too_early = begin()
    finished(database, claim(database, LONG), wrong_rows=2, next_state=jobs.CHECKED)
    assert claim(database, LONG) is None
    in_time, twice = begin(), begin()

    assert (too_early, in_time, twice) == (False, True, False)
    job = claim(database, LONG)
    assert (job.state, job.cursor, job.wrong_rows) == (jobs.ANSWERING, 0, 2)


def test_a_deleted_file_leaves_nothing(database):
    job_id = queued(database)
    with database.writing() as connection:
        jobs.delete_job(connection, job_id)

    assert job_of(database, job_id) is None
    assert list(every_part(database, job_id, ROWS)) == []


def work_through(url, start, report):
    database, done = Database(url), []
    start.wait()
    while (job := claim(database, LONG)) is not None:
        finished(database, job, answered_rows=1, next_state=jobs.DONE if job.is_last_part else "")
        done.append((job.id, job.cursor))
    database.dispose()
    report.put((os.getpid(), done))


def test_racing_workers_never_do_a_part_twice(database, url):
    job_ids = [queued(database, parts=10) for _ in range(4)]

    answers = in_processes(4, work_through, url)

    done = sorted(part for _, parts in answers for part in parts)
    assert done == sorted((job_id, cursor) for job_id in job_ids for cursor in range(10))
    assert {job_of(database, job_id).answered_rows for job_id in job_ids} == {10}


def test_whoever_was_heard_of_a_moment_ago_is_at_work(database):
    anna, bert = Worker("1", "anna 17"), Worker("2", "bert 18")
    for worker in (bert, anna, anna):
        database.run(lambda connection, worker=worker: say_alive(connection, worker))
    with database.reading() as connection:
        both = workers_alive(connection)
    database.run(lambda connection: say_goodbye(connection, anna))

    with database.reading() as connection:
        assert (both, workers_alive(connection)) == ([anna, bert], [bert])
