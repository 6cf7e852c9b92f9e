"""The only source of time in product code, so that a test can stand in any moment, and a simulation in the past."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """The present moment in UTC, with its time zone, to the microsecond."""
    return _standing.get() or datetime.now(UTC)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Within the block, and for nobody else, it is that moment."""
    before = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(before)
