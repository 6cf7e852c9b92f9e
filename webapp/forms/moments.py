"""Which moment somebody asks about, and which version should answer what was asked until then."""

from collections.abc import Mapping
from datetime import datetime, time, tzinfo

from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField, ValidationError

from webapp.forms.accounts import AccountForm, wanted
from webapp.forms.audit import a_day, day_of


def a_time(form: AccountForm, field: StringField) -> None:
    if (field.data or "").strip() and _time_of(field) is None:
        raise ValidationError("The time must be like 14:30")


def _time_of(field: StringField) -> time | None:
    text = (field.data or "").strip()
    try:
        return time.fromisoformat(text if ":" in text and len(text) <= len("hh:mm:ss") else "-")
    except ValueError:
        return None


class MomentForm(AccountForm):
    """Sent with GET, so that an address can be kept."""

    day = StringField("Which day?", [wanted("Enter a day, like 3 Oct 2026"), a_day], description="Like 3 Oct 2026")
    time = StringField("At what time? (optional)", [a_time], description="Like 14:30; else the day's first minute")
    version = SelectField("And what would this version say?", validate_choice=False)

    def __init__(self, sent: MultiDict, zone: tzinfo, versions: Mapping[str, str]):
        super().__init__(sent)
        self.zone = zone
        self.version.choices = dict(versions)
        if self.version.data not in self.version.choices:
            self.version.data = next(iter(self.version.choices), "")

    @property
    def moment(self) -> datetime:
        """In the zone in which the page tells the time; of use once the form has been validated."""
        midnight = day_of(self.day).replace(tzinfo=self.zone)
        return datetime.combine(midnight, _time_of(self.time) or time.min, self.zone)
