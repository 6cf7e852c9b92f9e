"""How much one person or key may ask for in a while; counted in the database, so the same for every worker."""

from dataclasses import dataclass

from webapp.records.attempts import Retry, allow
from webapp.records.audit import about_user, note
from webapp.views.services import services
from webapp.views.visitors import visitor

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` of these in any `window_s` seconds."""

    kind: str
    limit: int
    window_s: int


PREDICTIONS = Quota("predictions", 60, MINUTE)
BY_PROGRAM = Quota("programs", 600, MINUTE)
WHAT_IFS = Quota("what-ifs", 120, MINUTE)
EXPORTS = Quota("exports", 20, HOUR)
FILES = Quota("files", 60, HOUR)


def used_up(quota: Quota) -> Retry | None:
    """Count one more for whoever is asking; when to come back if that is too many, None while there is room.

    Nobody in particular is not counted: without sign-in one cannot be told from another.
    """
    if not services().config.limits:
        return None
    asking = visitor()
    if asking.user is None:
        return None
    with services().database.writing() as connection:
        retry = allow(connection, quota.kind, asking.actor.id, quota.limit, quota.window_s)
        if retry is not None and retry.is_first:
            about = about_user(asking.user.sign_in_name)
            note(connection, asking.actor, "limit_reached", about, after={"limit": quota.kind})
    return retry
