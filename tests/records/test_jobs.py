"""The queue of files: every part is worked on by one at a time, and what came of it is written once."""

import os
import time

import pytest
from sqlalchemy import select, update

from tests.records.cases import case
from tests.records.files import finished, queued
from tests.records.racing import in_processes
from webapp.errors import ClaimLost
from webapp.records import job_queue, jobs
from webapp.records.database import Database
from webapp.records.database_time import database_time
from webapp.records.job_parts import PROBLEMS, ROWS, every_part
from webapp.records.job_queue import claim, finish_part, hold
from webapp.records.job_tables import workers
from webapp.records.predictions import record_prediction
from webapp.records.tables import predictions
from webapp.records.workers import SILENT, Worker, is_anybody_alive, say_alive, say_goodbye, workers_heard_of

LONG = 30.0


def job_of(database, job_id):
    with database.reading() as connection:
        return jobs.job_by_id(connection, job_id)


def lapse(database, held):
    """What time does to a claim that nobody renews."""
    assert job_queue.renew(database, held, 0.0)


def test_a_file_comes_back_part_by_part(database):
    job_id = queued(database, parts=3)

    assert [(number, rows[0][0]) for number, rows in every_part(database, job_id, ROWS)] == [(0, 2), (1, 12), (2, 22)]
    assert list(every_part(database, job_id, PROBLEMS)) == []


def test_the_clock_of_the_database_is_right_and_goes_on_within_a_transaction(database):
    with database.writing() as connection:
        first = database_time(connection)
        time.sleep(0.01)
        second = database_time(connection)

    assert second > first
    assert abs(first.timestamp() - time.time()) < 5


def test_a_claimed_part_is_nobody_elses_until_the_claim_lapses(database):
    job_id = queued(database, parts=1)

    first = claim(database, LONG)
    meanwhile = claim(database, LONG)
    lapse(database, first)
    later = claim(database, LONG)

    assert (first.job.id, first.job.state, first.seq, meanwhile) == (job_id, jobs.CHECKING, 0, None)
    assert (later.job.id, later.seq) == (job_id, 0)
    assert not job_queue.renew(database, first, LONG)
    assert job_queue.renew(database, later, LONG)


def test_several_work_on_parts_of_one_file_and_the_last_to_be_done_ends_it(database):
    job_id = queued(database)
    first, second, third = (claim(database, LONG) for _ in range(3))

    assert [held.seq for held in (first, second, third)] == [0, 1, 2]
    assert claim(database, LONG) is None
    with database.reading() as connection:
        assert job_queue.at_work_on(connection, job_id) == 3
    for held, state in ((third, jobs.CHECKING), (first, jobs.CHECKING), (second, jobs.CHECKED)):
        finished(database, held, after=jobs.CHECKED)
        assert job_of(database, job_id).state == state
    assert job_of(database, job_id).rows_done == 30


def test_files_take_turns(database):
    first, second = queued(database), queued(database)
    seen = [(held.job.id, held.seq) for held in (claim(database, LONG) for _ in range(4))]

    assert seen == [(first, 0), (second, 0), (first, 1), (second, 1)]


def test_what_came_of_a_part_is_written_by_whoever_holds_the_claim_only(database):
    queued(database, parts=1)
    late = claim(database, LONG)
    lapse(database, late)
    quick = claim(database, LONG)

    def write(held, first):
        def work(connection):
            first(connection, held)
            record_prediction(connection, case(business_key=held.token))
            finish_part(connection, held, lambda job: {"answered_rows": 1})

        database.run(work)

    write(quick, hold)
    for first in (hold, lambda connection, held: None):  # whether it is noticed at the beginning or at the end
        with pytest.raises(ClaimLost):
            write(late, first)

    with database.reading() as connection:
        assert connection.execute(select(predictions.c.business_key)).scalars().all() == [quick.token]
    assert job_of(database, quick.job.id).answered_rows == 1


def test_a_part_that_is_put_back_is_as_if_never_claimed(database):
    job_id = queued(database)
    for _ in range(2 * job_queue.MOST_ATTEMPTS):
        job_queue.put_back(database, claim(database, LONG))
    with database.reading() as connection:
        assert job_queue.parts_waiting(connection) == 3

    held = claim(database, LONG)

    assert (held.job.id, held.seq) == (job_id, 0)


