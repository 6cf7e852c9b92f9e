"""The pieces of a file of cases, each small enough to be handled at once; packed, since rows are much alike."""

import zlib
from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import Connection, func, insert, select

from webapp.records.database import Database
from webapp.records.job_tables import job_parts

ROWS, PROBLEMS, RESULTS = "rows", "problems", "results"
QUICKLY = 1  # zlib's level: a fifth of the size in a tenth of the time of the best


def packed(content: Any) -> bytes:
    """A JSON value as it is kept."""
    return zlib.compress(orjson.dumps(content), QUICKLY)


def unpacked(content: bytes) -> Any:
    return orjson.loads(zlib.decompress(content))


def write_parts(connection: Connection, job_id: str, kind: str, parts: list[bytes], first: int = 0) -> None:
    """A part that is there already refuses the whole transaction: nothing is ever written twice."""
    if parts:
        rows = enumerate(parts, first)
        values = [{"job_id": job_id, "kind": kind, "seq": seq, "content": content} for seq, content in rows]
        connection.execute(insert(job_parts), values)


def read_part(connection: Connection, job_id: str, kind: str, seq: int) -> Any:
    """What is in the part; None where there is none."""
    wanted = (job_parts.c.job_id == job_id, job_parts.c.kind == kind, job_parts.c.seq == seq)
    content = connection.execute(select(job_parts.c.content).where(*wanted)).scalar()
    return None if content is None else unpacked(content)


def every_part(database: Database, job_id: str, kind: str) -> Iterator[tuple[int, Any]]:
    """(number, what is in it) of all parts of one kind, one at a time, so that none waits for a slow reader."""
    with database.reading() as connection:
        of_kind = (job_parts.c.job_id == job_id, job_parts.c.kind == kind)
        count = connection.execute(select(func.max(job_parts.c.seq)).where(*of_kind)).scalar()
    for seq in range(0 if count is None else count + 1):
        with database.reading() as connection:
            content = read_part(connection, job_id, kind, seq)
        if content is not None:
            yield seq, content
