"""The grammar of numbers: the awkward inputs one by one, then against a second reader on generated texts."""

import math
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.parsing.reference_numbers import reference_number
from webapp.parsing.numbers import LARGEST, NotANumber, parse_number


def refused(text, **options):
    with pytest.raises(NotANumber) as problem:
        parse_number(text, **options)
    return problem.value.reason


@pytest.mark.parametrize("text", ["12", " 12 ", "+12", "１２", "١٢", "12.", "012", "\u200b12\ufeff", "\u00a012", "1２"])
def test_twelve_in_many_hands_is_twelve(text):
    assert parse_number(text) == 12


@pytest.mark.parametrize("text", ["1,234", "1 234", "1'234", "1\u202f234", "1\u00a0234", "1’234", "1234"])
def test_groups_of_three_are_one_number(text):
    assert parse_number(text) == 1234


@pytest.mark.parametrize(
    "text", ["12,34", "1,23,4", "1,2345", "1,234 567", ",234", "1,,234", "0,123", "00,123", "1  234"]
)
def test_wrong_groups_are_refused(text):
    refused(text)


def test_the_decimal_sign_belongs_to_the_source():
    assert parse_number("12,5", decimal=",") == 12.5
    assert parse_number("1.234,5", decimal=",") == 1234.5
    assert parse_number("1.234", decimal=",") == 1234
    assert refused("12,5") == "decimal_sign"
    assert refused("1.234,5") == "decimal_sign"
    assert refused("12.5", decimal=",") == "decimal_sign"


@pytest.mark.parametrize(
    "text", ["1_000", "0x10", "1e5", "½", "²", "12abc", "--5", "5-", "+-5", "-", "+", ".", "1.2.3"]
)
def test_what_is_no_number_is_refused(text):
    assert refused(text) == "text"


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-Infinity", "sNaN", "None", "true", "٫5", "1\n2", "1\t2", ""])
def test_words_are_no_numbers(text):
    refused(text, scientific=True)


@pytest.mark.parametrize(("text", "value"), [("-5", -5), ("\u22125", -5), ("－5", -5), ("- 5", None), ("-.5", -0.5)])
def test_a_minus_may_be_typed_in_several_ways(text, value):
    if value is None:
        refused(text)
    else:
        assert parse_number(text) == value


@pytest.mark.parametrize("text", ["-0", "-0.0", "\u22120", "-0e5"])
def test_minus_zero_is_zero(text):
    assert math.copysign(1, parse_number(text, scientific=True)) == 1


@pytest.mark.parametrize("text", ["1e400", "1e39", "-1e39", "9" * 30 + "e9"])
def test_more_than_a_model_can_hold_is_refused(text):
    assert refused(text, scientific=True) in ("too_large", "too_long")


@pytest.mark.parametrize("size", [31, 400, 5_000, 1_000_000])
def test_too_many_digits_are_refused_before_any_conversion(size):
    assert refused("1" * size) == "too_long"


def test_thirty_characters_are_the_limit_on_either_way_through():
    assert parse_number("1" + "0" * 29) == 1e29
    assert parse_number("0" * 28 + ".5") == 0.5
    assert refused("0" * 29 + ".5") == "too_long"


@pytest.mark.parametrize("text", ["9007199254740993", "1" * 30, "0.12345678901234567", "1234567890.1234567890"])
def test_a_number_that_would_be_kept_as_another_is_refused(text):
    assert refused(text) == "too_precise"


@pytest.mark.parametrize("text", ["9007199254740992", "0.30000000000000004", "123456789012345", "0.1"])
def test_a_number_that_is_kept_as_it_is_written_is_taken(text):
    assert repr(parse_number(text)).removesuffix(".0") == text


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("£2,500", "£", 2500),
        ("-£5", "£", -5),
        ("£-5", "£", -5),
        ("£ 5", "£", 5),
        ("5 £", "£", 5),
        ("27%", "%", 27),
        ("27 %", "%", 27),
        ("80 kg", "kg", 80),
        ("80KG", "kg", 80),
        ("80", "kg", 80),
        ("12Fuß", "Fuß", 12),
        ("12 fuß", "Fuß", 12),
        ("US$ 3", "US$", 3),
    ],
)
def test_its_own_unit_may_stand_with_a_number(text, unit, value):
    assert parse_number(text, unit=unit) == value


@pytest.mark.parametrize(
    ("text", "unit"), [("27%", ""), ("£5", "$"), ("80 lb", "kg"), ("$5$", "$"), ("-$-5", "$"), ("kg", "kg")]
)
def test_another_unit_is_never_passed_over(text, unit):
    refused(text, unit=unit)


NEAR_NUMBERS = st.text("0123456789.,' -+eE−１٣\u00a0\u200b’_x", max_size=12)
NUMBERS = st.one_of(
    NEAR_NUMBERS,
    st.integers(-(10**9), 10**9).map(str),
    st.integers(-(10**9), 10**9).map(lambda number: f"{number:,}"),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-(10**6), 10**6, places=3).map(lambda number: f"{number:,}"),
)


@given(NUMBERS, st.sampled_from(".,"), st.booleans())
@example("0,123", ".", False)
@example("1 234 567", ",", False)
@example("1e5", ".", True)
def test_the_parser_agrees_with_a_second_reading_of_the_grammar(text, decimal, scientific):
    expected = reference_number(text, decimal, scientific)
    try:
        found = parse_number(text, decimal=decimal, scientific=scientific)
    except NotANumber:
        found = None

    assert (found is None) == (expected is None)
    if found is not None:
        assert found == float(expected)
        assert abs(Fraction(found)) <= Fraction(LARGEST)


@given(st.text(), st.sampled_from(".,"), st.sampled_from(["", "$", "%", "kg", "ß", "İ", " "]), st.booleans())
def test_any_text_is_a_finite_number_or_is_refused(text, decimal, unit, scientific):
    try:
        value = parse_number(text, decimal=decimal, unit=unit, scientific=scientific)
    except NotANumber as problem:
        assert problem.reason in ("text", "decimal_sign", "too_long", "too_large")
    else:
        assert math.isfinite(value)
