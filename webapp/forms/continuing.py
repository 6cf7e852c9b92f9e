"""Letting a model go on although one of its criteria says otherwise: why, and until when."""

from datetime import date, timedelta

from wtforms import StringField, ValidationError

from webapp import clock
from webapp.forms.accounts import wanted
from webapp.forms.audit import a_day, day_of
from webapp.forms.deciding import ReasonForm

MOST_DAYS = 366


def soon(form: ReasonForm, field: StringField) -> None:
    day = day_of(field)
    if day is None:
        return
    today = clock.now().date()
    if day.date() < today:
        raise ValidationError("The day must not be over")
    if day.date() > today + timedelta(days=MOST_DAYS):
        raise ValidationError("The day must be within a year: then somebody has to look at it again")


class ContinueForm(ReasonForm):
    until = StringField(
        "Until which day?", [wanted("Enter a day, like 3 Oct 2026"), a_day, soon], description="Like 3 Oct 2026"
    )

    @property
    def last_day(self) -> date:
        """Of use once the form has been validated."""
        return day_of(self.until).date()
