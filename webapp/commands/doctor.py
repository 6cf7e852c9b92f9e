"""doctor: whether everything that a service rests on is as it should be. Nothing is mended by itself."""

import argparse
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from webapp import clock
from webapp.commands.answer import Answer
from webapp.commands.promotion import Workplace
from webapp.errors import FormcastError
from webapp.lifecycle.criteria import stopped_text
from webapp.records import users
from webapp.records.database import NOT_MIGRATED
from webapp.records.database_time import database_time
from webapp.records.job_queue import parts_waiting
from webapp.records.migrate import is_migrated
from webapp.records.standing import version_name
from webapp.records.workers import workers_heard_of
from webapp.serving import Champion, Follower, Paused
from webapp.training.spec.file import read_spec
from webapp.wording.at_work import NOBODY_THERE, waiting_text
from webapp.wording.numbers import counted

LITTLE_SPACE, TOO_LITTLE_SPACE = 1 << 30, 100 << 20  # bytes
MB = 1 << 20
WELL, LOOK, MEND = "ok", "look", "MEND"
APART = timedelta(minutes=1)  # of two clocks
NO_DATABASE = "{path} does not exist yet. Make it: python -m webapp release"
NO_KEY = "No public key is trusted, so no version can be opened. Set FORMCAST_TRUSTED_KEYS; train.py prints the line"
NO_MODEL = "No model answers. Train one with train.py, or let a version of the store answer: python -m webapp promote"
NO_ADMINISTRATOR = "Nobody may add people. Run: python -m webapp users invite NAME --role administrator"
NOBODY_TOLD = (
    "Nobody is told when a model needs somebody; FORMCAST_MAIL_SERVER or FORMCAST_WEBHOOK would, docs/monitoring.md"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """`state` is WELL, LOOK where somebody should know, MEND where a service would not do what it is there for."""

    state: str
    what: str


well, look, mend = (partial(Finding, state) for state in (WELL, LOOK, MEND))


def doctor(place: Workplace, given: argparse.Namespace) -> Answer:
    """Exit code 1 where something has to be mended."""
    found = list(_findings(place))
    to_mend = sum(one.state == MEND for _, one in found)
    lines = [f"{one.state:4}  {about:8}  {one.what}" for about, one in found]
    lines.append(
        f"{counted(to_mend, 'thing has', 'things have')} to be mended" if to_mend else "Nothing has to be mended"
    )
    document = [{"about": about, "state": one.state.lower(), "what": one.what} for about, one in found]
    return Answer(tuple(lines), {"to_mend": to_mend, "findings": document}, int(to_mend > 0))


def _findings(place: Workplace) -> Iterator[tuple[str, Finding]]:
    """What is found about each thing; about what lies in the database only where there is nothing to mend about it."""
    found = [(about, one) for about, examine in EXAMINATIONS.items() for one in _told(examine, place)]
    yield from found
    if ("database", MEND) not in {(about, one.state) for about, one in found}:
        for about, examine in OF_RECORDS.items():
            yield from ((about, one) for one in _told(examine, place))


def _told(examine: Callable[[Workplace], Iterator[Finding]], place: Workplace) -> Iterator[Finding]:
    """What was found until something kept from looking further, and what that was."""
    try:
        yield from examine(place)
    except FormcastError as problem:
        yield mend(str(problem))


def _settings(place: Workplace) -> Iterator[Finding]:
    place.config.refuse_unsafe()
    yield from map(look, place.config.warnings)
    who = "everybody who reaches it may ask" if place.config.access == "open" else "whoever asks signs in"
    yield well(f"A service would start with {counted(place.config.workers, 'process', 'processes')}; {who}")


def _database(place: Workplace) -> Iterator[Finding]:
    database = place.database
    if database.path is not None and not database.path.exists():
        yield mend(NO_DATABASE.format(path=database.path))
        return
    if not is_migrated(database):
        yield mend(NOT_MIGRATED)
        return
    database.check()
    with database.reading() as connection:
        ahead = database_time(connection) - clock.now()
    if abs(ahead) > APART:
        minutes = counted(round(abs(ahead) / APART), "minute", "minutes")
        yield look(f"Its clock is {minutes} {'ahead of' if ahead > timedelta() else 'behind'} that of this machine")
    yield well(
        "Postgres answers and can be written to" if database.path is None else f"{database.path} can be written to"
    )


def _disk(place: Workplace) -> Iterator[Finding]:
    """Where the records lie, and the versions; a server elsewhere knows about its own."""
    folders = [place.database.path.parent] if place.database.path is not None else []
    folders += [] if place.store.is_elsewhere else [place.config.model_store]
    for folder in dict.fromkeys(folder for folder in folders if folder.is_dir()):
        free = shutil.disk_usage(folder).free
        said = f"{free // MB:,} MB are free in {folder}"
        yield mend(said) if free < TOO_LITTLE_SPACE else look(said) if free < LITTLE_SPACE else well(said)


def _store(place: Workplace) -> Iterator[Finding]:
    checked = place.store.verify_all(place.trusted_keys)
    if not checked:
        yield look(f"{place.store.root} is empty. Train a model with train.py")
        return
    if not place.trusted_keys:
        yield mend(NO_KEY)
    for stored, problem in checked:
        if problem:
            yield look(f"{stored.model} version {stored.number} cannot be opened here. {problem}")
    right = sum(not problem for _, problem in checked)
    yield well(f"{counted(right, 'version', 'versions')} in {place.store.root} can be opened")


def _models(place: Workplace) -> Iterator[Finding]:
    follower = Follower(place.database, place.store, lambda: place.trusted_keys, place.config.trusted_modules)
    follower.refresh()
    picture = follower.picture
    if not picture.champions:
        yield mend(NO_MODEL)
    for model, problem in picture.problems.items():
        yield mend(f"{model} cannot answer. {problem}")
    for model, champion in picture.champions.items():
        yield well(f"{model} is answered by {_name(champion)}, which was loaded and tried")
    for model, paused in picture.paused.items():
        if model not in picture.problems:
            yield _rests(model, paused)


def _name(champion: Champion) -> str:
    return version_name(champion.words, champion.version)


def _rests(model: str, paused: Paused) -> Finding:
    if paused.is_stopped:
        return look(f"{model} does not answer. {stopped_text(paused.standing.stop)}")
    if paused.is_retired:
        return well(f"{model} is retired")
    return look(paused.problem or f"{model} has no version that answers. See: python -m webapp show {model}")


def _specs(place: Workplace) -> Iterator[Finding]:
    for path in sorted(place.config.specs.glob("*.toml")):
        try:
            read_spec(path)
        except FormcastError as problem:
            yield look(str(problem))


def _workers(place: Workplace) -> Iterator[Finding]:
    with place.database.reading() as connection:
        alive = sum(worker.is_alive for worker in workers_heard_of(connection))
        waiting = parts_waiting(connection)
    if alive:
        yield well(f"{counted(alive, 'process works', 'processes work')} on files; {waiting_text(waiting).lower()}")
    else:
        yield mend(f"{waiting_text(waiting)}. {NOBODY_THERE}") if waiting else look(NOBODY_THERE)


def _people(place: Workplace) -> Iterator[Finding]:
    with place.database.reading() as connection:
        active = [user for user in users.everybody(connection) if user.is_active]
    if place.config.access == "members" and not any(user.is_active_administrator for user in active):
        yield mend(NO_ADMINISTRATOR)
    elif active:
        yield well(f"{counted(len(active), 'person', 'people')} can sign in")


def _telling(place: Workplace) -> Iterator[Finding]:
    telling = place.config.telling
    told = [*telling.mail_to, *(["a webhook"] if telling.webhook else [])]
    yield well(f"What models need is told to {', '.join(told)}") if told else look(NOBODY_TOLD)


EXAMINATIONS = {"settings": _settings, "database": _database, "disk": _disk, "store": _store, "specs": _specs}
OF_RECORDS = {"models": _models, "workers": _workers, "people": _people, "telling": _telling}
