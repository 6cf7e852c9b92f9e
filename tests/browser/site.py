"""The service as it is really run, over models that were trained for the test."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from tests.browser.tables import MadeUp
from webapp.batch.work import work_on_a_part
from webapp.chores import Workshop
from webapp.clock import now
from webapp.commands.promotion import Workplace, promote
from webapp.config import Config
from webapp.model_package.signing import SigningKey
from webapp.records.actors import SYSTEM
from webapp.records.database import Database
from webapp.records.migrate import migrate
from webapp.records.tables import predictions
from webapp.serving import Follower
from webapp.training.run import Options, train

ROOT = Path(__file__).resolve().parents[2]
READY_S = 60.0
WITHOUT_BOOSTING_S = 0.0  # a budget that is spent at once


@dataclass(frozen=True)
class Site:
    """A running gunicorn and the records behind it."""

    address: str
    shop: Workshop
    process: subprocess.Popen
    log: Path

    @property
    def database(self) -> Database:
        return self.shop.database

    def work(self) -> None:
        """Do with the files that were sent what a worker does, until nothing is left to do."""
        self.shop.follower.refresh()
        while work_on_a_part(self.shop, lambda job: None, lambda: None):
            pass

    def records(self) -> int:
        with self.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(predictions)).scalar()

    def end(self) -> None:
        """At once, with all its processes: browsers keep their connections open for minutes."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.database.dispose()


def start(folder: Path, tables: Sequence[MadeUp] = (), **environ: str) -> Site:
    """Train every table, promote what its gates let through, and serve it, with further settings if need be."""
    key, port = SigningKey.generate(), _free_port()
    settings = {
        "PATH": os.environ["PATH"],
        "PORT": str(port),
        "SECRET_KEY": "of a test in a browser, and long enough",
        "DATABASE_URL": f"sqlite:///{folder / 'formcast.db'}",
        "MODEL_STORE": str(folder / "model_store"),
        "FORMCAST_SPECS": str(folder / "specs"),
        "FORMCAST_TRUSTED_KEYS": key.public.text,
        **environ,
    }
    config = Config.for_service(settings, root=folder)
    place = Workplace.from_config(config)
    migrate(place.database)
    for made_up in tables:
        outcome = train(made_up.table, made_up.spec, place.store, key, Options(budget_s=WITHOUT_BOOSTING_S))
        if not outcome.is_refused:
            promote(place, outcome.stored, SYSTEM, "To be used")
    log = folder / "log"
    with log.open("w") as out:
        command = [Path(sys.executable).with_name("gunicorn"), "webapp.app:create_app()"]
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=out, stderr=out, start_new_session=True)
    follower = Follower(place.database, place.store, lambda: place.trusted_keys)
    shop = Workshop(config, place.database, place.store, follower, now())
    site = Site(f"http://127.0.0.1:{port}", shop, process, log)
    _wait_for(site)
    return site


def _wait_for(site: Site) -> None:
    give_up = time.monotonic() + READY_S
    while True:
        try:
            with urllib.request.urlopen(f"{site.address}/livez", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            has_ended = site.process.poll() is not None
        if has_ended or time.monotonic() > give_up:
            site.end()
            raise AssertionError(site.log.read_text())
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
