"""Sessions end by themselves, by their owner, and when the person may not come in any more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text

from tests.records.people import ROOT, last_entry, person, trail
from webapp.errors import AccountRefused
from webapp.records import sessions, tables, users


def signed_in(database, user, agent="Browser", address="192.0.2.1"):
    with database.writing() as connection:
        return sessions.begin(connection, user.id, agent, address)


def found(database, token):
    with database.reading() as connection:
        return sessions.find(connection, token)


def test_a_token_finds_its_person_and_only_its_digest_is_stored(database):
    grace = person(database)

    token = signed_in(database, grace)

    assert found(database, token).user == grace
    assert found(database, token[:-1]) is None
    assert found(database, "") is None
    assert found(database, "\ud800") is None
    with database.reading() as connection:
        [row] = connection.execute(select(tables.sessions)).all()
    assert token not in map(str, row)
    assert len(token) == 43


def test_two_sessions_never_share_a_token(database):
    grace = person(database)

    assert len({signed_in(database, grace) for _ in range(5)}) == 5


def test_a_session_ends_after_half_an_hour_without_use(database, hands):
    token = signed_in(database, person(database))

    hands.move(minutes=29, seconds=59)
    assert found(database, token) is not None
    hands.move(seconds=1)
    assert found(database, token) is None


def test_a_session_in_use_ends_after_half_a_day(database, hands):
    token = signed_in(database, person(database))
    for _ in range(12 * 4 - 1):
        hands.move(minutes=15)
        with database.writing() as connection:
            assert sessions.find(connection, token) is not None
            sessions.touch(connection, token)

    hands.move(minutes=14, seconds=59)
    assert found(database, token) is not None
    hands.move(seconds=1)
    assert found(database, token) is None


def test_that_somebody_was_seen_is_written_once_a_minute(database, hands):
    token = signed_in(database, person(database))
    written = []
    event.listen(database.engine, "after_cursor_execute", lambda *about: written.append(about[1].rowcount))

    for seconds, is_due in ((59, False), (1, True), (30, False), (30, True)):
        hands.move(seconds=seconds)
        assert found(database, token).needs_touch == is_due
        with database.writing() as connection:
            sessions.touch(connection, token)
        assert written[-1] == int(is_due)


def test_finding_a_session_is_one_query_by_its_key(database):
    token = signed_in(database, person(database))
    asked = []

    with database.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *about: asked.append((about[2], about[3])))
        sessions.find(connection, token)
        [(statement, parameters)] = asked
        if not database.is_sqlite:  # a table of one row is read as a whole otherwise
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = " ".join(map(str, connection.exec_driver_sql(f"{explain} {statement}", parameters).all()))

    assert "pk_sessions" in plan or "sqlite_autoindex_sessions_1" in plan
    assert "SCAN" not in plan


def test_a_disabled_person_is_signed_out_at_once(database):
    grace = person(database)
    token = signed_in(database, grace)

    with database.writing() as connection:
        users.disable(connection, grace.id, ROOT)

    assert found(database, token) is None


def test_even_a_session_that_was_left_over_lets_no_disabled_person_in(database):
    token = signed_in(database, person(database))

    with database.writing() as connection:
        connection.execute(text("UPDATE users SET state = 'disabled'"))

    assert found(database, token) is None


@pytest.mark.parametrize("hash", [None, "a hash"])
def test_who_may_not_sign_in_gets_no_session(database, hash):
    grace = person(database, password_hash=hash)
    with database.writing() as connection:
        if hash:
            users.disable(connection, grace.id, ROOT)
        with pytest.raises(AccountRefused, match="cannot sign in"):
            sessions.begin(connection, grace.id, "", "")


def test_signing_out_ends_this_session_and_no_other(database):
    grace = person(database)
    here, there = signed_in(database, grace), signed_in(database, grace)

    with database.writing() as connection:
        assert sessions.end(connection, here, "192.0.2.9")
        assert not sessions.end(connection, here)

    assert found(database, here) is None
    assert found(database, there) is not None
    assert trail(database) == [("signed_in", "user grace")] * 2 + [("signed_out", "user grace")]
    assert last_entry(database).from_where == "192.0.2.9"


def test_a_person_sees_their_sessions_and_ends_one_of_them(database, hands):
    grace = person(database)
    phone = signed_in(database, grace, "Phone\r\n\x00" + "x" * 1000, "192.0.2.2")
    hands.move(minutes=5)
    desk = signed_in(database, grace, "Desk", "192.0.2.1")

    with database.writing() as connection:
        rows = sessions.of_user(connection, grace.id, desk)
        assert [(row.agent[:7], row.address, row.is_current) for row in rows] == [
            ("Desk", "192.0.2.1", True),
            ("Phonexx", "192.0.2.2", False),
        ]
        assert len(rows[1].agent) < 301
        assert rows[0].ends_at == hands.at + timedelta(minutes=30)
        assert sessions.end_by_id(connection, grace.id, rows[1].id)
        assert not sessions.end_by_id(connection, grace.id, rows[1].id)

    assert found(database, phone) is None
    assert found(database, desk) is not None
    assert trail(database, action="session_ended") == [("session_ended", "user grace")]


def test_the_session_of_somebody_else_cannot_be_ended(database):
    grace, other = person(database), person(database, "other")
    token = signed_in(database, other)

    with database.writing() as connection:
        [row] = sessions.of_user(connection, other.id)
        assert not sessions.end_by_id(connection, grace.id, row.id)
        assert sessions.end_others(connection, grace.id, "") == 0

    assert found(database, token) is not None
    assert trail(database, action="session_ended") == []


def test_all_other_sessions_end_at_once(database):
    grace = person(database)
    here, *others = (signed_in(database, grace) for _ in range(4))

    with database.writing() as connection:
        assert sessions.end_others(connection, grace.id, here, grace.actor("192.0.2.1")) == 3

    assert found(database, here) is not None
    assert [found(database, token) for token in others] == [None] * 3
    assert (last_entry(database).after, last_entry(database).from_where) == ({"sessions": 3}, "192.0.2.1")


def test_a_session_that_is_over_is_not_listed(database, hands):
    grace = person(database)
    signed_in(database, grace)
    hands.move(minutes=30)

    with database.reading() as connection:
        assert sessions.of_user(connection, grace.id) == []


def test_many_people_may_sign_in_at_once_while_others_expire(database, hands):
    people = [person(database, f"person{number}") for number in range(4)]
    for user in people:
        signed_in(database, user)
    hands.move(hours=13)

    def sign_in(number):
        return database.run(lambda connection: sessions.begin(connection, people[number % 4].id, "", ""))

    with ThreadPoolExecutor(4) as threads:
        tokens = list(threads.map(sign_in, range(20)))

    assert all(found(database, token) for token in tokens)
    with database.reading() as connection:
        assert len(connection.execute(select(tables.sessions)).all()) == 20
