"""JSON lines: one flat object a line. Read strictly: a repeated key or a NaN is a mistake of whoever wrote the file."""

import json
import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from webapp.errors import UnusableTable
from webapp.parsing.text_encoding import decode
from webapp.training.sources.cells import TextColumns
from webapp.training.sources.table import Found, Wanted
from webapp.training.sources.text_table import NO_ROWS, ONE_COLUMN, named_columns

LARGEST_EXPONENT = 400  # beyond it no number type holds it, and it would be written out digit by digit
ENDINGS = (".jsonl", ".ndjson", ".json")
ROWS_AT_ONCE = 4_096


class _Refused(ValueError):
    """What is wrong with a line."""


def read_json_lines(content: bytes, wanted: Wanted) -> Found:
    """Raises UnusableTable, in words that go on after the file's name."""
    text, encoding = decode(content)
    if encoding == "cp1252":
        raise UnusableTable("is not UTF-8, and JSON lines always are. Save it in UTF-8")
    if text.lstrip().startswith("["):
        raise UnusableTable("is one JSON list. Write each of its objects on a line of its own, without the brackets")
    names, columns = _columns(_objects(text), wanted)
    if not columns.rows:
        raise UnusableTable(NO_ROWS)
    if len(names) < 2:
        raise UnusableTable(ONE_COLUMN)
    return Found(
        kind="json lines",
        columns=named_columns(names, columns.texts),
        rows=columns.rows,
        encoding=encoding,
        decimal=columns.decimal,
        notes=columns.notes,
    )


def _columns(objects: Iterator[dict[str, Any]], wanted: Wanted) -> tuple[list[str], TextColumns]:
    """Every key that any object has is a column, in the order in which they turn up."""
    names: dict[str, None] = {}
    columns = TextColumns(left_out=wanted.exclude)
    while some := list(islice(objects, ROWS_AT_ONCE)):
        new = [name for name in dict.fromkeys(key for one in some for key in one) if name not in names]
        names |= dict.fromkeys(new)
        columns.widen(new)
        columns.add([[one.get(name) for name in names] for one in some])
    return list(names), columns


def _objects(text: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder(
        object_pairs_hook=_flat, parse_int=_whole, parse_float=_fraction, parse_constant=_refuse_constant
    )
    for number, line in enumerate(text.split("\n"), 1):  # U+2028 and the like may stand inside a JSON text
        if not line.strip():
            continue
        try:
            found = decoder.decode(line)
        except json.JSONDecodeError as problem:
            raise UnusableTable(
                f"is not JSON on line {number}, character {problem.colno}: {problem.msg}. Each line must be one object"
            ) from problem
        except _Refused as problem:
            raise UnusableTable(f"has on line {number} {problem}") from problem
        except RecursionError as problem:
            raise UnusableTable(
                f"is nested too deeply on line {number}: one flat object a line is a table"
            ) from problem
        if not isinstance(found, dict):
            raise UnusableTable(f"has on line {number} no object: each line must be one, " + '{"column": value}')
        yield found


def _flat(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Refused(f"the key “{next(name for name in names if names.count(name) > 1)}” twice. Which one holds?")
    return found


def _whole(text: str) -> str:
    return "0" if text == "-0" else text


def _fraction(text: str) -> float | Decimal | str:
    """As a double where it keeps every digit, else exactly as it is written."""
    value, exact = float(text), Decimal(text)
    if repr(value) == text or (math.isfinite(value) and Decimal(repr(value)) == exact):
        return value
    return exact if abs(exact.adjusted()) < LARGEST_EXPONENT else text


def _refuse_constant(name: str) -> None:
    raise _Refused(f"{name}, which JSON does not have. Write null for a missing value")
