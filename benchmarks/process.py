"""The real service in processes of its own, started as the Procfile says, and plain requests to it."""

import contextlib
import http.client
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from webapp.config import PROJECT_ROOT

PATIENCE_S = 60.0
PAUSE_S = 0.02


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def cookie(self) -> str:
        return self.headers.get("Set-Cookie", "").split(";")[0]


@dataclass(frozen=True)
class Service:
    """A running service; `ready_s` is the time from its start to its first readiness."""

    port: int
    pid: int
    ready_s: float
    ready_cpu_s: float

    def fetch(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        return fetch(self.port, method, path, body, headers)

    @property
    def processes(self) -> list[int]:
        """The master and its workers."""
        return descendants(self.pid)


@contextlib.contextmanager
def running(settings: Mapping[str, str], log: Path, workers: int) -> Iterator[Service]:
    """The service under these settings, until the block ends. SystemExit with its log when it does not get ready."""
    port = free_port()
    environ = {**os.environ, **settings, "PORT": str(port), "WEB_CONCURRENCY": str(workers)}
    environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    with log.open("w") as output:
        began = time.monotonic()
        process = subprocess.Popen(_web_command(), cwd=PROJECT_ROOT, env=environ, stdout=output, stderr=output)
        try:
            _wait_until_ready(port, process, log)
            ready_s = time.monotonic() - began
            started = Service(port, process.pid, ready_s, 0.0)
            yield Service(port, process.pid, ready_s, sum(map(cpu_s, started.processes)))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_S)


def fetch(port: int, method: str, path: str, body: bytes, headers: Mapping[str, str] | None) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return Reply(answer.status, dict(answer.getheaders()), answer.read().decode())
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _web_command() -> list[str]:
    lines = (PROJECT_ROOT / "Procfile").read_text().splitlines()
    return shlex.split(next(line.removeprefix("web:") for line in lines if line.startswith("web:")))


def _wait_until_ready(port: int, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            if fetch(port, "GET", "/readyz", b"", None).status == 200:
                return
        time.sleep(PAUSE_S)
    raise SystemExit(f"The service did not get ready:\n{log.read_text()[-3000:]}")


def descendants(pid: int) -> list[int]:
    """The process itself, then those that it started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [pid, *map(int, text.split())]


def pss_mb(pid: int) -> float:
    """Proportional: a page that three processes share counts a third in each."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_s(pid: int) -> float:
    """User and system time of a process so far."""
    ticks = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
