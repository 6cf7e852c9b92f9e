"""That a worker is there, and still at work on what it holds, said to the database again and again."""

import logging
import threading
from contextlib import suppress

from webapp.batch.work import LEASE_S
from webapp.errors import RecordsUnavailable
from webapp.records.database import Database
from webapp.records.job_queue import Claim, renew
from webapp.records.workers import SILENT, Worker, say_alive, say_goodbye

BEAT_S = SILENT.total_seconds() / 4

logger = logging.getLogger("formcast.worker")


class Presence:
    """Says again and again, in a thread of its own, that the worker is there and still at work on what it holds."""

    def __init__(self, database: Database, worker: Worker):
        self._database = database
        self.worker = worker
        self._done = threading.Event()
        self._held: Claim | None = None
        self._thread = threading.Thread(target=self._beat, name="presence", daemon=True)

    def hold(self, claim: Claim | None) -> None:
        """Renew this claim from now on, or none."""
        self._held = claim

    def __enter__(self) -> "Presence":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()
        with suppress(RecordsUnavailable):
            self._database.run(lambda connection: say_goodbye(connection, self.worker))

    def _beat(self) -> None:
        while not self._done.is_set():
            try:
                self._database.run(lambda connection: say_alive(connection, self.worker))
                held = self._held
                if held is not None:
                    renew(self._database, held, LEASE_S)
            except RecordsUnavailable as problem:
                logger.warning("The database cannot hear that this worker is there: %s", problem)
            self._done.wait(BEAT_S)
