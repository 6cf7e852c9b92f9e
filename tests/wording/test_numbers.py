import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.wording.numbers import REST_MAY_STRAY, add_up, count_text, counted, listed, number_word, to_whole

amounts = st.lists(st.floats(-60, 60), min_size=1, max_size=8)


def test_counts_have_their_thousands_apart_and_one_is_singular():
    assert count_text(5634) == "5,634"
    assert counted(1, "customer", "customers") == "1 customer"
    assert counted(1200, "customer", "customers") == "1,200 customers"


def test_small_counts_are_words_in_a_sentence():
    assert [number_word(count) for count in (1, 9, 10, 11, 1400)] == ["one", "nine", "ten", "11", "1,400"]


def test_things_are_listed_as_people_list_them():
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"], "or") == "a, b or c"


def test_halves_go_away_from_zero_whatever_the_last_bits_say():
    assert to_whole(100 * 0.285) == 29
    assert to_whole(-0.5) == -1
    assert to_whole(0.49) == 0


@given(amounts, st.booleans(), st.sampled_from([-1, 0, 1]))
def test_what_is_shown_adds_up_and_stays_near_the_truth(values, has_rest, drift):
    rest = len(values) - 1 if has_rest else None
    total = to_whole(sum(values)) + drift

    shown = add_up(values, total, rest)

    assert sum(shown) == total
    strays = [abs(value - whole) for value, whole in zip(values, shown, strict=True)]
    if drift == 0:
        assert max(strays) <= REST_MAY_STRAY + 1e-6


def test_the_rest_row_takes_up_the_rounding_before_a_reason_does():
    assert add_up([9.6, 7.6, 5.1, 3.0], 25, rest=3) == [10, 8, 5, 2]
    assert add_up([9.4, 8.4], 18) == [10, 8]


def test_amounts_that_never_summed_to_the_total_still_end():
    assert add_up([1.0, 2.0], 10**9, rest=0) == [10**9 - 2, 2]
    assert add_up([1.0, -2.0], 10**9) == [1, 10**9 - 1]
    assert add_up([], 5) == []


@pytest.mark.parametrize("value", [0.0, -0.0, -0.2])
def test_nothing_is_minus_zero(value):
    assert str(to_whole(value)) == "0"
