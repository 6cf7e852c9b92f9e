"""Days of answers counted by copies of this process, where there are so many that one would take long."""

import gc
import logging
from collections.abc import Callable
from functools import partial

from webapp.errors import WorkLost
from webapp.monitoring.keeping import Part, one_after_the_other
from webapp.records.database import Database
from webapp.scoring.local_workers import processors
from webapp.training.candidates.workers import run_tasks

MANY = 100_000  # answers: a copy takes a tenth of a second to come to life
MOST = 4  # copies: each asks the same database

logger = logging.getLogger("formcast.monitor")


def in_copies(database: Database, work: Callable[[Part], None], parts: list[Part]) -> None:
    """Each part is whole in itself: what a copy has written stays, whatever becomes of the others."""
    copies = min(processors(), MOST)
    if copies < 2 or sum(state.cases for part in parts for _, state in part) < MANY:
        one_after_the_other(database, work, parts)
        return
    try:
        run_tasks([partial(_in_a_copy, database, work, part) for part in parts], copies)
    except WorkLost:
        logger.warning("A process that was counting was ended from outside; what is left is counted by this one")
        one_after_the_other(database, work, parts)


def _in_a_copy(database: Database, work: Callable[[Part], None], part: Part) -> None:
    database.dispose(after_fork=True)
    gc.freeze()  # what was there before is looked through by the process that was copied
    work(part)
