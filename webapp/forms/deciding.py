"""Forms of decisions about versions: why, and which decision was the last that their page showed."""

from typing import Any

from wtforms import HiddenField, TextAreaField

from webapp.forms.accounts import at_most, wanted
from webapp.forms.afterwards import SeenForm

LONGEST_WHY = 2000
KEPT = "Kept with your name and the time, for everyone who may look into this model"


class ReasonForm(SeenForm):
    why = TextAreaField("Why?", [wanted("Say why"), at_most(LONGEST_WHY, "The reason")], description=KEPT)

    def __init__(self, question: str = "", *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if question:
            self.why.label.text = question

    @property
    def reason(self) -> str:
        return self.why.data.strip()


class PressForm(SeenForm):
    """For what must be quick: the reason may be left out."""

    why = TextAreaField("Why? (optional)", [at_most(LONGEST_WHY, "The reason")], description=KEPT)
    target = HiddenField()

    @property
    def reason(self) -> str:
        return (self.why.data or "").strip()
