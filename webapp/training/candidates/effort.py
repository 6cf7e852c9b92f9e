"""How much may be spent on learning, and what a person is told about it meanwhile."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.training.candidates.cluster import run_there
from webapp.training.candidates.workers import Task, run_tasks

Say = Callable[[str], None]
Show = Callable[[float, float], None]  # the share of the work that is done, and about how many seconds are left


def unseen(share: float, seconds: float) -> None:
    """Nobody is watching."""


@dataclass
class Forecast:
    """The steps ahead and what each will take in seconds: guessed from the first fits, corrected by all later ones."""

    show: Show = unseen
    expected: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    step: str = ""
    begun: float = 0.0

    def expect(self, **seconds: float) -> None:
        self.expected |= seconds
        self._tell()

    def begin(self, step: str) -> None:
        """Another step; the one before is over, whatever it was expected to take."""
        self.expected.pop(self.step, None)
        self.step, self.begun = step, time.monotonic()
        self._tell()

    def done(self, share: float) -> None:
        """This share of the step is behind: the rest of it will take as long in proportion."""
        if share > 0:
            self.expected[self.step] = (time.monotonic() - self.begun) / share
        self._tell()

    def seconds_left(self) -> float:
        ahead = sum(seconds for step, seconds in self.expected.items() if step != self.step)
        own = self.expected.get(self.step, 0.0)
        return ahead + max(own - (time.monotonic() - self.begun), 0.0)

    def _tell(self) -> None:
        left = self.seconds_left()
        behind = time.monotonic() - self.started
        self.show(behind / max(behind + left, 1e-9), left)


@dataclass(frozen=True)
class Effort:
    """
    `seconds_left` of the time budget, `jobs` processes (0: only this one), whom to tell what is being done.

    With the `client` of a cluster the tasks are done there.
    """

    say: Say
    seconds_left: Callable[[], float]
    jobs: int = 0
    forecast: Forecast = field(default_factory=Forecast)
    client: Any = None

    def begin(self, step: str, words: str) -> None:
        self.forecast.begin(step)
        self.say(words)

    def deadline(self, share: float) -> float:
        """The moment (of time.monotonic()) at which this share of the time left will be gone."""
        return time.monotonic() + share * max(self.seconds_left(), 0.0)

    def is_over(self, deadline: float) -> bool:
        return time.monotonic() >= deadline

    def run(
        self, tasks: Sequence[Task], deadline: float = float("inf"), part: tuple[float, float] = (0.0, 1.0)
    ) -> list[Any]:
        """
        Results of the tasks, None for those not finished at the deadline.

        `part` is what these tasks are of the present step: from which share of it to which.
        """
        begins, ends = part

        def done(count: int) -> None:
            self.forecast.done(begins + (ends - begins) * count / len(tasks))

        if self.client is not None:
            return run_there(self.client, tasks, deadline, done)
        return run_tasks(tasks, self.jobs, deadline, done)
