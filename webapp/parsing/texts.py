"""Text as people and files write it, made comparable without changing what it says."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_EDGES = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + INVISIBLE
MAX_TEXT = 500  # characters of one category or reference; the longest real one seen in practice is under 120
MAX_KEY = 100  # characters of a person's own reference of a case


def trim(text: str) -> str:
    """Without white space and invisible characters at both ends."""
    return text.strip(_EDGES)


def normal(text: str) -> str:
    """Trimmed and in Unicode's composed form (NFC), the form in which texts are compared and stored."""
    if text.isascii():
        return trim(text)
    return trim(unicodedata.normalize("NFC", text))


def is_storable(text: str) -> bool:
    """False for NUL, which Postgres refuses, and for lone surrogates, which no database takes."""
    return "\x00" not in text and (text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text))


def texts_in(value: Any) -> Iterator[str]:
    """Every text of a JSON value, the names in its objects included. It calls itself, so depth must have a limit."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from texts_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)


def index_by_fold(texts: Iterable[str]) -> Mapping[str, str]:
    """
    Case-folded text -> text, for those whose folded form is unique among `texts`.

    `"x"` and `"X"` side by side in one column are two categories, so neither is found by its folded form.
    """
    found: dict[str, str | None] = {}
    for text in texts:
        folded = text.casefold()
        found[folded] = None if folded in found else text
    return {folded: text for folded, text in found.items() if text is not None}


def in_sentence(label: str) -> str:
    """
    The label as it stands in the middle of a sentence: 'Monthly charges' -> 'monthly charges', 'GDP' stays.

    A label that is a sentence itself, as a question is, cannot be part of another one and is quoted.
    """
    if label.endswith("?"):
        return f"“{label}”"
    if len(label) > 1 and label[0].isupper() and not any(c.isupper() or c.isdigit() for c in label.split()[0][1:]):
        return label[0].lower() + label[1:]
    return label
