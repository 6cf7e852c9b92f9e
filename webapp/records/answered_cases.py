"""Many answers at once, found by what a file calls them: only what is needed to say what became of each."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Column, Connection, func, select

from webapp.records.predictions import ASKED_FOR
from webapp.records.tables import predictions

ASKED_AT_ONCE = 500  # names in one question: databases limit them


@dataclass(frozen=True, slots=True)
class AnsweredCase:
    """The columns of a prediction by which it is found and judged."""

    id: str
    reference: str
    model: str
    version: str
    decision_id: int | None
    at: datetime
    channel: str
    business_key: str
    answer: str
    probability: float | None
    value: float | None
    low: float | None
    high: float | None


def cases_by_id(connection: Connection, ids: Collection[str]) -> dict[str, AnsweredCase]:
    return {case.id: case for case in _found(connection, predictions.c.id, ids)}


def cases_by_reference(connection: Connection, references: Collection[str]) -> dict[str, AnsweredCase]:
    return {case.reference: case for case in _found(connection, predictions.c.reference, references)}


def cases_by_key(connection: Connection, keys: Collection[str]) -> dict[str, list[AnsweredCase]]:
    """Of those that somebody asked for, the newest first; one number of a case may have been asked about often."""
    by_key: dict[str, list[AnsweredCase]] = defaultdict(list)
    found = (case for case in _found(connection, predictions.c.business_key, keys) if case.channel in ASKED_FOR)
    for case in sorted(found, key=lambda case: case.at, reverse=True):
        by_key[case.business_key].append(case)
    return by_key


def counts_by_channel_and_light(connection: Connection, model: str, since: datetime) -> dict[tuple[str, str], int]:
    """How many answers somebody asked for, by how it was asked and by the care that was advised."""
    query = (
        select(predictions.c.channel, predictions.c.light, func.count())
        .where(predictions.c.model == model, predictions.c.at >= since, predictions.c.channel.in_(ASKED_FOR))
        .group_by(predictions.c.channel, predictions.c.light)
    )
    return {(channel, light): count for channel, light, count in connection.execute(query)}


def _found(connection: Connection, column: Column, names: Collection[str]) -> Iterator[AnsweredCase]:
    columns = [predictions.c[part.name] for part in fields(AnsweredCase)]
    for part in _parts(sorted(set(names) - {""})):
        for row in connection.execute(select(*columns).where(column.in_(part))):
            yield AnsweredCase(*row)


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), ASKED_AT_ONCE):
        yield names[start : start + ASKED_AT_ONCE]
