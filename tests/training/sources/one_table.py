"""One table of every kind of value, written in every format that Formcast reads."""

import csv
import io
import json
import sqlite3
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 60
DAY, MOMENT = date(2024, 1, 31), datetime(2024, 1, 31, 9, 30)
WORDS = ["plain", "Zoë, née Ö.", 'says "so"', "two\nlines", "a;b|c\td", "007", "NA", "1e5", "\u00a0edge", "日本"]
COLUMNS = {
    "word": [WORDS[row % len(WORDS)] for row in range(ROWS)],
    "gaps": [None if row % 3 else "here" for row in range(ROWS)],
    "whole": [row * 37 - 900 for row in range(ROWS)],
    "counted": [None if row % 7 == 0 else row for row in range(ROWS)],
    "half": [row / 8 - 2 for row in range(ROWS)],
    "odd": [None if row % 11 == 0 else float(f"{0.1 * row * row:.14g}") for row in range(ROWS)],
    "tiny": [float(f"{row}e-9") for row in range(ROWS)],
    "is_new": [None if row % 13 == 0 else row % 2 == 0 for row in range(ROWS)],
    "day": [None if row % 17 == 0 else DAY + timedelta(days=9 * row) for row in range(ROWS)],
    "moment": [MOMENT + timedelta(minutes=977 * row) for row in range(ROWS)],
    "left": ["Yes" if row * 7 % 5 < 2 else "No" for row in range(ROWS)],
}
SQL_TYPES = {
    "word": "text", "gaps": "text", "whole": "integer", "counted": "bigint", "half": "double precision",
    "odd": "double precision", "tiny": "double precision", "is_new": "boolean", "day": "date", "moment": "timestamp",
    "left": "text",
}  # fmt: skip
QUERY = "SELECT * FROM cases ORDER BY whole"
# A database without booleans keeps 1 and 0; what they mean is said in the query.
SQLITE_QUERY = QUERY.replace("*", ", ".join(COLUMNS)).replace(
    "is_new", "CASE is_new WHEN 1 THEN 'true' WHEN 0 THEN 'false' END AS is_new"
)


def as_text(value: object) -> str:
    """Apart from the product's own rules, so that they are not held against themselves."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return value.isoformat() if isinstance(value, date) else str(value)


TEXTS = {name: [as_text(value) for value in values] for name, values in COLUMNS.items()}
WITHOUT_DATES = COLUMNS | {name: [text or None for text in TEXTS[name]] for name in ("day", "moment")}


def rows(columns: dict[str, list]) -> list[tuple]:
    return list(zip(*columns.values(), strict=True))


def as_csv(delimiter: str = ",", encoding: str = "utf-8", quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, quoting=quoting).writerows([TEXTS, *rows(TEXTS)])
    return written.getvalue().encode(encoding)


def as_parquet(**settings: object) -> bytes:
    written = io.BytesIO()
    pq.write_table(pa.table(COLUMNS), written, **settings)
    return written.getvalue()


def as_excel() -> bytes:
    workbook = openpyxl.Workbook()
    for row in [tuple(COLUMNS), *rows(COLUMNS)]:
        workbook.active.append(row)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def as_json_lines() -> bytes:
    records = [dict(zip(COLUMNS, row, strict=True)) for row in rows(WITHOUT_DATES)]
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def in_sqlite(path: Path) -> str:
    """The address of a database with the table in it."""
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE cases ({', '.join(COLUMNS)})")
        connection.executemany(f"INSERT INTO cases VALUES ({', '.join('?' * len(COLUMNS))})", rows(WITHOUT_DATES))
    connection.close()
    return f"sqlite:///{path}"


def in_postgres(url: str) -> str:
    typed = ", ".join(f'"{name}" {kind}' for name, kind in SQL_TYPES.items())
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE TABLE cases ({typed})")
        connection.cursor().executemany(f"INSERT INTO cases VALUES ({', '.join(['%s'] * len(COLUMNS))})", rows(COLUMNS))
    return url
