"""How the answers of a file are spread: the ends of the bars are those that are counted by."""

import pytest

from webapp.batch.histogram import histogram
from webapp.batch.tally import BINS
from webapp.schema import Target


@pytest.mark.parametrize(
    ("observed", "ticks", "first"),
    [
        ((0.0, 34.0), ["0", "8.5", "17", "25.5", "34"], "0 to 3.4"),
        ((320.0, 19_000.0), ["320", "4,990", "9,660", "14,330", "19,000"], "320 to 2,190"),
        ((0.0, 10.0), ["0", "2.5", "5", "7.5", "10"], "0 to 1"),
        ((0.001, 0.02), ["0.001", "0.00575", "0.0105", "0.01525", "0.02"], "0.001 to 0.0029"),
    ],
)
def test_no_end_is_told_as_another(observed, ticks, first):
    drawn = histogram({"bins": [1] * BINS}, Target("price", "number", "Price", observed=observed), None)

    assert [tick.text for tick in drawn.ticks] == ticks
    assert drawn.rows[0] == (first, "2")
