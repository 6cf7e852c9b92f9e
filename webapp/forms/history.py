"""Which answers of a model to list, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField

from webapp.forms.accounts import AccountForm, at_most
from webapp.forms.audit import LAST_DAY, LONGEST, a_day, day_of
from webapp.parsing.texts import MAX_TEXT, in_sentence
from webapp.schema import Schema
from webapp.wording.quoting import shown

CHANNELS = {
    "": "Every real case",
    "form": "Asked in the form",
    "api": "Asked by a program",
    "batch": "From a file of cases",
    "example": "Made from example answers",
    "simulated": "Simulated",
}
LIGHTS = {"": "Any", "green": "Nothing special", "amber": "Treat with care", "red": "Do not rely on it alone"}
OUTCOMES = {"": "Any", "known": "Recorded", "unknown": "Not recorded yet"}
ORDERS = {"": "Newest first", "oldest": "Oldest first", "highest": "Highest first", "lowest": "Lowest first"}
WRONG_WAY_ROUND = "The last day must not be before the first"


@dataclass(frozen=True, slots=True)
class Listable:
    """What can be told apart in one model's list: its answers and versions, and what a case is known by."""

    schema: Schema | None
    versions: Mapping[str, int | None]
    zone: tzinfo


class HistoryForm(AccountForm):
    """Sent with GET, so that an address can be kept."""

    q = StringField("Reference", [at_most(MAX_TEXT, "What you look for")])
    since = StringField("From day", [a_day], description="Like 3 Oct 2026")
    until = StringField("To day", [a_day], description="This day is part of it")
    answer = SelectField("Answer", validate_choice=False)
    light = SelectField("Care", choices=LIGHTS, validate_choice=False)
    channel = SelectField("How it was asked", choices=CHANNELS, validate_choice=False)
    version = SelectField("Version", validate_choice=False)
    outcome = SelectField("What happened", choices=OUTCOMES, validate_choice=False)
    who = StringField("Who asked", [at_most(LONGEST, "Who asked")], description="A sign-in name")
    order = SelectField("Order", choices=ORDERS, validate_choice=False)

    def __init__(self, sent: MultiDict, listable: Listable):
        super().__init__(sent)
        self.zone = listable.zone
        self.answer.choices = {"": "Any", **{name: shown(name) for name in _classes(listable.schema)}}
        self.version.choices = {"": "Any"} | {
            version: f"Version {number}" if number else version for version, number in listable.versions.items()
        }
        if listable.schema is not None and listable.schema.id_label:
            own = in_sentence(shown(listable.schema.id_label))
            self.q.label.text = f"Our reference or {'yours' if own == 'reference' else f'your {own}'}"
        for field in (self.answer, self.light, self.channel, self.version):
            if field.data and field.data not in field.choices:  # of an address that somebody kept or made up
                field.choices = {**field.choices, field.data: shown(field.data)}
        for field in (self.outcome, self.order):
            if field.data not in field.choices:
                field.data = ""

    def validate(self, extra_validators: object = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.begins and self.ends and self.ends <= self.begins:
            self.refuse("until", WRONG_WAY_ROUND)
        return not self.problems

    @property
    def begins(self) -> datetime | None:
        """The first midnight, in the zone in which the list tells the time."""
        day = day_of(self.since)
        return None if day is None else day.replace(tzinfo=self.zone)

    @property
    def ends(self) -> datetime | None:
        day = day_of(self.until)
        return None if day is None or day >= LAST_DAY else (day + timedelta(days=1)).replace(tzinfo=self.zone)

    @property
    def is_known(self) -> bool | None:
        """Whether what happened is to have been recorded; None where that is not asked."""
        return self.outcome.data == "known" if self.outcome.data else None

    @property
    def looked_for(self) -> dict[str, str]:
        """What was filled in, as it stands in an address."""
        return {field.name: field.data for field in self if field.data}


def _classes(schema: Schema | None) -> tuple[str, ...]:
    return schema.target.classes if schema is not None else ()
