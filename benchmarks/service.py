"""The real service as the Procfile starts it: seconds until it is ready, and memory once it has worked."""

from statistics import median

from benchmarks.measuring import Figure
from benchmarks.process import Service, pss_mb, running
from benchmarks.requests import FORM, form_bodies, hidden_fields
from benchmarks.trained import MODEL, Workshop

READY_S, MEMORY_MB = 4.0, 300.0
WORKERS = 2
STARTS = 3
REQUESTS = 200  # before memory is read: a worker that has done nothing shares nearly all of it


def measure_service(workshop: Workshop) -> list[Figure]:
    started = []
    for last in (False,) * (STARTS - 1) + (True,):
        with running(workshop.settings, workshop.folder / "service.log", WORKERS) as service:
            started.append(service)
            for _ in range(REQUESTS if last else 0):
                _ask(workshop, service)
            memory_mb = sum(map(pss_mb, service.processes))
    return [
        Figure(f"start to ready, median of {STARTS}", median(one.ready_s for one in started), "s", limit=READY_S),
        Figure("the same, CPU time of all processes", median(one.ready_cpu_s for one in started), "s"),
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
