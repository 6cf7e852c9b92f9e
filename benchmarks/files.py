"""A file of 50,000 cases, as the worker does it: read, checked, answered, every answer a record."""

import csv
import gc
import io
import resource
import sys
import time

from benchmarks import churn_like
from benchmarks.measuring import Figure
from benchmarks.trained import MODEL, Workshop
from webapp import chores, clock
from webapp.app import connect
from webapp.batch.upload import MAX_ROWS, read_upload
from webapp.batch.work import work_on_a_part
from webapp.records.actors import ANYONE
from webapp.records.jobs import NewJob, add_job
from webapp.views.services import Services

LIMIT_S = 10.0
KB_OF_MEMORY = 1 if sys.platform != "darwin" else 1024


def measure_files(workshop: Workshop) -> list[Figure]:
    parts = connect(workshop.config)
    gc.disable()  # as the worker does
    try:
        return _measured(parts)
    finally:
        gc.enable()
        parts.database.dispose()


def _measured(parts: Services) -> list[Figure]:
    content = _file()
    began = time.perf_counter()
    _send(parts, content)
    sent = time.perf_counter() - began
    began, worked = time.perf_counter(), time.process_time()
    shop = chores.Workshop(parts.config, parts.database, parts.store, parts.follower, clock.now())
    while work_on_a_part(shop, lambda job: None, lambda: None):
        pass
    took, cpu = time.perf_counter() - began, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / KB_OF_MEMORY
    return [
        Figure("a file of 50,000 rows: read and stored", sent, "s", limit=3.0),
        Figure("a file of 50,000 rows: checked and answered", took, "s", limit=LIMIT_S),
        Figure("a file of 50,000 rows: of that on one core", cpu, "s"),
        Figure("a file of 50,000 rows: memory at most, with all of this run", memory, "MB", limit=450.0),
    ]


def _file() -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, churn_like.COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(churn_like.rows(MAX_ROWS, seed=4))
    return text.getvalue().encode()


def _send(parts: Services, content: bytes) -> None:
    champion = parts.follower.champions[MODEL]
    upload = read_upload("customers.csv", content, champion.predictor.schema)
    fields = {"model": MODEL, "owner_id": "", "who": ANYONE, "file": upload.file, "row_count": upload.row_count}
    new = NewJob(**fields, decision_id=champion.decision_id, when_checked="good_rows")
    parts.database.run(lambda connection: add_job(connection, new, upload.parts))
