"""JSON is read to the letter; whatever two readers could understand differently is refused with a reason."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.parsing.strict_json import MAX_DEPTH, NotJson, read_json

LIMIT_S = 1.0  # of processor time; the longest takes a twentieth of it
REFUSED = {
    "NaN": (b'{"a": NaN}', "NaN is no JSON"),
    "infinity": (b'{"a": -Infinity}', "-Infinity is no JSON"),
    "a name twice": (b'{"a": 1, "b": {"c": 1, "c": 1}}', 'The name "c" stands twice'),
    "a name twice in disguise": (b'{"a": 1, "\\u0061": 1}', 'The name "a" stands twice'),
    "deep lists": (b"[" * 100_000, "more than 64 deep"),
    "deep objects": (b'{"a":' * 50_000, "more than 64 deep"),
    "one too deep": (b"[" * 65 + b"]" * 65, "more than 64 deep"),
    "half a surrogate pair": (b'"\\ud800"', "half of a surrogate pair"),
    "half of one in a name": (b'{"\\udc00": 1}', "half of a surrogate pair"),
    "NUL": (b'["\\u0000"]', "\\u0000"),
    "raw NUL": (b'["\x00"]', "Line 1, column 3: a control character"),
    "raw line break": (b'["\n"]', "a control character"),
    "5,000 figures": (b"9" * 5_000, "more than 40 characters"),
    "too large": (b"[1e400]", "The number 1e400 is too large"),
    "too small": (b"[-1e999]", "is too large"),
    "UTF-16": ("{}".encode("utf-16"), "byte order mark"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "byte order mark"),
    "a wrong byte": (b'{"a": "\xff"}', "Byte 8 is not UTF-8"),
    "a surrogate in bytes": (b'"\xed\xa0\x80"', "not UTF-8"),
    "nothing": (b"", "It is empty"),
    "spaces": (b" \n ", "It is empty"),
    "two documents": (b"{} {}", "there is more after the end"),
    "a comma too many": (b"[1,]", "Line 1, column"),
    "single quotes": (b"{'a': 1}", "Line 1, column 2"),
    "a comment": (b"{} // done", "there is more after the end"),
    "a leading zero": (b"[01]", "Line 1"),
    "hexadecimal": (b"[0x10]", "Line 1"),
    "a plus": (b"[+1]", "Line 1"),
    "an open text": (b'["abc', "unterminated string"),
    "an open list": (b"[1", "Line 1"),
    "many escapes in an open text": (b'"' + b'\\"' * 120_000, "unterminated string"),
    "many names, the last twice": (
        b"{" + b",".join(b'"%d":0' % (place % 30_000) for place in range(30_001)) + b"}",
        'The name "0" stands twice',
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_not_plain_json_is_refused_with_its_reason_at_little_cost(kind):
    content, said = REFUSED[kind]
    began = time.process_time()
    with pytest.raises(NotJson) as refused:
        read_json(content)

    assert said in str(refused.value)
    assert time.process_time() - began < LIMIT_S


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b"-0", 0),
        (b"[1E5]", [100_000.0]),
        (b'{"a": {"a": {}}}', {"a": {"a": {}}}),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)),
        (b'["' + b"[" * 1_000 + b'"]', ["[" * 1_000]),
        (b"[" + b"[]," * 500 + b"[]]", [[]] * 501),
        ('"\u202e\u0645 e\u0301 \U0001f600"'.encode(), "\u202e\u0645 e\u0301 \U0001f600"),
        (b'"\\\\u0000"', "\\u0000"),
        (b"true", True),
        (b"null", None),
    ],
    ids=ascii,
)
def test_what_is_json_is_read_as_it_stands(content, value):
    assert read_json(content) == value


def test_nan_is_null_only_where_that_is_asked_for():
    assert read_json(b"[NaN, 1]", nan_is_null=True) == [None, 1]
    with pytest.raises(NotJson, match="Infinity is no JSON"):
        read_json(b"[Infinity]", nan_is_null=True)


FINITE = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**30), 10**30)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))
VALUES = st.recursive(
    st.none() | st.booleans() | FINITE | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(VALUES, st.booleans())
def test_every_document_is_read_as_the_library_reads_it(value, as_ascii):
    assert read_json(json.dumps(value, ensure_ascii=as_ascii).encode()) == value


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.text('[]{}",:\\u0123456789abcdefnlrts.eE+- \n', max_size=60).map(str.encode))
def test_no_bytes_raise_anything_but_the_refusal(content):
    try:
        value = read_json(content)
    except NotJson:
        return
    assert value == json.loads(content)
