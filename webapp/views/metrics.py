"""Counts for Prometheus, summed over all processes of one machine without any lock between them."""

import mmap
import os
import struct
import threading
from collections.abc import Iterable

from webapp.records.findings import Check
from webapp.serving import Follower

STATUSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
COUNTERS = (*STATUSES, "predictions")
SLOTS = 1024  # one a process, by its number; numbers of processes that live at once are closer together than this
WIDTH = 8
LEVELS = {"good": 0, "few": 1, "look": 2, "act": 3}
SLOT_BYTES = WIDTH * len(COUNTERS)

# Made before the service forks, so that its workers share it.
_shared = mmap.mmap(-1, SLOTS * SLOT_BYTES)
_turn = threading.Lock()


def count(counter: str) -> None:
    offset = os.getpid() % SLOTS * SLOT_BYTES + WIDTH * COUNTERS.index(counter)
    with _turn:
        [present] = struct.unpack_from("<Q", _shared, offset)
        struct.pack_into("<Q", _shared, offset, present + 1)


def count_response(status: int) -> None:
    count(STATUSES[min(max(status // 100, 1), 5) - 1])


def totals() -> dict[str, int]:
    everything = struct.unpack(f"<{SLOTS * len(COUNTERS)}Q", _shared[:])
    return {name: sum(everything[position :: len(COUNTERS)]) for position, name in enumerate(COUNTERS)}


def watching_lines(checks: Iterable[Check]) -> list[str]:
    """How each model stood when it was last looked at: 0 as expected, 1 too few data, 2 worth a look, 3 act now."""
    checks = list(checks)
    lines = ["# TYPE formcast_model_status gauge"]
    lines += [f'formcast_model_status{{model="{one.model}"}} {LEVELS.get(one.status, 1)}' for one in checks]
    lines += ["# TYPE formcast_model_checked_seconds gauge"]
    lines += [f'formcast_model_checked_seconds{{model="{one.model}"}} {one.at.timestamp():.0f}' for one in checks]
    lines += ["# TYPE formcast_model_figure gauge"]
    return lines + [
        f'formcast_model_figure{{model="{one.model}",figure="{name}"}} {value:.6g}'
        for one in checks
        for name, value in sorted(one.figures.items())
    ]


def metrics_text(follower: Follower, checks: Iterable[Check] = ()) -> str:
    """The page that Prometheus reads."""
    counted = totals()
    picture = follower.picture
    lines = ["# TYPE formcast_requests_total counter"]
    lines += [f'formcast_requests_total{{status="{status}"}} {counted[status]}' for status in STATUSES]
    lines += ["# TYPE formcast_predictions_total counter", f"formcast_predictions_total {counted['predictions']}"]
    lines += ["# TYPE formcast_champion_number gauge"]
    lines += [
        f'formcast_champion_number{{model="{model}"}} {champion.words.get("number") or 0}'
        for model, champion in sorted(picture.champions.items())
    ]
    lines += ["# TYPE formcast_model_problems gauge", f"formcast_model_problems {len(picture.problems)}"]
    lines += ["# TYPE formcast_latest_decision gauge", f"formcast_latest_decision {picture.decision_id or 0}"]
    return "\n".join([*lines, *watching_lines(checks)]) + "\n"
