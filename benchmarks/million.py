"""
python -m benchmarks.million [--rows N] [--postgres | --database URL]: how long monitoring takes over a million answers.

The first look counts every day; the second is what cron and the worker do: one more day and what came since. A million
answers take longer to write than to look at: in the database of that address they are written once and kept.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, insert

from benchmarks.streams import cases, watched
from webapp.commands.copies import in_copies
from webapp.monitoring.keeping import keep_counts
from webapp.monitoring.watched import Watched
from webapp.monitoring.watchers import report_for
from webapp.records.database import Database
from webapp.records.day_counts import forget_model_counts, is_asked, midnights
from webapp.records.identifiers import new_prediction_id, new_reference
from webapp.records.migrate import migrate
from webapp.records.tables import outcomes, predictions

DAYS = 180
LAST = datetime(2026, 6, 30, 20, tzinfo=UTC)
WRITTEN_AT_ONCE = 5_000
REASONS = [{"direction": "up", "feature": f"feature {at}", "label": f"Feature number {at}", "points": 1.23,
            "value_text": "some value"} for at in range(10)]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--database", default="", help="where they are kept for the next time")
    given = parser.parse_args()
    random = np.random.default_rng(0)
    one = watched(random)
    with _database(given.postgres, given.database) as database:
        if not _is_filled(database):
            filled = time.perf_counter()
            for back in range(DAYS - 1, 0, -1):
                _fill(database, one, random, LAST - timedelta(days=back), given.rows // DAYS)
            print(f"{given.rows:,} answers written in {time.perf_counter() - filled:.0f} s")
        _look(database, one, "first look, every day counted")
        _fill(database, one, random, LAST, given.rows // DAYS)
        _look(database, one, "look with one open day")
        _look(database, one, "look with nothing new")


def _look(database: Database, one: Watched, what: str) -> None:
    began, worked = time.perf_counter(), _processor_s()
    kept = keep_counts(database, lambda model, version: one, LAST + timedelta(hours=1), at_once=in_copies)
    counted = time.perf_counter()
    report = report_for(database, one, LAST + timedelta(hours=1))
    print(f"{what}: {kept.counted} days counted in {counted - began:.1f} s, reported in "
          f"{time.perf_counter() - counted:.1f} s, {_processor_s() - worked:.1f} s of a processor: "
          f"{report.status_words}", flush=True)  # fmt: skip


def _processor_s() -> float:
    """Of this process and of its copies; what the server of a database needs comes on top."""
    own, copies = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + copies.ru_utime + copies.ru_stime


def _is_filled(database: Database) -> bool:
    """What is kept from the last time is as it was before the first look."""

    def reset(connection: Connection) -> bool:
        forget_model_counts(connection, "stream")
        connection.execute(delete(predictions).where(predictions.c.at >= midnights(LAST.date())[0]))
        return is_asked(connection, "stream", ["api"])

    return database.run(reset)


@contextmanager
def _database(is_postgres: bool, address: str) -> Iterator[Database]:
    if address:
        server = nullcontext()
    elif is_postgres:
        from tests.postgres import running_server  # noqa: PLC0415 - brings a server that only this needs

        server = running_server()
    else:
        server = nullcontext()
    with tempfile.TemporaryDirectory() as folder, server as running:
        fresh = running.create_database() if running else f"sqlite:///{Path(folder) / 'formcast.db'}"
        database = Database(address or fresh)
        migrate(database)
        yield database
        database.dispose()


def _fill(database: Database, one: Watched, random: np.random.Generator, at: datetime, rows: int) -> None:
    day = cases(random, rows)
    made: list[dict[str, Any]] = []
    known: list[dict[str, Any]] = []
    for place in range(rows):
        moment = at - timedelta(seconds=rows - place)
        chance = float(day.probability[place])
        made.append(_prediction(day, place, moment, chance))
        when = moment + timedelta(days=float(day.delays[place]))
        if when < LAST:
            known.append(_outcome(made[-1]["id"], str(day.happened[place]), when))
    for table, lines in ((predictions, made), (outcomes, known)):
        for start in range(0, len(lines), WRITTEN_AT_ONCE):
            part = lines[start : start + WRITTEN_AT_ONCE]
            database.run(lambda connection, table=table, part=part: connection.execute(insert(table), part))


def _prediction(day: Any, place: int, moment: datetime, chance: float) -> dict[str, Any]:
    row = {name: column[place] for name, column in day.fields.items()}
    return {
        "id": new_prediction_id(), "reference": new_reference() + new_reference(), "model": "stream", "version": "v1",
        "manifest_sha": "ab" * 32, "decision_id": None, "at": moment, "who": {"kind": "key", "id": "k", "name": "K"},
        "channel": "api", "business_key": "", "row": row, "answers": json.loads(json.dumps(row)),
        "answer": day.answered[place], "label": "Repaid", "probability": chance,
        "probabilities": {"No": chance, "Yes": 1 - chance}, "value": None, "low": None, "high": None, "coverage": None,
        "reference_value": 0.3, "reasons": REASONS, "warnings": [], "light": "green", "idempotency_key": None,
        "who_id": "k",
    }  # fmt: skip


def _outcome(prediction_id: str, value: str, at: datetime) -> dict[str, Any]:
    return {
        "prediction_id": prediction_id, "seq": 1, "value": value, "at": at,
        "who": {"kind": "key", "id": "k", "name": "K"}, "source": "api", "happened_at": None, "model": "stream",
        "answered": value, "bucket": 1, "judged_change": 1, "right_change": 1, "positive_change": 0,
    }  # fmt: skip


if __name__ == "__main__":
    main()
