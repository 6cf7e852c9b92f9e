"""The lists of an account as its page shows them: where one is signed in, and the keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.clock import now
from webapp.records.api_keys import ApiKey
from webapp.records.sessions import SessionRow
from webapp.wording.browsers import browser_text
from webapp.wording.dates import date_text, day_text
from webapp.wording.quoting import shown
from webapp.wording.roles import scopes_text


@dataclass(frozen=True, slots=True)
class OpenSession:
    id: str
    browser: str
    address: str
    began: str
    seen: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class KeyLine:
    """`status` is a kind and its words; only a key that still opens something `can_be_revoked`."""

    id: str
    label: str
    may: str
    made: str
    seen: str
    status: tuple[str, str]
    can_be_revoked: bool


def session_rows(found: Sequence[SessionRow]) -> list[OpenSession]:
    """The present one first."""
    rows = [
        OpenSession(
            id=row.id,
            browser=browser_text(row.agent),
            address=shown(row.address),
            began=date_text(row.began_at),
            seen=date_text(row.seen_at),
            is_current=row.is_current,
        )
        for row in found
    ]
    return sorted(rows, key=lambda row: not row.is_current)


def key_rows(keys: Sequence[ApiKey]) -> list[KeyLine]:
    """Those that still open something first."""
    rows = [
        KeyLine(
            id=key.id,
            label=shown(key.label),
            may=scopes_text(key.scopes),
            made=day_text(key.made_at),
            seen=date_text(key.seen_at) if key.seen_at else "Never used",
            status=_key_status(key),
            can_be_revoked=key.is_valid,
        )
        for key in keys
    ]
    return sorted(rows, key=lambda row: not row.can_be_revoked)


def _key_status(key: ApiKey) -> tuple[str, str]:
    if key.revoked_at is not None:
        return "off", f"Revoked on {day_text(key.revoked_at)}"
    if key.expires_at <= now():
        return "off", f"Ended on {day_text(key.expires_at)}"
    return "good", f"Until {day_text(key.expires_at)}"
