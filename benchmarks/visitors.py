"""People who ask the running service at moments of their own, however long it takes to answer the others."""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

import numpy as np

from benchmarks.process import Service
from benchmarks.requests import FORM, form_bodies, hidden_fields
from benchmarks.trained import MODEL, Workshop

PATIENCE_S = 40.0
NO_REPLY = 0  # status
RIGHT = {"form": 200, "answer": 303, "result": 200}


@dataclass(frozen=True, slots=True)
class Asked:
    """`began` is by the monotonic clock; `status` is NO_REPLY where none came."""

    kind: str
    began: float
    took_s: float
    status: int


@dataclass
class Visitors:
    """Each person fetches the form, sends it and opens the answer, on connections of their own."""

    service: Service
    workshop: Workshop
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self):
        page = self.service.fetch("GET", f"/models/{MODEL}")
        self._headers = {"Cookie": page.cookie, "Content-Type": FORM, "Connection": "close"}
        self._bodies = form_bodies(hidden_fields(page.text), self.workshop.predictor.schema)
        self._turn = threading.Lock()

    def come(self, per_second: float, seconds: float) -> list[Asked]:
        """One person after the other, at moments drawn by chance and not waiting for one another."""
        draw, threads, due = random.Random(0), [], time.monotonic()
        until = due + seconds
        while (due := due + draw.expovariate(per_second / 3)) < until:  # a person asks three times
            time.sleep(max(due - time.monotonic(), 0.0))
            threads.append(threading.Thread(target=self.ask_once, daemon=True))
            threads[-1].start()
        for thread in threads:
            thread.join(PATIENCE_S)
        return self.asked

    def crowd(self, people: int, seconds: float) -> list[Asked]:
        """So many at once, each of whom asks again as soon as there is an answer."""
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=self._again, args=(until,), daemon=True) for _ in range(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + PATIENCE_S)
        return self.asked

    def ask_once(self) -> None:
        path = f"/models/{MODEL}"
        self._request("form", "GET", path, b"")
        _, where = self._request("answer", "POST", path, self._next_body())
        if where:
            self._request("result", "GET", where, b"")

    def _again(self, until: float) -> None:
        while time.monotonic() < until:
            self.ask_once()

    def _next_body(self) -> bytes:
        with self._turn:
            return next(self._bodies)

    def _request(self, kind: str, method: str, path: str, body: bytes) -> tuple[int, str]:
        began, status, where = time.monotonic(), NO_REPLY, ""
        connection = HTTPConnection("127.0.0.1", self.service.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, self._headers)
            reply = connection.getresponse()
            reply.read()
            status, where = reply.status, reply.headers.get("Location", "")
        except (OSError, HTTPException):
            pass  # counted as no reply
        finally:
            connection.close()
        self.asked.append(Asked(kind, began, time.monotonic() - began, status))
        return status, where


def within_ms(asked: list[Asked], kind: str, percent: float) -> float:
    """Milliseconds within which so many of a hundred were answered."""
    return 1000 * float(np.percentile([one.took_s for one in asked if one.kind == kind], percent))


def failed(asked: list[Asked]) -> list[Asked]:
    """Without a reply, or with another than people come for."""
    return [one for one in asked if one.status != RIGHT[one.kind]]


def slow_senders(port: int, count: int) -> Iterator[bytes]:
    """What such a sender begins with and never ends: a head, or a body."""
    head = f"POST /models/{MODEL} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n".encode()
    body = head + f"Content-Type: {FORM}\r\nContent-Length: 1000\r\n\r\nf0=1".encode()
    for number in range(count):
        yield head if number % 2 else body
