"""A draft keeps what was typed, for a day and for whoever holds its token."""

import pytest
from sqlalchemy import select

from webapp.errors import InvalidValue
from webapp.records import drafts, tables

ANSWERS = {"tenure": " 2 ", "opened": {"day": "31", "month": "02", "year": ""}, "note": "Ünï 😀", "Contract": ""}


def kept(database, **overrides):
    given = {"model": "churn", "version": "v1", "answers": ANSWERS, "key": "C-1", "address": "192.0.2.1"} | overrides
    with database.writing() as connection:
        return drafts.keep(connection, **given)


def taken(database, token, model="churn"):
    with database.reading() as connection:
        return drafts.take(connection, token, model)


def test_everything_comes_back_as_it_was_typed_and_as_often_as_wanted(database):
    token = kept(database)

    first, second = taken(database, token), taken(database, token)

    assert first == second
    assert (first.model, first.version, first.answers, first.key) == ("churn", "v1", ANSWERS, "C-1")
    assert first.address == "192.0.2.1"


def test_a_draft_belongs_to_its_token_and_its_model(database):
    token, other = kept(database), kept(database, answers={"tenure": "3"})

    assert taken(database, token, "price") is None
    assert taken(database, token + "x") is None
    assert taken(database, "") is None
    assert taken(database, other).answers == {"tenure": "3"}
    with database.reading() as connection:
        assert token not in str(connection.execute(select(tables.drafts)).all())


def test_a_draft_lasts_a_day(database, hands):
    token = kept(database)

    hands.move(hours=23, minutes=59)
    assert taken(database, token) is not None
    hands.move(minutes=1)
    assert taken(database, token) is None


def test_what_no_database_keeps_is_refused(database):
    with pytest.raises(InvalidValue):
        kept(database, answers={"tenure": "\x00"})
