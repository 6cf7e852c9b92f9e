"""The grammar of dates and times, and the order of day and month that a whole column decides."""

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.parsing.dates import (
    NotADate,
    clock_from_box,
    from_boxes,
    has_offset,
    infer_order,
    parse_date,
    parse_datetime,
    written_order,
)


def wrong_part(read, *arguments):
    with pytest.raises(NotADate) as problem:
        read(*arguments)
    return problem.value.part


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31",
        "2024/1/31",
        "31/01/2024",
        "31.1.2024",
        "31-1-2024",
        "31 January 2024",
        "31 jan 2024",
        "Jan 31, 2024",
    ]
    + ["January 31 2024", "31. Jan 2024", " 2024-01-31 ", "2024-01-31T00:00:00", "2024-01-31 00:00"],
)
def test_a_day_may_be_written_in_many_ways(text):
    assert parse_date(text) == np.datetime64("2024-01-31")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("31/4/2024", "day"),
        ("29/2/2023", "day"),
        ("2023-02-29", "day"),
        ("0/4/2024", "day"),
        ("1/13/2024", "month"),
        ("2024-13-01", "month"),
        ("1 foo 2024", "month"),
        ("1/2/24", "year"),
        ("1/2/0999", "year"),
        ("0999-01-01", "year"),
        ("1/2/20245", "date"),
        ("20240131", "date"),
        ("yesterday", "date"),
        ("1/2", "date"),
        ("2024-01-31 25:00", "time"),
        ("2024-01-31 14:60", "time"),
        ("2024-01-31 14:30 PM", "time"),
        ("2024-01-31 0:30 AM", "time"),
        ("2024-01-31 10:30 XM", "time"),
        ("2024-01-31 noon: 1", "time"),
        ("14:30", "date"),
        ("1" * 5000, "date"),
        ("2024-01-31 10:00+99:00", "time"),
        ("9999-12-31 23:30-02:00", "year"),
    ],
)
def test_what_is_no_moment_is_refused_naming_the_wrong_part(text, part):
    assert wrong_part(parse_datetime, text) == part


def test_29_february_is_a_day_in_leap_years_only():
    assert parse_date("29/2/2024") == np.datetime64("2024-02-29")
    assert wrong_part(parse_date, "29/2/1900") == "day"


def test_the_order_is_the_columns_never_the_cells():
    assert parse_date("03/04/2019", "dmy") == np.datetime64("2019-04-03")
    assert parse_date("03/04/2019", "mdy") == np.datetime64("2019-03-04")
    assert wrong_part(parse_date, "03/04/2019", "ymd") == "date"
    assert wrong_part(parse_date, "13/04/2019", "mdy") == "month"


def test_a_day_with_a_time_is_no_day():
    assert wrong_part(parse_date, "2024-01-31 10:00") == "date"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-31 14:30", "2024-01-31T14:30:00"),
        ("2024-01-31T14:30:05", "2024-01-31T14:30:05"),
        ("2024-01-31T14:30:05.250", "2024-01-31T14:30:05"),
        ("31/1/2024 9:05", "2024-01-31T09:05:00"),
        ("2024-01-31T14:30Z", "2024-01-31T14:30:00"),
        ("2024-01-31T14:30+02:00", "2024-01-31T12:30:00"),
        ("2024-01-31T01:30+0200", "2024-01-30T23:30:00"),
        ("3 Oct 2024 14:30", "2024-10-03T14:30:00"),
        ("2024-01-31 02:30 PM", "2024-01-31T14:30:00"),
        ("31/1/2024 2:30:05pm", "2024-01-31T14:30:05"),
        ("2024-01-31 12:05 AM", "2024-01-31T00:05:00"),
        ("2024-01-31 12:05 p.m.", "2024-01-31T12:05:00"),
        ("2024-01-31 02:30 PM +02:00", "2024-01-31T12:30:00"),
    ],
)
def test_moments(text, moment):
    assert parse_datetime(text) == np.datetime64(moment, "s")


@given(st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)))
def test_every_moment_in_iso_form_is_read_as_it_is(moment):
    moment = moment.replace(microsecond=0)

    assert parse_datetime(moment.isoformat(), "mdy") == np.datetime64(moment, "s")
    assert parse_datetime(moment.isoformat(" "), "ymd") == np.datetime64(moment, "s")


