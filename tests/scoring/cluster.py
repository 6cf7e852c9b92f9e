"""A real Dask cluster of this machine: a scheduler and two workers, each a process of its own."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 60


@dataclass(frozen=True)
class Cluster:
    address: str
    workers: list[subprocess.Popen]


@contextlib.contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    file = folder / "scheduler.json"
    started = []
    try:
        common = ("--scheduler-file", str(file), "--no-dashboard")
        started.append(
            _start(folder, "scheduler", *common, "--port", "0", "--host", "127.0.0.1", "--dashboard-address", ":0")
        )
        own = ("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1", "--local-directory", str(folder))
        started += [_start(folder, "worker", *common, *own) for _ in range(2)]
        yield Cluster(_address(file, started[0]), started[1:])
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def _start(folder: Path, what: str, *arguments: str) -> subprocess.Popen:
    with (folder / f"{what}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", what, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=log,
        )


def _address(file: Path, scheduler: subprocess.Popen) -> str:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and scheduler.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            return json.loads(file.read_text())["address"]
        time.sleep(0.05)
    raise AssertionError(f"The scheduler did not start: {(file.parent / 'scheduler.log').read_text()}")
