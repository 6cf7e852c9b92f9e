"""Text made comparable, and values as people read them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.parsing.numbers import parse_number
from webapp.parsing.shown import date_text, number_text, round_outward, typed_text
from webapp.parsing.texts import in_sentence, index_by_fold, is_storable, normal, trim


@pytest.mark.parametrize("text", ["x", " x", "x\u00a0", "\u200bx\ufeff", "\u200b \u200b x \u2060 ", "\u3000x\r\n"])
def test_white_and_invisible_ends_do_not_count(text):
    assert trim(text) == "x"


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\u200b", " \u200b\u00a0\ufeff"])
def test_nothing_but_space_is_a_blank(text):
    assert normal(text) == ""


def test_composed_and_decomposed_letters_are_one_text():
    assert normal("Zoe\u0308") == normal("Zo\u00eb") == "Zo\u00eb"


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    assert normal(normal(text)) == normal(text)


def test_a_long_run_of_mixed_ends_takes_no_time():
    assert trim("\u200b " * 500_000 + "x") == "x"


def test_nul_and_lone_surrogates_cannot_be_stored():
    assert not is_storable("a\x00b")
    assert not is_storable("a\ud800b")
    assert is_storable("\u202eمرحبا 👩‍👧 e" + "\u0301" * 100)


def test_capitals_are_passed_over_only_where_that_leaves_one_text():
    assert index_by_fold(["Yes", "No"]) == {"yes": "Yes", "no": "No"}
    assert index_by_fold(["x", "X", "y"]) == {"y": "y"}


def test_labels_inside_a_sentence():
    assert in_sentence("Monthly charges") == "monthly charges"
    assert in_sentence("GDP per head") == "GDP per head"
    assert in_sentence("pH") == "pH"
    assert in_sentence("X") == "X"
    assert in_sentence("Is it paid?") == "“Is it paid?”"
    assert in_sentence("") == ""


def test_numbers_with_their_units():
    assert number_text(118.9, unit="$", decimals=2) == "$118.90"
    assert number_text(1397, unit="$", decimals=2) == "$1,397"
    assert number_text(-5, unit="£") == "\u2212£5"
    assert number_text(27, unit="%") == "27%"
    assert number_text(20, unit="months") == "20 months"
    assert number_text(1234.5, decimal=",") == "1.234,5"
    assert number_text(0.1234567) == "0.1234567"


def test_days_and_moments():
    assert date_text(np.datetime64("2026-10-03")) == "3 Oct 2026"
    assert date_text(np.datetime64("2026-10-03T14:32:00")) == "3 Oct 2026, 14:32"


@given(st.floats(-1e14, 1e14).filter(lambda number: number == 0 or abs(number) > 1e-7), st.sampled_from(".,"))
def test_what_is_offered_for_typing_gives_the_same_number_back(number, decimal):
    text = typed_text(number, decimal)

    assert len(text) > 30 or parse_number(text, decimal=decimal) == number


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_limits_are_only_ever_widened(one, other):
    low, high = round_outward(min(one, other), max(one, other))

    assert low <= min(one, other)
    assert max(one, other) <= high


def test_limits_have_two_figures():
    assert round_outward(18.25, 118.75) == (18, 120)
    assert round_outward(-1234, 8684.8) == (-1300, 8700)
    assert round_outward(0, 0.0311) == (0, 0.032)


@pytest.mark.parametrize(
    ("ends", "limits"),
    [
        ((1995, 2022), (1990, 2030)),
        ((981.2, 1033.4), (980, 1040)),
        ((-1033.4, -981.2), (-1040, -980)),
        ((100_000.123, 100_000.187), (100_000.12, 100_000.19)),
        ((2022, 2022), (2000, 2100)),
        ((0, 0), (0, 0)),
    ],
)
def test_limits_far_from_zero_are_as_fine_as_the_range_is_wide(ends, limits):
    assert round_outward(*ends) == limits


@given(st.floats(0, 1e300), st.floats(0, 1e300))
def test_limits_of_what_is_never_below_zero_are_not_below_zero(one, other):
    assert round_outward(min(one, other), max(one, other))[0] >= 0