@given(st.dates(date(1000, 1, 1)))
def test_every_day_is_read_in_either_order(day):
    assert parse_date(f"{day.day}/{day.month}/{day.year}", "dmy") == np.datetime64(day)
    assert parse_date(f"{day.month:02}.{day.day:02}.{day.year}", "mdy") == np.datetime64(day)
    assert from_boxes(str(day.day), f"{day:%B}", str(day.year)) == np.datetime64(day)


@given(st.text("0123456789-/:. TZ+janfebMAR", max_size=45), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_any_text_is_a_moment_or_is_refused(text, order):
    try:
        moment = parse_datetime(text, order)
    except NotADate as problem:
        assert problem.part in ("date", "day", "month", "year", "time")
    else:
        assert moment.dtype == np.dtype("datetime64[s]")


@given(st.text(), st.text(), st.text())
def test_any_boxes_are_a_day_or_are_refused(day, month, year):
    try:
        from_boxes(day, month, year)
    except NotADate as problem:
        assert problem.part in ("day", "month", "year")


def test_boxes():
    assert from_boxes("3", "oct", "2024") == np.datetime64("2024-10-03")
    assert from_boxes("٣", "10", "2024") == np.datetime64("2024-10-03")
    assert wrong_part(from_boxes, "", "10", "2024") == "day"
    assert wrong_part(from_boxes, "3", "", "2024") == "month"
    assert wrong_part(from_boxes, "3", "10", "24") == "year"
    assert wrong_part(from_boxes, "31", "4", "2024") == "day"


def test_a_box_for_the_time_takes_a_time_and_no_zone():
    assert clock_from_box("14:30") == np.timedelta64(52_200, "s")
    assert clock_from_box(" 9:05 ") == np.timedelta64(32_700, "s")
    for text in ("", "24:00", "14.30", "1430", "14:30+02:00", "14:30Z", "2pm"):
        assert wrong_part(clock_from_box, text) == "time"


def test_one_cell_decides_for_its_column():
    assert infer_order(["03/04/2019", "13/04/2019"]) == "dmy"
    assert infer_order(["03/04/2019", "04/13/2019"]) == "mdy"
    assert infer_order(["2019-04-03", "2019/04/04"]) == "ymd"
    assert infer_order(["3 April 2019"]) == "ymd"
    assert infer_order(["03/03/2019", "04/04/2019"]) == "dmy"


def test_an_order_that_no_cell_decides_is_refused():
    assert wrong_part(infer_order, ["03/04/2019", "05/06/2019"]) == "order"


def test_a_column_with_another_text_holds_no_dates():
    assert infer_order(["03/04/2019", "soon"]) == ""
    assert infer_order(["13/04/2019", "04/13/2019"]) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2024-01-31T10:00Z", True),
        ("2024-01-31 10:00:30+02:00", True),
        ("31/01/2024 10:00 -0500", True),
        ("2024-01-31T10:00", False),
        ("2024-01-31", False),
        ("10:00Z", False),
        ("never: mind", False),
    ],
)
def test_a_time_tells_whether_it_has_an_offset(text, told):
    assert has_offset(text) is told


@pytest.mark.parametrize(
    ("texts", "own", "order"),
    [
        (["2019-03-04", "4 May 2019"], "dmy", "dmy"),
        (["03.04.2019", "27.04.2019 10:00"], "ymd", "dmy"),
        (["3/4/2019", "4/27/2019"], "dmy", "mdy"),
        (["3/4/2019", "4/27/2019", "27/4/2019"], "dmy", "dmy"),
        (["3/4/2019", "4/5/2019"], "mdy", "mdy"),
        (["3/4/2019", "4/5/2019"], "ymd", "ymd"),
        (["3/4/2019", "27/4/2019", "soon", "31/2/2019", ""], "ymd", "dmy"),
        (["soon"], "ymd", "ymd"),
        ([], "mdy", "mdy"),
    ],
)
def test_a_file_may_write_its_dates_in_another_order_where_its_cells_decide(texts, own, order):
    assert written_order(texts, own) == order
