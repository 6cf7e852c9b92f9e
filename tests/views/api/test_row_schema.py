"""What the schema of a row promises is what there is."""

import re
from calendar import monthrange
from itertools import product

from webapp.views.api.row_schema import DAY

YEARS = (1000, 1600, 1900, 1996, 2000, 2023, 2024, 2100, 2400, 9999)


def test_a_day_is_promised_exactly_where_there_is_one():
    is_promised = re.compile(f"^{DAY}$").search
    wrong = [
        (year, month, day)
        for year, month, day in product(YEARS, range(14), range(33))
        if bool(is_promised(f"{year}-{month:02}-{day:02}"))
        != (1 <= month <= 12 and 1 <= day <= monthrange(year, max(1, min(month, 12)))[1])
    ]

    assert wrong == []
