"""Typed values become text once, and nothing of them is lost on the way."""

import math
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.errors import UnusableTable
from webapp.parsing.dates import parse_datetime
from webapp.parsing.numbers import LARGEST, MAX_LENGTH, parse_number
from webapp.training.sources.cells import TextColumns, text_of

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (" as it is ", " as it is "),
        (True, "true"),
        (np.False_, "false"),
        (7, "7"),
        (np.int16(-7), "-7"),
        (10**30, "1" + "0" * 30),
        (7.0, "7"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e-07, "1e-07"),
        (2.0**53, "9007199254740992.0"),
        (math.nan, ""),
        (math.inf, "inf"),
        (np.float32(0.1), "0.1"),
        (np.float32(1 / 3), "0.33333334"),
        (np.float32(3), "3"),
        (np.float32("nan"), ""),
        (np.float64(0.5), "0.5"),
        (Decimal("7.00"), "7.00"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.12345678901234567890"), "0.12345678901234567890"),
        (Decimal("NaN"), ""),
        (Decimal("-Infinity"), "-inf"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 10), "2024-02-29T10:00:00"),
        (datetime(2024, 2, 29, 10, 0, 0, 5), "2024-02-29T10:00:00.000005"),
        (datetime(2024, 2, 29, 10, tzinfo=UTC), "2024-02-29T10:00:00+00:00"),
        (datetime(2024, 7, 1, 10, tzinfo=BERLIN), "2024-07-01T10:00:00+02:00"),
        (datetime(1890, 1, 1, tzinfo=BERLIN), "1889-12-31T23:06:32+00:00"),
        (pd.Timestamp("2024-02-29 10:00:00.000000001"), "2024-02-29T10:00:00.000000001"),
        (pd.NaT, ""),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=1, milliseconds=500), "3600.5"),
        (uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        ("Zoë".encode(), "Zoë"),
        (memoryview(b"abc"), "abc"),
    ],
)
def test_a_value_is_written_so_that_nothing_is_lost(value, text):
    assert text_of(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-LARGEST, max_value=LARGEST))
def test_a_float_is_read_back_as_itself(value):
    text = text_of(value)

    assert float(text) == value
    assert len(text) <= MAX_LENGTH
    assert parse_number(text, scientific=True) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_a_decimal_is_read_back_as_itself(value):
    assert Decimal(text_of(value)) == value


OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1001, 1, 1), datetime(9998, 1, 1), timezones=st.none() | OFFSETS)


@given(MOMENTS)
def test_a_moment_is_read_back_as_the_same_moment(moment):
    utc = moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)

    assert parse_datetime(text_of(moment)) == np.datetime64(utc.replace(microsecond=0), "s")


@pytest.mark.parametrize("value", [[1, 2], (1,), {"a": 1}, {1}, np.array([1])])
def test_nested_values_are_refused_with_their_column(value):
    with pytest.raises(UnusableTable, match='nested values .* in the column “tags”.* exclude = \\["tags"\\]'):
        text_of(value, "tags")


def test_values_that_have_no_text_are_refused_with_their_column():
    with pytest.raises(UnusableTable, match="of the kind complex in the column “z”"):
        text_of(1j, "z")
    with pytest.raises(UnusableTable, match="holds bytes in the column “photo” that are no text"):
        text_of(b"\xff\xd8\xff", "photo")


@pytest.mark.parametrize("text", ["a\0b", "half \ud800"])
def test_signs_that_no_text_has_are_refused(text):
    with pytest.raises(UnusableTable, match="signs in the column “word” that no text has"):
        TextColumns(["word"]).add([("fine",), (text,)])


def test_a_column_that_is_left_out_may_hold_anything():
    columns = TextColumns(["kept", "tags"], ["tags"])
    columns.add([(1, [1, 2]), (2, {"a": 1})])

    assert columns.texts == [["1", "2"], ["", ""]]


def test_a_fraction_anywhere_settles_the_decimal_sign():
    whole, broken = TextColumns(["a", "b"]), TextColumns(["a", "b"])
    whole.add([(1, "1,5")])
    broken.add([(1.5, "1,5")])

    assert (whole.decimal, broken.decimal) == ("", ".")


def test_durations_are_said_to_be_seconds():
    columns = TextColumns(["wait", "n"])
    columns.add([(timedelta(minutes=2), 1)])

    assert columns.notes == ("wait holds durations; they are read as seconds",)


def test_rows_may_come_some_at_a_time():
    columns = TextColumns(["a"])
    for some in ([(1,), (None,)], [], [("x",)]):
        columns.add(some)

    assert columns.texts == [["1", "", "x"]]
