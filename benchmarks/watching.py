"""
python -m benchmarks.watching [--quarters N] [--seed S] [--every DAYS]: how often monitoring cries wolf, what it finds.

Stable quarters, looked at every day, and the eight faults of benchmarks/faults.py. docs/monitoring.md has the figures.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import numpy as np

from benchmarks.faults import FAULTS
from benchmarks.streams import FIRST_DAY, World, day, watched
from webapp.monitoring.days import Day
from webapp.monitoring.findings import ACT, LOOK
from webapp.monitoring.report import Report, report_of
from webapp.monitoring.watched import Watched

QUARTER, RUN_IN = 90, 60  # days; those before are in use already
A_DAY = (8, 60)  # cases: fewest and most of a stream
WITHIN = 500  # rows after a fault
STEP = 50  # rows between two looks for it
SEEDS = 20


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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quarters", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=1, help="days between two looks")
    parser.add_argument("--alarms-only", action="store_true", help="leave the faults out")
    given = parser.parse_args()
    alarms = [false_alarms(given.seed + number, given.every) for number in range(given.quarters)]
    kinds = sum(alarms, Counter())
    counts = [sum(one.values()) for one in alarms]
    print(f"stable quarters: {len(counts)}; without a false alarm {counts.count(0)}, with one {counts.count(1)}, "
          f"with more {sum(one > 1 for one in counts)}; a quarter has {np.mean(counts):.3f} on average")  # fmt: skip
    print("raised:", ", ".join(f"{key} {count}" for key, count in kinds.most_common()) or "nothing")
    for name in () if given.alarms_only else FAULTS:
        after = [found_after(name, given.seed + number) for number in range(SEEDS)]
        found = [one for one in after if one is not None]
        last = max(found, default=0)
        print(f"{name}: found in {len(found)} of {SEEDS} streams, after {np.median(found):.0f} rows, at most {last}")


if __name__ == "__main__":
    main()
