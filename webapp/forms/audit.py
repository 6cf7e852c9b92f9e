"""What to look for in the audit trail."""

from datetime import UTC, datetime, time, timedelta

from wtforms import SelectField, StringField, ValidationError

from webapp.forms.accounts import AccountForm, at_most
from webapp.parsing.dates import NotADate, parse_date
from webapp.records.audit import ACTIONS

LONGEST = 200
LAST_DAY = datetime(9999, 12, 31, tzinfo=UTC)  # after it there is no day to end before


def a_day(form: AccountForm, field: StringField) -> None:
    if (field.data or "").strip() and day_of(field) is None:
        raise ValidationError(f"{field.label.text} must be a day, like 3 Oct 2026 or 2026-10-03")


def day_of(field: StringField) -> datetime | None:
    """Midnight in UTC; None for a blank, and for what is no day."""
    try:
        return datetime.combine(parse_date(field.data or "", "ymd").item(), time.min, UTC)
    except NotADate:
        return None


class AuditForm(AccountForm):
    """Sent with GET, so that an address can be kept."""

    who = StringField(
        "Who", [at_most(LONGEST, "Who")], description="A sign-in name, or the name of somebody at a terminal"
    )
    action = SelectField("What", choices={"": "Everything"} | ACTIONS, validate_choice=False)
    subject = StringField("About", [at_most(LONGEST, "About")], description="A sign-in name or a model")
    since = StringField("From day", [a_day], description="Like 3 Oct 2026")
    until = StringField("To day", [a_day], description="This day is part of it")

    @property
    def begins(self) -> datetime | None:
        return day_of(self.since)

    @property
    def ends(self) -> datetime | None:
        day = day_of(self.until)
        return None if day is None or day >= LAST_DAY else day + timedelta(days=1)
