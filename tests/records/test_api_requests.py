"""A request of a program is answered once under one key, all of it or nothing, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from tests.records.cases import ADA, BEN, case
from webapp.errors import AnswersGone, InvalidValue, KeyUsed, RequestUnderWay
from webapp.records import api_requests
from webapp.records.api_requests import LEASE, Sent, earlier_answer, write_all, write_once
from webapp.records.tables import predictions

AT_ONCE = 24
CASES = [case(channel="api"), case(channel="api", business_key="C-2")]
UNKEPT = case(channel="api", business_key="\x00")


def request(key="night-7", content=b"{}", who=ADA, address="/predictions") -> Sent:
    return Sent.of(who, key, address, content)


def written(database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(predictions)).scalar()


def claim(database, sent):
    return database.run(lambda connection: api_requests._claim(connection, sent))


def test_the_second_time_the_first_records_are_found(database):
    first, is_new = write_once(database, request(), CASES)
    again, is_new_again = write_once(database, request(), CASES)

    assert (is_new, is_new_again) == (True, False)
    assert again == first == earlier_answer(database, request())
    assert [record.business_key for record in first] == ["", "C-2"]
    assert written(database) == 2


def test_of_many_at_once_one_writes_and_the_others_follow_or_hear_that_it_is_under_way(database):
    def send(_):
        try:
            return write_once(database, request(), CASES)
        except RequestUnderWay:
            return None

    with ThreadPoolExecutor(4) as threads:
        sent = [one for one in threads.map(send, range(AT_ONCE)) if one is not None]

    assert [is_new for _, is_new in sent].count(True) == 1
    assert len({tuple(record.id for record in records) for records, _ in sent}) == 1
    assert written(database) == 2


@pytest.mark.parametrize("other", [{"content": b"{} "}, {"address": "/invocations"}])
def test_anything_else_under_the_same_key_is_refused(database, other):
    write_once(database, request(), CASES)

    for ask in (lambda sent: write_once(database, sent, CASES), lambda sent: earlier_answer(database, sent)):
        with pytest.raises(KeyUsed, match="sent before with something else"):
            ask(request(**other))
    assert written(database) == 2


@pytest.mark.parametrize("other", [{"key": "night-8"}, {"who": BEN}])
def test_another_key_or_somebody_else_is_another_request(database, other):
    write_once(database, request(), CASES)
    _, is_new = write_once(database, request(**other), CASES)

    assert is_new
    assert written(database) == 4


def test_one_case_that_cannot_be_kept_keeps_all_from_being_written(database):
    for write in (lambda: write_all(database, [*CASES, UNKEPT]), lambda: write_once(database, request(), [UNKEPT])):
        with pytest.raises(InvalidValue):
            write()

    assert written(database) == 0
    assert write_once(database, request(), CASES)[1]


def test_a_request_that_is_claimed_waits_for_nobody_and_lapses(database, hands):
    assert claim(database, request())
    with pytest.raises(RequestUnderWay):
        write_once(database, request(), CASES)
    with pytest.raises(RequestUnderWay):
        earlier_answer(database, request())
    hands.at += LEASE

    assert earlier_answer(database, request()) is None
    assert write_once(database, request(), CASES)[1]


def test_whoever_finishes_after_somebody_took_over_writes_nothing(database, hands):
    slow = claim(database, request())
    hands.at += LEASE
    first, _ = write_once(database, request(), CASES)

    with pytest.raises(RequestUnderWay):
        database.run(lambda connection: api_requests._write_and_finish(connection, request(), slow, CASES))
    assert earlier_answer(database, request()) == first
    assert written(database) == 2


def test_records_that_were_deleted_are_not_replaced_by_others(database):
    write_once(database, request(), CASES)
    with database.writing() as connection:
        connection.execute(predictions.delete().where(predictions.c.business_key == "C-2"))

    with pytest.raises(AnswersGone):
        earlier_answer(database, request())
