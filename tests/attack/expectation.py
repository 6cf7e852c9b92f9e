"""What must become of a form that was sent as these bytes, worked out without the product."""

from dataclasses import dataclass, field
from typing import Any

from tests.attack.form_page import FormPage
from tests.attack.reference_parser import REFUSED, Question, meant, picked, stripped
from tests.attack.target import Model

MOST_FIELDS, LONGEST_NAME, LONGEST_VALUE, LARGEST_BODY = 500, 100, 10_000, 256 * 1024
LONGEST_KEY, LONGEST_HIDDEN = 100, 100
HEX = "0123456789abcdefABCDEF"


@dataclass(frozen=True)
class Expected:
    """The statuses that would be right, what must be stored with 303, and what a page with 4xx must still show."""

    statuses: frozenset[int]
    row: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)


def expected(model: Model, form: FormPage, body: bytes) -> Expected:
    if len(body) > LARGEST_BODY:
        return Expected(frozenset({413}))
    fields = decoded(body)
    if fields is None:
        return Expected(frozenset({400, 413}))
    row = {question.name: value_of(model, form, question, fields) for question in model.questions}
    is_known = fields.get("version") == form.hidden["version"]
    kept = {name: _kept(form, name, fields.get(name, ""), is_known) for name in form.shown}
    is_right = REFUSED not in row.values() and len(stripped(fields.get("business_key", ""))) <= LONGEST_KEY
    status = 303 if is_right else 422
    if not is_known:
        status = 422
    # The token of a form with a prefix counts too: by design of the library that checks it.
    token = next((fields[name] for name in fields if name.endswith("csrf_token")), "")
    if token == form.hidden["csrf_token"]:
        return Expected(frozenset({status}), row, kept)
    # The last letter of a token carries idle bits, so a changed one may still be the same token.
    return Expected(frozenset({400, status}) if token else frozenset({400}), row, kept)


def value_of(model: Model, form: FormPage, question: Question, fields: dict[str, str]) -> object:
    names = model.field_names(question)
    if not question.is_picked:
        return meant(question, [fields.get(name, "") for name in names])
    posted = fields.get(names[0], "")
    options = form.fields[names[0]].options
    return picked(question, options[posted]) if posted and posted in options else REFUSED


def decoded(body: bytes) -> dict[str, str] | None:
    """The fields of an urlencoded body; None for one that must not be accepted at all."""
    pairs = [pair for pair in body.split(b"&") if pair]
    if body.count(b"&") >= MOST_FIELDS:
        return None
    fields: dict[str, str] = {}
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        texts = _unquoted(name, LONGEST_NAME), _unquoted(value, LONGEST_VALUE)
        if None in texts or texts[0] in fields:
            return None
        fields[texts[0]] = texts[1]
    return fields


def _unquoted(quoted: bytes, longest: int) -> str | None:
    if any(byte >= 0x80 for byte in quoted):
        return None
    content, text, place = bytearray(), quoted.decode("ascii"), 0
    while place < len(text):
        two = text[place + 1 : place + 3]
        if text[place] == "%" and len(two) == 2 and all(one in HEX for one in two):
            content.append(int(two, 16))
            place += 3
        else:
            content.append(ord(" " if text[place] == "+" else text[place]))
            place += 1
    if len(content) > longest:
        return None
    try:
        said = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\x00" in said else said


def _kept(form: FormPage, name: str, sent: str, is_known: bool) -> str:
    """A text stays as it was typed; of a choice what the form knows, if the version whose lists it names is known."""
    one = form.fields[name]
    return sent if one.kind == "text" or (is_known and sent in one.options) else ""
