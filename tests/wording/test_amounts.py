import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.wording.amounts import Measure, amount_text, range_text, signed_amount_text, step_for

DOLLARS = Measure("$")
CENTS = Measure("$", 2)
SPEED = Measure("km/h", 1)
SHARE = Measure("%", 1)
PLAIN = Measure()


@pytest.mark.parametrize(
    ("value", "measure", "step", "text"),
    [
        (6638.2, DOLLARS, 10.0, "$6,640"),
        (118.9, CENTS, 0.0, "$118.90"),
        (119.0, CENTS, 0.0, "$119"),
        (-1650.0, DOLLARS, 10.0, "\u2212$1,650"),
        (83.31, SPEED, 0.0, "83.3 km/h"),
        (-12.44, SHARE, 0.0, "\u221212.4%"),
        (83.04, SPEED, 0.0, "83 km/h"),
        (1234.5, Measure("\u20ac", 2, ","), 0.0, "\u20ac1.234,50"),
        (-0.2, PLAIN, 0.0, "0"),
        (-0.0, PLAIN, 0.0, "0"),
        (12_345_678.0, DOLLARS, 1e5, "$12.3 million"),
        (8_123_456_789.0, Measure("kg"), 1e7, "8.12 billion kg"),
        (3.2e12, DOLLARS, 1e10, "$3.2 trillion"),
        (8_123_456_789.0, Measure("kg"), 1.0, "8,123,456,789 kg"),
        (1.5e300, DOLLARS, 0.0, "$1.5 \u00d7 10\u00b3\u2070\u2070"),
        (2.5e-9, Measure("g", 12), 0.0, "2.5 \u00d7 10\u207b\u2079 g"),
        (float("nan"), DOLLARS, 0.0, "not known"),
        (float("inf"), DOLLARS, 0.0, "not known"),
    ],
)
def test_an_amount_reads_as_people_write_it(value, measure, step, text):
    assert amount_text(value, measure, step) == text


def test_a_change_has_its_sign_before_the_currency():
    assert signed_amount_text(1650, DOLLARS, 10) == "+$1,650"
    assert signed_amount_text(-570, DOLLARS, 10) == "\u2212$570"
    assert signed_amount_text(12, SPEED) == "+12 km/h"
    assert signed_amount_text(0.001, SPEED) == "0 km/h"


@pytest.mark.parametrize(
    ("low", "high", "measure", "text"),
    [
        (5832.1, 7557.9, DOLLARS, "$5,830 to $7,560"),
        (71.23, 95.44, SPEED, "71.2 to 95.4 km/h"),
        (-31.0, 4.2, SHARE, "\u221231% to 4.2%"),
        (31.2, 24120.7, DOLLARS, "$31 to $24,100"),
        (0.83, 5200.0, CENTS, "$0.83 to $5,200"),
        (0.83, 5200.0, DOLLARS, "$1 to $5,200"),
        (205_123.0, 281_456.0, Measure("\u00a3"), "\u00a3205,100 to \u00a3281,500"),
        (5.0, 5.0, DOLLARS, "$5 to $5"),
    ],
)
def test_the_ends_of_a_range_have_the_figures_its_width_supports(low, high, measure, text):
    assert range_text(low, high, measure) == text


def test_a_range_can_be_said_with_and():
    assert range_text(80.0, 95.0, SPEED, "and") == "80 and 95 km/h"


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12), st.integers(0, 4))
def test_rounding_an_end_moves_it_by_less_than_a_hundredth_of_the_width_or_a_unit_of_the_table(low, width, decimals):
    high = low + width
    step = step_for(low, low, high, Measure("$", decimals))

    assert step >= 10.0**-decimals
    assert step <= max(width / 99, 10.0**-decimals) or math.isclose(step, 10.0**-decimals)


@given(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([DOLLARS, CENTS, SPEED, SHARE]))
def test_any_float_has_a_text_and_never_a_hyphen_or_minus_zero(value, measure):
    text = amount_text(value, measure)

    assert "-" not in text
    assert text not in ("\u22120", "\u2212$0", "\u22120%", "\u22120 km/h")
    assert len(text) < 40
