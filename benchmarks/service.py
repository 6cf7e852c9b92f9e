"""The real service as the Procfile starts it: seconds until it is ready, and memory once it has worked."""

import contextlib
import http.client
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import Figure
from benchmarks.requests import FORM, form_bodies, hidden_fields
from benchmarks.trained import MODEL, Workshop
from webapp.config import PROJECT_ROOT

READY_S, MEMORY_MB = 4.0, 300.0
PATIENCE_S = 60.0
WORKERS = 2
REQUESTS = 200  # before memory is read: a worker that has done nothing shares nearly all of it


def measure_service(workshop: Workshop) -> list[Figure]:
    with _running(workshop) as (port, process, ready_s):
        for _ in range(REQUESTS):
            _ask(workshop, port)
        memory_mb = sum(_pss_mb(pid) for pid in (process.pid, *_children(process.pid)))
    return [
        Figure("start to ready", ready_s, "s", limit=READY_S),
        Figure(f"memory (PSS) of {WORKERS} preloaded workers and their master", memory_mb, "MB", limit=MEMORY_MB),
    ]


@contextlib.contextmanager
def _running(workshop: Workshop) -> Iterator[tuple[int, subprocess.Popen, float]]:
    port = _free_port()
    environ = {**os.environ, **workshop.settings, "PORT": str(port), "WEB_CONCURRENCY": str(WORKERS)}
    environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    log = workshop.folder / "service.log"
    with log.open("w") as output:
        began = time.monotonic()
        process = subprocess.Popen(_command(), cwd=PROJECT_ROOT, env=environ, stdout=output, stderr=output)
        try:
            _wait_until_ready(port, process, log)
            yield port, process, time.monotonic() - began
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_S)


def _command() -> list[str]:
    lines = (PROJECT_ROOT / "Procfile").read_text().splitlines()
    return shlex.split(next(line.removeprefix("web:") for line in lines if line.startswith("web:")))


def _wait_until_ready(port: int, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            if _fetch(port, "GET", "/readyz")[0] == 200:
                return
        time.sleep(0.02)
    raise SystemExit(f"The service did not get ready:\n{log.read_text()[-3000:]}")


def _ask(workshop: Workshop, port: int) -> None:
    _, headers, page = _fetch(port, "GET", f"/models/{MODEL}")
    # A token and its cookie belong together, so each visitor takes both.
    hidden = hidden_fields(page)
    cookie = headers.get("Set-Cookie", "").split(";")[0]
    body = next(form_bodies(hidden, workshop.predictor.schema))
    status, headers, _ = _fetch(port, "POST", f"/models/{MODEL}", body, {"Cookie": cookie, "Content-Type": FORM})
    if status != 303:
        raise SystemExit(f"The service answered {status} to a filled form")
    _fetch(port, "GET", headers["Location"])


def _fetch(port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def _pss_mb(pid: int) -> float:
    """Proportional: a page that three processes share counts a third in each."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
