"""References survive being read out, typed and mistyped."""

import re

from hypothesis import given
from hypothesis import strategies as st

from webapp.records.identifiers import ALPHABET, new_prediction_id, new_reference, normalise_reference

REFERENCES = st.builds(new_reference)


def test_an_identifier_is_22_characters_fit_for_a_link():
    identifiers = {new_prediction_id() for _ in range(1000)}

    assert len(identifiers) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", identifier) for identifier in identifiers)


def test_a_reference_is_eight_characters_without_i_l_o_and_u():
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", new_reference()) for _ in range(1000))


@given(REFERENCES)
def test_a_reference_survives_how_people_type_it(reference):
    typed = f" {reference[:4]}-{reference[4:]} ".lower().replace("0", "o").replace("1", "l")

    assert normalise_reference(reference) == reference
    assert normalise_reference(typed) == reference
    assert normalise_reference(typed.replace("l", "I")) == reference
    assert normalise_reference(" ".join(reference)) == reference
    assert normalise_reference(reference[:4] + "\u2013" + reference[4:]) == reference


@given(REFERENCES, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(reference, position, letter):
    typed = reference[:position] + letter + reference[position + 1 :]

    assert normalise_reference(typed) == (reference if typed == reference else "")


@given(REFERENCES, st.integers(0, 7), st.integers(0, 7))
def test_two_characters_swapped_are_noticed(reference, one, other):
    letters = list(reference)
    letters[one], letters[other] = letters[other], letters[one]

    assert normalise_reference("".join(letters)) in ({reference} if "".join(letters) == reference else {""})


@given(st.text())
def test_any_text_is_a_reference_or_nothing(text):
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{8})?", normalise_reference(text))
