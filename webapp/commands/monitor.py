"""monitor: are the models in use still like their training, and still right? For people, for cron, for the worker."""

import argparse

from webapp import clock
from webapp.chores import Workshop
from webapp.commands.answer import Answer
from webapp.commands.copies import in_copies
from webapp.commands.promotion import Workplace
from webapp.commands.retirement import retiring_lines
from webapp.errors import DecisionRefused
from webapp.monitoring.documents import document, lines
from webapp.monitoring.looking import look
from webapp.monitoring.telling import tell
from webapp.records.decisions import standing_of
from webapp.records.migrate import migrate

MUST_ACT, CANNOT_LOOK = 1, 2  # exit codes
EVERY_S = 900


def monitor(place: Workplace, given: argparse.Namespace) -> Answer:
    """Of one model or of all that answer."""
    if place.database.is_sqlite:
        migrate(place.database)
    _refuse_unknown(place, given.model)
    models = (given.model,) if given.model else ()
    reports = look(place.database, place.store, lambda: place.trusted_keys, clock.now(), models, in_copies)
    retiring = retiring_lines(place, models)
    told = () if given.quiet else tell(place.database, place.config.telling, clock.now())
    said = [line for report in reports for line in (*lines(report), "")][:-1]
    return Answer(
        tuple(said or ["No model is in use"]) + retiring + told,
        [document(report) for report in reports],
        MUST_ACT if any(report.must_act for report in reports) else 0,
    )


def watch(shop: Workshop) -> None:
    """The same by the worker, from time to time."""
    look(shop.database, shop.store, lambda: shop.follower.trusted_keys, shop.now)
    tell(shop.database, shop.config.telling, shop.now)


def _refuse_unknown(place: Workplace, model: str) -> None:
    if not model:
        return
    with place.database.reading() as connection:
        standing = standing_of(connection, model)
    if standing is None:
        raise DecisionRefused(f"No version of {model} was ever promoted, so there is nothing to watch.")
    if standing.is_retired:
        raise DecisionRefused(f"{model} is retired, so there is nothing to watch.")
