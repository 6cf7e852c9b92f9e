"""The only source of time in product code, so that a test can stand in any moment."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC, with its time zone, to the microsecond."""
    return datetime.now(UTC)
