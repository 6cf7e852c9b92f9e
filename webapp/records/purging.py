"""Forgetting what has expired: sessions, drafts, links, counts, keys of requests, files. No audit trail."""

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select, tuple_

from webapp import clock
from webapp.records import lifetimes
from webapp.records.attempts import allow
from webapp.records.tables import (
    api_requests,
    drafts,
    invitations,
    job_claims,
    job_parts,
    jobs,
    sessions,
    sign_in_attempts,
)


def purge(connection: Connection) -> dict[str, int]:
    """Delete what is over; how many rows of each table."""
    now = clock.now()
    is_over = jobs.c.expires_at <= now
    files_over, of_job = select(jobs.c.id).where(is_over), (job_claims, job_parts)
    over = {
        **{table: table.c.job_id.in_(files_over) for table in of_job},
        jobs: and_(is_over, *(~select(table.c.seq).where(table.c.job_id == jobs.c.id).exists() for table in of_job)),
        sessions: or_(
            sessions.c.seen_at <= now - lifetimes.SESSION_IDLE, sessions.c.began_at <= now - lifetimes.SESSION
        ),
        drafts: drafts.c.made_at <= now - lifetimes.DRAFT,
        invitations: invitations.c.expires_at <= now,
        sign_in_attempts: sign_in_attempts.c.expires_at <= now,
        api_requests: api_requests.c.claimed_at <= now - lifetimes.API_REQUEST,
    }
    return {table.name: _delete(connection, table, condition) for table, condition in over.items()}


def end_everything(connection: Connection) -> None:
    """Nobody is signed in any more, and no link and no draft is left."""
    for table in (sessions, invitations, drafts):
        connection.execute(delete(table))


def purge_hourly(connection: Connection) -> None:
    """The same, by whichever request comes first in an hour."""
    seconds = int(lifetimes.EMPTIED_EVERY.total_seconds())
    if allow(connection, "purge", "all", 1, seconds) is None:
        purge(connection)


def _delete(connection: Connection, table: Table, condition: ColumnElement[bool]) -> int:
    # Rows that another request is working on are left to the next time instead of waited for.
    key = tuple_(*table.primary_key.columns)
    over = select(*table.primary_key.columns).where(condition).with_for_update(skip_locked=True)
    return connection.execute(delete(table).where(key.in_(over))).rowcount
