"""The forms for what comes after an answer: what happened, another decision, a note, feedback."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError

from webapp import clock
from webapp.forms.accounts import AccountForm, at_most, one_of_them, wanted
from webapp.forms.audit import a_day, day_of
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.remarks import FEEDBACK, LONGEST_TEXT
from webapp.result_page.case import Case
from webapp.result_page.since import class_text
from webapp.wording.quoting import shown

MOST_RADIOS = 6
MOST_DIGITS = 9  # of the number of a row
NONCE_BYTES, MAX_NONCE = 16, 64
CHOOSE = "Select what happened"
DECIDE = "Select what you decide"
CLOCKS_DIFFER = timedelta(days=1)  # it is tomorrow already in some places


def not_later(form: AccountForm, field: StringField) -> None:
    day = day_of(field)
    if day is not None and day > clock.now() + CLOCKS_DIFFER:
        raise ValidationError("What happened must not lie in the future")


class SeenForm(AccountForm):
    """A form that knows the last row its page showed, so that nobody overwrites what they did not see."""

    seq = HiddenField()

    @property
    def seen(self) -> int:
        text = self.seq.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


class ValueForm(SeenForm):
    """Asks for one value of the target; the functions below add its fields, in a class of its own."""

    rule: OutcomeRule
    names: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """As it is stored; of use once the form has been validated."""
        return self.rule.parse(self.value.data) if self.rule.is_number else self.names[int(self.value.data)]

    def fill(self, value: str) -> None:
        """Show a value that was recorded before."""
        self.value.data = (
            value if self.rule.is_number else str(self.names.index(value)) if value in self.names else None
        )


class NoteForm(AccountForm):
    nonce = HiddenField()
    text = TextAreaField(
        "Note",
        [wanted("Enter a note"), at_most(LONGEST_TEXT, "The note")],
        description="Whoever may open the answer can read it, and nobody can change or remove it",
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.nonce.data = (self.nonce.data or "")[:MAX_NONCE] or secrets.token_urlsafe(NONCE_BYTES)


class FeedbackForm(AccountForm):
    kind = RadioField(
        "What do you want to say?",
        [one_of_them("Select what you want to say")],
        choices={
            FEEDBACK[0]: "The answer was useful",
            FEEDBACK[1]: "The answer was not useful",
            FEEDBACK[2]: "Something is wrong with it",
        },
        validate_choice=False,
    )
    text = TextAreaField(
        "In your own words (optional)",
        [at_most(LONGEST_TEXT, "What you say")],
        description="Whoever may open the answer can read it",
    )


def outcome_form(case: Case, rule: OutcomeRule, **more: Any) -> ValueForm:
    field = _value_field(case, rule, rule.target.classes, case.target_label, CHOOSE)
    happened = StringField(
        "When did it happen? (optional)",
        [a_day, not_later],
        description="Like 3 Oct 2026. Leave blank if you do not know",
    )
    described = {"rule": rule, "names": rule.target.classes, "value": field, "happened": happened}
    return type("SchemaOutcomeForm", (ValueForm,), described)(**more)


def override_form(case: Case, rule: OutcomeRule, decided: str, **more: Any) -> ValueForm:
    """Without the class that the answer came down to."""
    names = tuple(name for name in rule.target.classes if name != decided)
    field = _value_field(case, rule, names, "What do you decide?", DECIDE)
    checks = [wanted("Say why"), at_most(LONGEST_TEXT, "The reason")]
    why = TextAreaField("Why?", checks, description="Kept with the decision for ever")
    described = {"rule": rule, "names": names, "value": field, "why": why}
    return type("SchemaOverrideForm", (ValueForm,), described)(**more)


def happened_at(form: ValueForm) -> datetime | None:
    return day_of(form.happened)


def _value_field(case: Case, rule: OutcomeRule, names: tuple[str, ...], question: str, sentence: str) -> Any:
    """What is chosen is posted by its place in the list, never as a text of the table."""
    if rule.is_number:
        unit = f" ({case.measure.unit})" if case.measure.unit else ""
        return StringField(f"{case.target_label}{unit}", [_is_outcome])
    choices = {str(place): class_text(case, name) for place, name in enumerate(names)}
    if len(choices) > MOST_RADIOS:
        choices = {"": "Select an answer"} | choices
        return SelectField(question, [wanted(sentence), one_of_them(sentence)], choices=choices, validate_choice=False)
    return RadioField(question, [one_of_them(sentence)], choices=choices, validate_choice=False)


def _is_outcome(form: ValueForm, field: StringField) -> None:
    try:
        form.rule.parse(field.data or "")
    except ValueError as problem:
        raise ValidationError(shown(str(problem))) from None
