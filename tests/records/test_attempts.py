"""Attempts are counted so that never more than allowed fit into any window, and never fewer for long."""

import random

import pytest
from sqlalchemy import select

from webapp.records.attempts import address_subject, allow
from webapp.records.tables import sign_in_attempts


def attempt(database, subject="192.0.2.1", limit=5, window_s=60, kind="address"):
    return database.run(lambda connection: allow(connection, kind, subject, limit, window_s))


def test_five_are_allowed_and_the_sixth_is_told_when_to_come_back(database, hands):
    for _ in range(5):
        assert attempt(database) is None

    refused = attempt(database)

    assert 60 <= refused.after_s <= 61
    hands.move(seconds=refused.after_s - 2)
    assert attempt(database) is not None
    hands.move(seconds=2)
    assert attempt(database) is None


def test_a_refused_attempt_does_not_prolong_the_wait(database, hands):
    for _ in range(5):
        attempt(database)
    hands.move(seconds=30)

    waits = [attempt(database).after_s for _ in range(20)]

    assert set(waits) == {31}


def test_room_comes_back_as_each_attempt_grows_old(database, hands):
    for _ in range(5):
        attempt(database)
        hands.move(seconds=10)

    assert attempt(database).after_s == 11
    hands.move(seconds=11)
    assert attempt(database) is None
    assert 9 <= attempt(database).after_s <= 11


def test_subjects_and_kinds_are_counted_apart(database, hands):
    for _ in range(5):
        attempt(database)

    assert attempt(database) is not None
    assert attempt(database, subject="192.0.2.2") is None
    assert attempt(database, kind="account") is None


def test_that_a_limit_was_reached_is_said_to_be_new_once_in_a_window(database, hands):
    def burst():
        return [refused.is_first for _ in range(9) if (refused := attempt(database))]

    assert burst() == [True, False, False, False]
    hands.move(seconds=62)
    assert burst() == [True, False, False, False]


@pytest.mark.parametrize(("limit", "window_s"), [(1, 60), (5, 60), (60, 60), (20, 3600)])
def test_no_window_ever_holds_more_than_the_limit(database, hands, limit, window_s):
    draw = random.Random(limit)
    allowed, longest = [], 0
    with database.writing() as connection:
        for _ in range(300):
            hands.move(seconds=draw.random() * 3 * window_s / limit * draw.choice((0.01, 1)))
            at = hands.at.timestamp()
            if allow(connection, "address", "192.0.2.1", limit, window_s) is None:
                allowed.append(at)
            else:
                longest = max(longest, at - allowed[-limit])

    most = max(sum(1 for other in allowed if at - window_s < other <= at) for at in allowed)

    assert most == limit
    assert longest <= window_s * 61 / 60


def test_the_row_stays_small_whatever_the_limit(database, hands):
    with database.writing() as connection:
        for _ in range(200):
            hands.move(seconds=0.9)
            allow(connection, "address", "192.0.2.1", 100_000, 60)

        [counted] = connection.execute(select(sign_in_attempts.c.counted)).scalars()
    assert len(counted["taken"]) <= 62


def test_a_clock_that_was_an_hour_ahead_locks_nobody_out(database, hands):
    hands.move(hours=1)
    for _ in range(6):
        attempt(database)
    hands.move(hours=-1)

    assert attempt(database) is None


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::1", "::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_an_address_stands_for_whoever_can_have_it(address, subject):
    assert address_subject(address) == subject
