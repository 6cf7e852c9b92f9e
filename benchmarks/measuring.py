"""CPU time of small actions, and what a figure is compared with."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ROUNDS = 60
WARM = 5  # calls before anything is counted
BLOCK_S = 0.03  # CPU time of one action in one round
FEWEST, MOST = 3, 40  # calls of it in one round

Action = Callable[[], object]


@dataclass(frozen=True)
class Figure:
    """One measured thing; `share` is the target as a part of the yardstick, `limit` one in the figure's own unit."""

    name: str
    value: float
    unit: str
    yardstick: float = 0.0
    share: float | None = None
    limit: float | None = None
    is_floor: bool = False

    @property
    def ratio(self) -> float | None:
        return self.value / self.yardstick if self.yardstick else None

    @property
    def verdict(self) -> str:
        """'ok', 'over', or '' where nothing was promised."""
        if self.share is not None:
            return "ok" if self.ratio <= self.share else "over"
        if self.limit is None:
            return ""
        return "ok" if (self.value >= self.limit if self.is_floor else self.value <= self.limit) else "over"


def cpu_ms(actions: Mapping[str, Action], rounds: int = ROUNDS) -> dict[str, float]:
    """
    CPU milliseconds of each action, warm; the first one is the yardstick of the others.

    The actions take turns in short rounds, and what is compared is what was measured within one round: a machine that
    is half as fast for some seconds would else favour whichever action had more of the fast ones. The figure of an
    action is the median over the rounds of its ratio to the yardstick, times the yardstick's own median.
    """
    calls = {name: _calls_a_round(action) for name, action in actions.items()}
    yardstick = next(iter(actions))
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            taken[name].append(statistics.median(_once(action) for _ in range(calls[name])))
    usual = 1000 * statistics.median(taken[yardstick])
    return {name: usual * _median_ratio(times, taken[yardstick]) for name, times in taken.items()}


def _median_ratio(times: list[float], yardstick: list[float]) -> float:
    return statistics.median(time / base for time, base in zip(times, yardstick, strict=True))


def _calls_a_round(action: Action) -> int:
    for _ in range(WARM):
        action()
    once = statistics.median(_once(action) for _ in range(WARM))
    return int(min(max(BLOCK_S / max(once, 1e-6), FEWEST), MOST))


def _once(action: Action) -> float:
    began = time.process_time()
    action()
    return time.process_time() - began
