from datetime import UTC, date, datetime

import pytest

from webapp.wording.dates import date_text, day_text, iso_day_text

MOMENT = datetime(2026, 11, 20, 13, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timezone", "text"),
    [
        ("UTC", "20 Nov 2026, 13:32 UTC"),
        ("", "20 Nov 2026, 13:32 UTC"),
        ("Europe/Berlin", "20 Nov 2026, 14:32 CET"),
        ("Asia/Dubai", "20 Nov 2026, 17:32 UTC+04"),
        ("Pacific/Auckland", "21 Nov 2026, 02:32 NZDT"),
        ("Atlantis/Middle", "20 Nov 2026, 13:32 UTC"),
        ("../etc/passwd", "20 Nov 2026, 13:32 UTC"),
    ],
)
def test_a_moment_is_absolute_and_names_its_zone(timezone, text):
    assert date_text(MOMENT, timezone) == text


def test_a_moment_without_a_zone_is_in_utc():
    assert date_text(MOMENT.replace(tzinfo=None)) == date_text(MOMENT)


def test_summer_time_is_named_in_summer():
    assert date_text(datetime(2026, 7, 1, 8, 5, tzinfo=UTC), "Europe/Berlin") == "1 Jul 2026, 10:05 CEST"


def test_a_day_needs_no_time():
    assert day_text(date(2026, 10, 3)) == "3 Oct 2026"
    assert iso_day_text("2026-10-12T08:00:00Z") == "12 Oct 2026"
    assert iso_day_text("2026-10-03") == "3 Oct 2026"
    assert iso_day_text("last autumn") == "last autumn"
