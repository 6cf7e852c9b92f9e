"""JSON from outside, read to the letter: what two readers could understand differently is refused, not guessed."""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, NoReturn

from webapp.parsing.texts import is_storable, texts_in

MAX_DEPTH = 64
MAX_FIGURES = 40  # characters of one number; the longest that a double is written with has 24
SHOWN = 40  # characters of what is wrong that a sentence repeats

_STRING = re.compile(r'"(?:[^"\\]|\\.?)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


class NotJson(ValueError):
    """What was sent cannot be taken for JSON; the text says why."""


def read_json(content: bytes, *, nan_is_null: bool = False) -> Any:
    """
    The value that the bytes say. Raises NotJson, never another error, whatever the bytes.

    `nan_is_null`: take NaN, with which pandas writes a missing number, for null; it is no JSON and refused otherwise.
    """
    text = _text(content)
    _check_depth(text)
    decoder = _LENIENT if nan_is_null else _STRICT
    try:
        value = decoder.decode(text)
    except json.JSONDecodeError as problem:
        raise NotJson(f"Line {problem.lineno}, column {problem.colno}: {_reason(problem)}") from None
    # Nothing but \u can write half of a surrogate pair or a NUL.
    if "\\u" in text and not all(map(is_storable, texts_in(value))):
        raise NotJson("A text contains \\u0000 or half of a surrogate pair, which stand for no character")
    return value


def _text(content: bytes) -> str:
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise NotJson("It begins with a byte order mark; send UTF-8 without one")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise NotJson(f"Byte {problem.start + 1} is not UTF-8") from None
    if not text.strip():
        raise NotJson("It is empty")
    return text


def _check_depth(text: str) -> None:
    """Before anything is built: a hundred thousand brackets would exhaust the stack of the reader."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise NotJson(f"Lists and objects stand in one another more than {MAX_DEPTH} deep")


def _reason(problem: json.JSONDecodeError) -> str:
    if problem.msg.startswith("Invalid control character"):
        return "a control character stands in a text; write it as \\n, \\t or \\u00.."
    if problem.msg == "Extra data":
        return "there is more after the end"
    return problem.msg[0].lower() + problem.msg[1:]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise NotJson(f"The name {_quoted(twice)} stands twice in one object, so it is not clear which is meant")
    return found


def _number(kind: Callable[[str], float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        if len(text) > MAX_FIGURES:
            raise NotJson(f"The number {text[:SHOWN]}... has more than {MAX_FIGURES} characters")
        value = kind(text)
        if value in (float("inf"), float("-inf")):
            raise NotJson(f"The number {text} is too large")
        return value

    return read


def _no_number(name: str) -> NoReturn:
    raise NotJson(f"{name} is no JSON; send null for a missing value")


def _nan_only(name: str) -> None:
    return None if name == "NaN" else _no_number(name)


def _quoted(text: str) -> str:
    return json.dumps(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")


def _decoder(constant: Callable[[str], Any]) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_once, parse_int=_number(int), parse_float=_number(float), parse_constant=constant
    )


_STRICT, _LENIENT = _decoder(_no_number), _decoder(_nan_only)
