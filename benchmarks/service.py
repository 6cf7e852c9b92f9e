"""The real service as the Procfile starts it: seconds until it is ready, and memory once it has worked."""

from pathlib import Path

from benchmarks.measuring import Figure
from benchmarks.process import Service, running
from benchmarks.requests import FORM, form_bodies, hidden_fields
from benchmarks.trained import MODEL, Workshop

READY_S, MEMORY_MB = 4.0, 300.0
WORKERS = 2
REQUESTS = 200  # before memory is read: a worker that has done nothing shares nearly all of it


def measure_service(workshop: Workshop) -> list[Figure]:
    with running(workshop.settings, workshop.folder / "service.log", WORKERS) as service:
        for _ in range(REQUESTS):
            _ask(workshop, service)
        memory_mb = sum(map(_pss_mb, service.processes))
    return [
        Figure("start to ready", service.ready_s, "s", limit=READY_S),
        Figure("start to ready, CPU time of all processes", service.ready_cpu_s, "s"),
        Figure(f"memory (PSS) of {WORKERS} preloaded workers and their master", memory_mb, "MB", limit=MEMORY_MB),
    ]


def _ask(workshop: Workshop, service: Service) -> None:
    path = f"/models/{MODEL}"
    page = service.fetch("GET", path)
    body = next(form_bodies(hidden_fields(page.text), workshop.predictor.schema))
    answer = service.fetch("POST", path, body, {"Cookie": page.cookie, "Content-Type": FORM})
    if answer.status != 303:
        raise SystemExit(f"The service answered {answer.status} to a filled form")
    service.fetch("GET", answer.headers["Location"])


def _pss_mb(pid: int) -> float:
    """Proportional: a page that three processes share counts a third in each."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
