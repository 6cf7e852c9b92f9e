"""How models stood when monitoring last looked at them; nothing where that cannot be asked."""

from webapp.errors import RecordsUnavailable
from webapp.records.findings import Check, last_checks
from webapp.views.services import services


def last_looks() -> dict[str, Check]:
    try:
        with services().database.reading() as connection:
            return last_checks(connection)
    except RecordsUnavailable:
        return {}
