"""Dates that are read together are what each of them is by itself."""

from random import Random

import numpy as np
import pytest

from tests.attack.answers import HOSTILE
from webapp.errors import InvalidValue
from webapp.parsing.answers import parse_answer, parse_distinct
from webapp.parsing.plain_dates import settled_dates
from webapp.schema import Door, Feature

AWKWARD = (
    "", " ", "2024-02-29", "2023-02-29", "2024-04-31", "2024-00-10", "2024-13-01", "0999-12-31", "1000-01-01",
    "9999-12-31", "9999-12-31T23:59:59", "10000-01-01", "2024-1-31", "2024/01/31", "31.1.2024", "31 January 2024",
    " 2024-01-31", "2024-01-31 ", "2024-01-31\n", "2024-01-31\x00", "２０２４-01-31", "20240131", "2024-W05-3",
    "2024-031", "2024-01-31T", "2024-01-31 00:00", "2024-01-31T00:00:00", "2024-01-31 00:00:00.5", "2024-01-31T10:00",
    "2024-01-31 10:00:59", "2024-01-31 24:00", "2024-01-31T23:60", "2024-01-31T10:00Z", "2024-01-31T10:00+02:00",
    "2024-01-31  10:00", "2024-01-31t10:00", "2024-01-31 10", "-2024-01-31", "+2024-01-31", "NA", "1900-01-01",
)  # fmt: skip


def texts() -> list[str]:
    """The awkward ones, hostile ones, and dates drawn by chance, some of which no calendar has."""
    random = Random(1)

    def day() -> str:
        return f"{random.randint(990, 9999):04}-{random.randint(0, 13):02}-{random.randint(0, 32):02}"

    def clock() -> str:
        return f"{random.randint(0, 24):02}:{random.randint(0, 60):02}{random.choice(['', ':00', ':59', ':60'])}"

    drawn = [day() for _ in range(900)] + [day() + random.choice("T ") + clock() for _ in range(900)]
    return [text for text in dict.fromkeys([*AWKWARD, *HOSTILE, *drawn]) if "\ud800" not in text]


TEXTS = texts()
SECONDS_A_DAY = 86_400
FEATURES = (
    Feature("joined", "date", "Joined", typical=0.0, optional=True, missing_markers=("NA", "1900-01-01")),
    Feature("due", "date", "Due", typical=0.0, minimum=-9_000, maximum=30_000, date_order="ymd"),
    Feature("called", "datetime", "Called", typical=0.0, missing_markers=("9999-12-31T23:59:59",)),
    Feature("left", "datetime", "Left", typical=0.0, maximum=30_000 * SECONDS_A_DAY, date_order="mdy"),
)


def exactly(value: object) -> object:
    """The value with its unit: a day is no moment at midnight."""
    return (value.dtype.str, value.astype(np.int64)) if isinstance(value, np.datetime64) else value


def one_by_one(feature: Feature, door: Door) -> list[object]:
    """Each value, None for a missing one, or what is wrong."""
    told = []
    for text in TEXTS:
        try:
            told.append(exactly(parse_answer(feature, text, door)))
        except InvalidValue as problem:
            told.append(f"{problem} ({problem.part})")
    return told


@pytest.mark.parametrize("door", list(Door))
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_column_of_dates_is_what_each_of_them_is_alone(feature, door):
    values, problems = parse_distinct(feature, TEXTS, door)

    parts = {at: f"{problem} ({problem.part})" for at, problem in problems.items()}
    assert [parts.get(at, exactly(value)) for at, value in enumerate(values.tolist())] == one_by_one(feature, door)


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_usual_days_need_no_second_look(feature):
    days = [f"20{year:02}-{month:02}-28" for year in range(50) for month in range(1, 13)]

    assert settled_dates(feature, days, Door.FILE)[1] == []
