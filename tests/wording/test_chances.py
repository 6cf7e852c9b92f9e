import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.wording.chances import (
    Band,
    band,
    figure_text,
    hundred_text,
    in_hundred_text,
    of_hundred_text,
    percent_text,
    points_text,
    rule_text,
    signed_text,
    whole,
)

probabilities = st.floats(0, 1)


@pytest.mark.parametrize(
    ("probability", "percent", "hundred"),
    [
        (0.0, "less than 1%", "fewer than 1 in 100"),
        (1e-9, "less than 1%", "fewer than 1 in 100"),
        (0.004, "less than 1%", "fewer than 1 in 100"),
        (0.005, "less than 1%", "fewer than 1 in 100"),
        (0.01, "1%", "about 1 in 100"),
        (0.265, "27%", "about 27 in 100"),
        (0.285, "29%", "about 29 in 100"),
        (0.5, "50%", "about 50 in 100"),
        (0.99, "99%", "about 99 in 100"),
        (0.995, "more than 99%", "more than 99 in 100"),
        (1.0, "more than 99%", "more than 99 in 100"),
    ],
)
def test_a_chance_is_whole_and_never_certain(probability, percent, hundred):
    assert percent_text(probability) == percent
    assert hundred_text(probability) == hundred


@given(probabilities)
def test_percent_and_hundred_say_the_same_figure(probability):
    percent, hundred = percent_text(probability), in_hundred_text(probability)

    assert percent.removesuffix("%").split()[-1] == of_hundred_text(probability).split()[-1]
    assert hundred == f"{of_hundred_text(probability)} in 100"
    assert "." not in percent + hundred
    assert percent not in ("0%", "100%")


@given(probabilities)
def test_a_larger_chance_never_reads_smaller(probability):
    assert whole(probability) <= whole(min(1.0, probability + 0.01))


def test_where_only_a_figure_fits_the_ends_are_still_not_certain():
    assert [figure_text(figure) for figure in (0, 27, 100)] == ["<1", "27", ">99"]


def test_a_rule_keeps_a_decimal_because_it_is_not_a_chance():
    assert [rule_text(threshold) for threshold in (0.4, 0.125, 0.0025, 1.0)] == ["40%", "12.5%", "0.25%", "100%"]


def test_points_have_a_sign_and_a_true_minus():
    assert [points_text(points) for points in (16, 1, 0, -1, -6)] == [
        "+16 points",
        "+1 point",
        "under 1 point",
        "\u22121 point",
        "\u22126 points",
    ]
    assert signed_text(-1200) == "\u22121,200"
    assert signed_text(0) == "0"


@pytest.mark.parametrize(
    ("probability", "half_width", "expected"),
    [
        (0.28, 7, "between 20 and 35 in 100"),
        (0.03, 7, "at most 10 in 100"),
        (0.97, 7, "at least 90 in 100"),
        (0.5, 0, "between 50 and 50 in 100"),
    ],
)
def test_a_chance_that_is_not_defended_is_said_as_a_range(probability, half_width, expected):
    assert band(probability, half_width).text == expected


@given(probabilities, st.floats(0, 40))
def test_a_range_holds_the_chance_and_all_of_its_width(probability, half_width):
    found = band(probability, half_width)

    assert isinstance(found, Band)
    assert 0 <= found.low <= 100 * probability + 1e-6
    assert 100 * probability - 1e-6 <= found.high <= 100
    assert found.low <= max(0, 100 * probability - half_width) + 1e-6
