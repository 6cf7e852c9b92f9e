"""What is kept as a document: the same value back whichever way it was written, and nothing that would be changed."""

import json
import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.errors import InvalidValue
from webapp.records.column_types import LARGEST_EXACT_INTEGER, as_stored, json_text, stored_text

TEXTS = st.text(st.characters() | st.sampled_from('\x00\ud800"\\nul0'), max_size=6)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def can_be_kept(value):
    if isinstance(value, dict):
        return can_be_kept([*value, *value.values()])
    if isinstance(value, list):
        return all(map(can_be_kept, value))
    if isinstance(value, str):
        return "\x00" not in value and all(not "\ud800" <= sign <= "\udfff" for sign in value)
    return not isinstance(value, float) or math.isfinite(value)


def written(write, value):
    """What comes back, as text, so that 1 is not 1.0 and 0.0 not -0.0; None where the value is refused."""
    try:
        return repr(json.loads(write(value)))
    except InvalidValue:
        return None


@given(ANY)
@example({"b": [None, -0.0, "\\u0000"], "a": {"d": 1e16, "c": -0.05}})
@example([LARGEST_EXACT_INTEGER, -LARGEST_EXACT_INTEGER, "null"])
@example(["null", math.nan])
@example({"\x00": 1})
@example(5e-324)
def test_what_was_written_comes_back_or_is_refused(value):
    keepable = can_be_kept(value)

    assert written(json_text, value) == (repr(value) if keepable else None)
    assert written(stored_text, value) == (repr(as_stored(value)) if keepable else None)


def test_a_document_is_in_order_and_its_dates_are_texts():
    row = {"b": np.datetime64("2026-01-31"), "a": (np.float64(-0.0), 2**60)}

    assert stored_text(row) == json_text(as_stored(row)) == '{"a":[0.0,1.152921504606847e+18],"b":"2026-01-31"}'


def test_what_has_no_place_in_a_record_is_a_fault_of_the_program():
    for write in (json_text, stored_text):
        with pytest.raises(TypeError, match="set has no place in a record"):
            write({"a": {1, 2}})