def test_a_part_that_ends_every_worker_is_given_up_with_a_way_on(database):
    job_id = queued(database)
    claim(database, LONG)
    for _ in range(job_queue.MOST_ATTEMPTS):
        assert claim(database, 0.0).seq == 1

    assert claim(database, 0.0) is None
    job = job_of(database, job_id)
    assert job.state == jobs.FAILED
    assert "the last time at row 12. The file is kept" in job.problem
    assert len(list(every_part(database, job_id, ROWS))) == 3

    with database.writing() as connection:
        assert jobs.try_again(connection, job)
    assert claim(database, LONG).seq == 1


def test_a_file_that_failed_says_why_and_is_worked_on_by_nobody(database):
    job_id = queued(database)
    failing, other = claim(database, LONG), claim(database, LONG)
    job_queue.fail(database, failing, "The model is away. The file is kept.")

    assert (job_of(database, job_id).state, claim(database, LONG)) == (jobs.FAILED, None)
    with pytest.raises(ClaimLost):
        finished(database, other)
    job_queue.fail(database, failing, "Said by whoever holds it no more")
    assert job_of(database, job_id).problem == "The model is away. The file is kept."


def test_a_stopped_file_is_claimed_by_nobody_and_its_worker_writes_nothing_more(database):
    job_id = queued(database)
    held = claim(database, LONG)

    with database.writing() as connection:
        assert jobs.stop(connection, job_id)
        assert not jobs.stop(connection, job_id)
    with pytest.raises(ClaimLost):
        finished(database, held)
    assert claim(database, LONG) is None


def test_only_a_checked_file_can_be_answered(database):
    job_id = queued(database, parts=1)

    def begin():
        with database.writing() as connection:
            return jobs.begin_answering(connection, job_id)

    too_early = begin()
    finished(database, claim(database, LONG), wrong_rows=2, after=jobs.CHECKED)
    assert claim(database, LONG) is None
    in_time, twice = begin(), begin()

    assert (too_early, in_time, twice) == (False, True, False)
    held = claim(database, LONG)
    assert (held.job.state, held.seq, held.job.wrong_rows, held.job.rows_done) == (jobs.ANSWERING, 0, 2, 0)


def test_a_deleted_file_leaves_nothing(database):
    job_id = queued(database)
    held = claim(database, LONG)
    with database.writing() as connection:
        jobs.delete_job(connection, job_id)

    assert job_of(database, job_id) is None
    assert list(every_part(database, job_id, ROWS)) == []
    with pytest.raises(ClaimLost):
        finished(database, held)


def work_through(url, start, report):
    database, done = Database(url), []
    start.wait()
    while (held := claim(database, LONG)) is not None:
        finished(database, held, after=jobs.DONE)
        done.append((held.job.id, held.seq))
    database.dispose()
    report.put((os.getpid(), done))


def test_racing_workers_never_do_a_part_twice(database, url):
    job_ids = [queued(database, parts=10) for _ in range(4)]

    answers = in_processes(4, work_through, url)

    done = sorted(part for _, parts in answers for part in parts)
    assert done == sorted((job_id, cursor) for job_id in job_ids for cursor in range(10))
    assert {(job_of(database, job_id).rows_done, job_of(database, job_id).state) for job_id in job_ids} == {
        (100, "done")
    }


def test_whoever_was_heard_of_a_moment_ago_is_at_work(database):
    anna, bert, lost = Worker("1", "anna 17"), Worker("2", "bert 18"), Worker("3", "carl 19")
    for worker in (bert, anna, anna, lost):
        database.run(lambda connection, worker=worker: say_alive(connection, worker))
    queued(database)
    claim(database, LONG, bert.id)
    with database.writing() as connection:
        silent = update(workers).where(workers.c.id == lost.id)
        connection.execute(silent.values(seen_at=database_time(connection) - SILENT))
    with database.reading() as connection:
        told = workers_heard_of(connection)
        assert is_anybody_alive(connection)

    assert [(one.name, one.is_alive, one.seq) for one in told] == [
        ("anna 17", True, None),
        ("bert 18", True, 0),
        ("carl 19", False, None),
    ]
    assert (told[1].model, told[1].state, told[1].parts) == ("churn", jobs.CHECKING, 3)
    for worker in (anna, bert):
        database.run(lambda connection, worker=worker: say_goodbye(connection, worker))
    with database.reading() as connection:
        assert not is_anybody_alive(connection)
        assert [one.name for one in workers_heard_of(connection)] == ["carl 19"]
