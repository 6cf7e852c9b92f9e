"""
python -m benchmarks.watching [--quarters N] [--seed S] [--every DAYS]: how often monitoring cries wolf, what it finds.

Stable quarters, looked at every day, the eight faults of benchmarks/faults.py, and how often a model stands under the
right word. `--only alarms`, `words` or `faults` measures one of them. docs/monitoring.md has the figures.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import numpy as np

from benchmarks.faults import FAULTS, larger
from benchmarks.streams import FIRST_DAY, Columns, World, day, watched
from webapp.monitoring.days import Day
from webapp.monitoring.findings import ACT, FEW, GOOD, LOOK
from webapp.monitoring.report import Report, report_of
from webapp.monitoring.watched import Watched

QUARTER, RUN_IN = 90, 60  # days; those before are in use already
A_DAY = (8, 60)  # cases: fewest and most of a stream
WITHIN = 500  # rows after a fault
STEP = 50  # rows between two looks for it
SEEDS = 20
TOLD_EVERY = 100  # quarters


def noon(number: int) -> datetime:
    return datetime.combine(FIRST_DAY + timedelta(days=number), time(12), UTC)


def reports(one: Watched, days: list[Day], every: int = 1) -> Iterator[Report]:
    """As they would have been on the days of the quarter."""
    for number in range(RUN_IN, RUN_IN + QUARTER, every):
        yield report_of(one, days[: number + 1], noon(number))


def false_alarms(seed: int, every: int = 1) -> Counter[str]:
    """What was raised in one stable quarter, each thing once until it is gone again."""
    random = np.random.default_rng(seed)
    one = watched(random)
    rate = int(random.integers(*A_DAY))
    days = [day(one, random, number, int(random.poisson(rate))) for number in range(RUN_IN + QUARTER)]
    raised: Counter[str] = Counter()
    standing: set[str] = set()
    for report in reports(one, days, every):
        now = {finding.key for finding in report.findings if finding.status in (ACT, LOOK)}
        raised.update(now - standing)
        standing = now
    return raised


def found_after(name: str, seed: int) -> int | None:
    """Rows after which the fault was told of, of a stream that had run well for two months; None: not in WITHIN."""
    field, fault = FAULTS[name]
    random = np.random.default_rng(seed)
    one = watched(random)
    days = [day(one, random, number, 40) for number in range(RUN_IN)]
    for step in range(WITHIN // STEP):
        days.append(day(one, random, RUN_IN + step, STEP, World(fault)))
        report = report_of(one, days, noon(RUN_IN + step))
        if any(finding.field == field for finding in report.findings):
            return (step + 1) * STEP
    return None


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens to a stream from one of its days on, and the word that it should stand under at the end."""

    word: str
    days: int = 90
    rate: int = 40
    changed_on: int = 50
    world: World = World()


def _forgotten(columns: Columns) -> np.ndarray:
    """The ends of cases no longer have to do with what is known of them."""
    return 4.0 * np.random.default_rng(len(columns["region"])).normal(size=len(columns["region"]))


SCENES: Mapping[str, Scene] = {
    "stable": Scene(GOOD),
    "a number grows by half of its spread": Scene(LOOK, world=World(larger)),
    "more of one class": Scene(ACT, changed_on=10, world=World(relation=1.2)),
    "answers no longer tell anything": Scene(ACT, changed_on=10, world=World(relation=_forgotten)),
    "too few outcomes": Scene(FEW, days=48, rate=20),
}


def word_of(scene: Scene, seed: int) -> str:
    """That the stream stands under on its last day."""
    random = np.random.default_rng(seed)
    one = watched(random)
    days = [
        day(one, random, number, scene.rate, scene.world if number >= scene.changed_on else World())
        for number in range(scene.days)
    ]
    return report_of(one, days, noon(scene.days)).status


def _tell(alarms: list[Counter[str]]) -> None:
    kinds = sum(alarms, Counter())
    counts = [sum(one.values()) for one in alarms]
    print(f"stable quarters: {len(counts)}; without a false alarm {counts.count(0)}, with one {counts.count(1)}, "
          f"with more {sum(one > 1 for one in counts)}; a quarter has {np.mean(counts):.3f} on average")  # fmt: skip
    print("raised:", ", ".join(f"{key} {count}" for key, count in kinds.most_common()) or "nothing", flush=True)


def _alarms(given: argparse.Namespace) -> None:
    alarms: list[Counter[str]] = []
    for number in range(given.quarters):
        alarms.append(false_alarms(given.seed + number, given.every))
        if len(alarms) % TOLD_EVERY == 0 or len(alarms) == given.quarters:
            _tell(alarms)


def _words(given: argparse.Namespace) -> None:
    right = 0
    for name, scene in SCENES.items():
        words = Counter(word_of(scene, given.seed + number) for number in range(given.streams))
        right += words[scene.word]
        print(f"{name}: {scene.word} in {words[scene.word]} of {given.streams} streams; all words {dict(words)}",
              flush=True)  # fmt: skip
    print(f"the right word in {right} of {given.streams * len(SCENES)} streams")


def _faults(given: argparse.Namespace) -> None:
    for name in FAULTS:
        after = [found_after(name, given.seed + number) for number in range(SEEDS)]
        found = [one for one in after if one is not None]
        last = max(found, default=0)
        print(f"{name}: found in {len(found)} of {SEEDS} streams, after {np.median(found):.0f} rows, at most {last}",
              flush=True)  # fmt: skip


MEASURED = {"alarms": _alarms, "words": _words, "faults": _faults}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quarters", type=int, default=1_000)
    parser.add_argument("--streams", type=int, default=200, help="of each kind that should stand under a word")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=1, help="days between two looks")
    parser.add_argument("--only", choices=MEASURED, help="leave the others out")
    given = parser.parse_args()
    for name, measure in MEASURED.items():
        if given.only in (None, name):
            measure(given)


if __name__ == "__main__":
    main()
