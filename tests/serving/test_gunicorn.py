"""The service as it is really run: several processes, real sockets, signals."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from tests.views.conftest import ANSWERS
from tests.views.making import KEY, add_version, promote
from webapp.lifecycle.replay import typed_row, typed_rows
from webapp.model_store import ModelStore
from webapp.records.actors import SYSTEM
from webapp.records.database import Database
from webapp.records.decisions import rollback
from webapp.records.tables import predictions

ROOT = Path(__file__).resolve().parents[2]
READY_S = 60.0
FOLLOWS_S = 15.0  # polls every 2 s; the rest is for a busy machine
PIECE_S = 0.3  # between two pieces of a request
ENDS_S = 25.0
ASKED_AT_ONCE = 12
IS_LONG = os.environ.get("FORMCAST_ATTACK") == "full"
SWAPS = 50 if IS_LONG else 2
WARM = 10  # swaps, after which everything has been loaded once
MOST_MB, LEAK_MB = 480, 25
FORM = "application/x-www-form-urlencoded"


class Running:
    """A service in processes of its own."""

    def __init__(self, folder: Path, **settings: str):
        self.store = ModelStore(folder / "model_store")
        self.database = Database(f"sqlite:///{folder / 'formcast.db'}")
        self.port = _free_port()
        self.environ = {
            "PATH": os.environ["PATH"],
            "PORT": str(self.port),
            "SECRET_KEY": "k" * 40,
            "DATABASE_URL": f"sqlite:///{folder / 'formcast.db'}",
            "MODEL_STORE": str(self.store.root),
            "FORMCAST_TRUSTED_KEYS": KEY.public.text,
            **settings,
        }
        self.log = folder / "log"
        with self.log.open("w") as log:
            command = [Path(sys.executable).with_name("gunicorn"), "webapp.app:create_app()"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=log, stderr=log)

    def request(self, method: str, url: str, body: object = None, **headers: str):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, url, body, headers)
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        connection.close()
        return answer

    def wait_until(self, condition, seconds: float) -> None:
        give_up = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
            except (ConnectionError, TimeoutError):
                pass
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < give_up, self.log.read_text()
            time.sleep(0.1)

    def ask(self):
        form = self.request("GET", "/models/leaving")
        assert form.status == 200 and "Set-Cookie" in form.headers, f"{form.status} {form.text} {self.log.read_text()}"
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form.text))
        cookie = form.headers["Set-Cookie"].split(";")[0]
        body = urlencode(hidden | ANSWERS)
        return self.request("POST", "/models/leaving", body, **{"Content-Type": FORM, "Cookie": cookie})

    def version_shown(self, _: object = None) -> str:
        found = re.search(r"Version (\d+) of the model", self.request("GET", "/models/leaving").text)
        return found[1] if found else "none"

    def versions_shown(self) -> set[str]:
        """Of requests at once, since one process alone may take those that come one by one."""
        with ThreadPoolExecutor(ASKED_AT_ONCE) as threads:
            return set(threads.map(self.version_shown, range(2 * ASKED_AT_ONCE)))

    def workers(self) -> list[int]:
        command = ["ps", "--ppid", str(self.process.pid), "-o", "pid="]
        return [int(pid) for pid in subprocess.run(command, capture_output=True, text=True).stdout.split()]

    def memory_mb(self) -> list[float]:
        """What each worker holds, a page that several share counted in full (RSS)."""
        texts = [Path(f"/proc/{pid}/status").read_text() for pid in self.workers()]
        return [int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024 for text in texts]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    # The long form measures what a worker holds, so that none may be replaced after its 2,000 requests meanwhile.
    settings = {"GUNICORN_CMD_ARGS": "--max-requests 0"} if IS_LONG else {}
    service = Running(tmp_path_factory.mktemp("running"), **settings)
    try:
        service.wait_until(lambda: service.request("GET", "/livez").status == 200, READY_S)
        yield service
    finally:
        if service.process.poll() is None:
            service.process.kill()
            service.process.wait()
        service.database.dispose()


def test_it_makes_its_database_and_waits_for_a_model(running):
    assert running.request("GET", "/readyz").status == 503
    assert "There is no model yet" in running.request("GET", "/").text


@pytest.mark.parametrize("number", [1, 2])
def test_every_process_follows_a_promotion_without_a_restart(running, number):
    promote(running.database, running.store, add_version(running.store, seed=number))
    running.wait_until(lambda: running.versions_shown() == {str(number)}, FOLLOWS_S)

    assert running.ask().status == 303


def test_an_answer_outlives_the_process_that_gave_it(running):
    location = running.ask().headers["Location"]
    for child in running.workers():
        os.kill(child, signal.SIGKILL)
    running.wait_until(lambda: running.request("GET", location).status == 200, READY_S)


def test_a_body_that_does_not_say_how_long_it_is_is_refused(running):
    answer = running.request("POST", "/models/leaving", iter((b"f0=1",)), **{"Content-Type": FORM})

    assert answer.status == 411
    assert "how long it is" in answer.text


@pytest.mark.parametrize("size", [100_000, 400_000])
def test_a_large_body_arrives_in_pieces_and_is_answered(running, size):
    answer = running.request("POST", "/models/leaving", b"f0=" + b"1" * size, **{"Content-Type": FORM})

    assert answer.status == 413


def test_nothing_tells_what_runs_it(running):
    answer = running.request("GET", "/nothing")

    assert answer.headers["Server"] == "Formcast"
    assert "no-store" in answer.headers["Cache-Control"]


def test_many_slow_senders_keep_nobody_waiting(running):
    head = b"POST /models/leaving HTTP/1.1\r\nHost: localhost\r\n"
    with_a_body = head + f"Content-Type: {FORM}\r\nContent-Length: 1000\r\n\r\nf0=1".encode()
    slow = []
    for beginning in (head, with_a_body, b"") * 20:
        slow.append(socket.create_connection(("127.0.0.1", running.port)))
        slow[-1].sendall(beginning)
    took = []
    for _ in range(20):
        for sender in slow:
            sender.sendall(b"X")
        began = time.monotonic()
        assert running.request("GET", "/livez").status == 200
        took.append(time.monotonic() - began)
    for sender in slow:
        sender.close()

    assert sorted(took)[18] < 1


def test_one_connection_serves_several_requests(running):
    connection = HTTPConnection("127.0.0.1", running.port, timeout=20)
    for _ in range(5):
        connection.request("GET", "/livez")
        assert connection.getresponse().read() == b"ok\n"
    connection.close()


def test_a_head_without_an_end_is_refused(running):
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as sender:
        sender.sendall(b"GET / HTTP/1.1\r\n" + b"X-More: more\r\n" * 4000)
        answer = sender.recv(1000)

    assert answer.startswith(b"HTTP/1.1 431")


def test_no_request_fails_while_versions_change_places(running, record_property):
    """
    Every answer is that of the one version it names; both processes follow a roll-back within seconds, also from a
    version whose file is damaged, and hold no more after many of them than after a few.
    """
    before, stopping = rows_of(running), threading.Event()
    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(ask_until, running, stopping) for _ in range(3)]
        took, memory = swap_versions(running)
        stopping.set()
        codes, seconds = zip(*(one for asked in asking for one in asked.result()), strict=True)

    rows = rows_of(running)[len(before) :]
    assert len(codes) == len(rows) > SWAPS
    assert set(codes) == {303}
    assert_each_is_of_its_version(running, rows)
    middle, slow = sorted(took)[len(took) // 2], sorted(seconds)[int(0.99 * len(seconds))]
    record_property("followed", f"{max(took):.2f} s at most of {len(took)}, median {middle:.2f} s")
    record_property("asked", f"form and answer together {slow:.3f} s (p99 of {len(seconds)})")
    record_property("memory", f"MB after {min(WARM, SWAPS)} and {SWAPS}: {memory[min(WARM, SWAPS) - 1]} {memory[-1]}")
    assert middle < 5
    assert max(map(max, memory)) < MOST_MB
    if IS_LONG:
        assert max(took) < 5
        assert slow < 1
        assert max(memory[-1]) - max(memory[WARM - 1]) < LEAK_MB


def swap_versions(running):
    """Roll back and promote by turns: how long every process took to follow, and what each held then."""
    stored = running.store.versions("leaving")[-1]
    newest, took, memory = running.store.root / "leaving" / stored.version / "pipeline.pkl", [], []
    whole = newest.read_bytes()
    for swap in range(SWAPS):
        if swap % 2 == 0:
            newest.write_bytes(b"damaged")
            rollback(running.database, "leaving", SYSTEM, "A test wants it")
        else:
            newest.write_bytes(whole)
            promote(running.database, running.store, stored)
        began = time.monotonic()
        running.wait_until(lambda number=2 - (swap + 1) % 2: running.versions_shown() == {str(number)}, FOLLOWS_S)
        took.append(time.monotonic() - began)
        memory.append(running.memory_mb())
    return took, memory


def assert_each_is_of_its_version(running, rows):
    packages = {
        one.version: running.store.load("leaving", one.version, (KEY.public,))
        for one in running.store.versions("leaving")
    }
    for row in rows:
        package = packages[row.version]
        assert row.manifest_sha == package.manifest_sha
        chance = package.pipeline.predict_proba(typed_rows([typed_row(row.row, package.schema)], package.schema))[0, 1]
        assert chance == row.probability


def ask_until(running, stopping):
    """The code of each answer, and how long form and answer took together."""
    answered = []
    while not stopping.is_set():
        began = time.monotonic()
        answered.append((running.ask().status, time.monotonic() - began))
        time.sleep(0.02)
    return answered


def rows_of(running):
    with running.database.reading() as connection:
        return connection.execute(select(predictions).order_by(predictions.c.at)).all()


def test_it_ends_when_it_is_asked_to_and_answers_what_has_begun_to_arrive(running):
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as begun:
        begun.sendall(b"GET /livez HTTP/1.1\r\n")
        time.sleep(PIECE_S)
        running.process.send_signal(signal.SIGTERM)
        for piece in (b"Host: localhost\r\n", b"Connection: close\r\n", b"\r\n"):
            time.sleep(PIECE_S)
            begun.sendall(piece)
        assert begun.recv(1000).startswith(b"HTTP/1.1 200 OK")

    assert running.process.wait(ENDS_S) == 0
    log = running.log.read_text()

    assert "Traceback" not in log
    assert "leaving?" not in log


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"OIDC_ISSUER": "https://sign-in.example"}, "OpenID Connect is not part of this release"),
        ({"FORMCAST_TRUSTED_KEYS": "nonsense"}, "FORMCAST_TRUSTED_KEYS, key 1"),
    ],
)
def test_it_refuses_to_start_with_one_line(tmp_path, environ, said):
    command = [Path(sys.executable).with_name("gunicorn"), "webapp.app:create_app()"]
    settings = {
        "PATH": os.environ["PATH"],
        "PORT": str(_free_port()),
        "SECRET_KEY": "k" * 40,
        "MODEL_STORE": str(tmp_path),
    }
    settings["DATABASE_URL"] = f"sqlite:///{tmp_path / 'formcast.db'}"
    ended = subprocess.run(command, cwd=ROOT, env=settings | environ, capture_output=True, text=True, timeout=READY_S)
    [line] = [line for line in ended.stderr.splitlines() if not line.startswith("[")]

    assert ended.returncode != 0
    assert line.startswith("Formcast does not start. ")
    assert said in line
