"""worker: works on the files that people send and does the chores that are due, until it is told to end."""

import argparse
import gc
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from webapp import clock
from webapp.batch.work import work_on_a_part
from webapp.chores import Chore, Workshop
from webapp.commands.answer import Answer
from webapp.commands.command import whole_number
from webapp.commands.crew import sensible_number, work_in_processes
from webapp.commands.monitor import EVERY_S, watch
from webapp.commands.presence import Presence
from webapp.commands.promotion import Workplace
from webapp.commands.retirement import EVERY_S as RETIRING_S
from webapp.commands.retirement import retire_when_due
from webapp.commands.stopping import told_to_end
from webapp.errors import RecordsUnavailable, ToldToEnd
from webapp.lifecycle.retiring import Archive
from webapp.lifecycle.shadow import Find, score_challengers
from webapp.logs import log_to_stderr
from webapp.model_package.signing import parse_trusted_keys
from webapp.records.actors import SYSTEM
from webapp.records.attempts import allow
from webapp.records.database import Database
from webapp.records.forgetting import empty_journal, forget_older
from webapp.records.identifiers import new_token
from webapp.records.migrate import migrate
from webapp.records.purging import purge
from webapp.records.shadow_answers import left_out, not_scored
from webapp.records.workers import Worker
from webapp.serving import Follower

PAUSE_S = 0.2  # between two looks when there is nothing to do
FIRST_PAUSE_S = 0.05  # after a part was done: the next one may be about to be ready
SHADOW_S, GAPS_S = 10, 60
MOST_PROCESSES = 64
AWAY_S = 5.0  # until the database is asked again

logger = logging.getLogger("formcast.worker")


ARGUMENTS = (
    (
        "--processes",
        {
            "type": whole_number(MOST_PROCESSES),
            "default": 0,
            "metavar": "N",
            "help": "how many work side by side; without it as many as there are processors and memory for",
        },
    ),
)


def forget(shop: Workshop) -> None:
    """Sessions that are over, files whose days are over, and whatever else was meant to pass."""
    shop.database.run(purge)


def forget_old_answers(shop: Workshop) -> None:
    """Those that are older than answers are to be kept, with all that was added to them."""
    days = shop.config.keep_days
    if days and forget_older(shop.database, shop.now - timedelta(days=days), SYSTEM, f"Kept for {days} days"):
        empty_journal(shop.database)


def score_in_the_shadow(shop: Workshop, find: Find = not_scored) -> None:
    """Cases that a challenger has not scored, the newest first."""
    archive = Archive(shop.database, shop.store, lambda: shop.follower.trusted_keys)
    score_challengers(archive, shop.now, shop.config.trusted_modules, find)


def fill_the_gaps(shop: Workshop) -> None:
    """Cases of hours in which no worker was there, or too little time, which a challenger has passed over."""
    score_in_the_shadow(shop, left_out)


CHORES = (
    Chore("forget", 3600, forget),
    Chore("old answers", 86_400, forget_old_answers),
    Chore("watch", EVERY_S, watch),
    Chore("retirement", RETIRING_S, retire_when_due),
    Chore("shadow", SHADOW_S, score_in_the_shadow),
    Chore("shadow gaps", GAPS_S, fill_the_gaps),
)


def work(place: Workplace, given: argparse.Namespace) -> Answer:
    """Until SIGTERM or Ctrl-C."""
    log_to_stderr(place.config.log_level)
    if place.database.is_sqlite:
        migrate(place.database)
    follower = Follower(
        place.database, place.store, lambda: parse_trusted_keys(place.config.trusted_keys), place.config.trusted_modules
    )
    shop = Workshop(place.config, place.database, place.store, follower, clock.now())
    count, ending = given.processes or sensible_number(place.config.on_dyno), threading.Event()
    with told_to_end(lambda _number, _frame: ending.set()):
        if count == 1:
            _work_here(ending, shop)
        else:
            follower.refresh()  # what is loaded before the processes part is in memory once
            place.database.dispose()
            work_in_processes(count, lambda: _work_here(ending, shop), ending)
    ended = "1 process has" if count == 1 else f"{count} processes have"
    return Answer((f"{ended} ended; what they had not finished is left to the next one",), {"processes": count})


def _work_here(ending: threading.Event, shop: Workshop) -> None:
    worker = Worker(new_token(), f"{socket.gethostname()} {os.getpid()}")
    with Presence(shop.database, worker) as presence:
        logger.info("Worker %s is ready", worker.name)
        work_until(ending, shop, presence)


def work_until(ending: threading.Event, shop: Workshop, presence: Presence) -> None:
    """Look for something to do, again and again; whatever goes wrong ends the deed and not the worker."""
    calendar, pause_s = Calendar(CHORES), FIRST_PAUSE_S

    def go_on() -> None:
        if ending.is_set():
            raise ToldToEnd

    while not ending.is_set():
        try:
            shop.follower.refresh()
            calendar.do_what_is_due(shop)
            with without_looking_for_rubbish():
                worked = work_on_a_part(shop, presence.hold, go_on, presence.worker.id)
            pause_s = FIRST_PAUSE_S if worked else min(2 * pause_s, PAUSE_S)
            if worked:
                continue
        except ToldToEnd:
            logger.info("What was begun is put back")
        except RecordsUnavailable as problem:
            logger.warning("The database is away; trying again: %s", problem)
            pause_s = AWAY_S
        except Exception:  # a worker that ended would leave every file where it is
            logger.exception("Something went wrong; going on with what comes next")
            pause_s = AWAY_S
        ending.wait(pause_s)


@contextmanager
def without_looking_for_rubbish() -> Iterator[None]:
    """A part makes a million objects and no cycles among them: looking through them again and again costs a third."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Calendar:
    """When each chore is to be thought of again; the database knows whether another worker was first."""

    def __init__(self, chores: tuple[Chore, ...]):
        self._chores = chores
        self._next = dict.fromkeys((chore.name for chore in chores), 0.0)

    def do_what_is_due(self, shop: Workshop) -> None:
        for chore in self._chores:
            if time.monotonic() >= self._next[chore.name] and self._is_mine(shop.database, chore):
                try:
                    chore.do(replace(shop, now=clock.now()))
                except RecordsUnavailable:
                    raise
                except Exception:  # one chore that fails must not keep the others from being done
                    logger.exception("The chore %s failed", chore.name)

    def _is_mine(self, database: Database, chore: Chore) -> bool:
        early = database.run(lambda connection: allow(connection, "chore", chore.name, 1, chore.every_s))
        self._next[chore.name] = time.monotonic() + (early.after_s if early else chore.every_s)
        return early is None
