"""How often somebody may try something: counted in the database, so that every worker counts the same."""

import ipaddress
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp import clock
from webapp.records.tables import sign_in_attempts as attempts

# A window is counted in this many slices, so that a row stays small whatever the limit.
SLICES = 60
NETWORK_BITS = 64  # what one household has of IPv6

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Retry:
    """`is_first` is True once in a window: the time to write it down."""

    after_s: int
    is_first: bool


def allow(connection: Connection, kind: str, subject: str, limit: int, window_s: int) -> Retry | None:
    """
    Count one attempt, or say when to come back: never more than `limit` within any `window_s` seconds.

    A refused attempt is not counted. An attempt is forgotten up to a sixtieth of the window late, never early.
    """
    now, width = clock.now().timestamp(), window_s / SLICES
    present = math.floor(now / width)
    counted = _locked(connection, kind, subject)
    taken = [pair for pair in counted.get("taken", []) if abs(pair[0] - present) <= SLICES]
    told = counted.get("told", present - SLICES - 1)
    retry = None
    if sum(count for _, count in taken) >= limit:
        again_at = (_last_to_wait_for(taken, limit) + 1 + SLICES) * width
        is_first = abs(told - present) > SLICES
        retry = Retry(max(1, math.ceil(again_at - now)), is_first)
        told = present if is_first else told
    else:
        taken = _one_more(taken, present)
    _keep(connection, (kind, subject), {"taken": taken, "told": told}, now + 2 * window_s)
    return retry


def address_subject(address: str) -> str:
    """Whom an address stands for: of IPv6 the network, since anybody has as many addresses there as they like."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, NETWORK_BITS), strict=False))


def _locked(connection: Connection, kind: str, subject: str) -> dict[str, Any]:
    """What was counted so far; whoever else counts the same waits until this transaction ends."""
    row = {"kind": kind, "subject": subject, "counted": {}, "expires_at": clock.now()}
    insert = _INSERTS[connection.dialect.name](attempts).values(row)
    unchanged = insert.on_conflict_do_update(index_elements=["kind", "subject"], set_={"kind": insert.excluded.kind})
    return connection.execute(unchanged.returning(attempts.c.counted)).scalar_one()


def _keep(connection: Connection, key: tuple[str, str], counted: dict[str, Any], until: float) -> None:
    mine = (attempts.c.kind == key[0], attempts.c.subject == key[1])
    expires_at = datetime.fromtimestamp(until, UTC) + timedelta(seconds=1)
    connection.execute(update(attempts).where(*mine).values(counted=counted, expires_at=expires_at))


def _one_more(taken: list[list[int]], present: int) -> list[list[int]]:
    counts = dict(map(tuple, taken))
    counts[present] = counts.get(present, 0) + 1
    return [[number, count] for number, count in sorted(counts.items())]


def _last_to_wait_for(taken: list[list[int]], limit: int) -> int:
    """The slice after whose end there is room again."""
    left = sum(count for _, count in taken)
    for number, count in sorted(taken):
        left -= count
        if left < limit:
            return number
    raise AssertionError("a limit below one leaves no room")
