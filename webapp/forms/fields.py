"""WTForms fields that carry an answer to the schema's own parser and keep it as it was typed."""

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field

from webapp.errors import InvalidValue
from webapp.forms.controls import Control
from webapp.parsing.answers import Door, select_sentence
from webapp.parsing.texts import MAX_KEY, is_storable, normal
from webapp.schema import Feature, Value
from webapp.wording.quoting import shown

Answer = str | list[str] | None  # as typed; None: nothing chosen

MAX_HIDDEN = 100  # the longest hidden value we make is under 40
BOXES = ("day", "month", "year", "time")


class LeanField(Field):
    """
    A field without label, widget, flags and datalist, none of which our macros use.

    Making them is half the time of a form, so WTForms' own __init__ is left out on purpose.
    """

    def __init__(self, *, name: str, _form: Any, **_: Any):
        self.meta = _form.meta
        self.name = self.short_name = self.id = name
        self.errors: list[str] = []

    def post_process(self, formdata: MultiDict | None = None) -> None:
        """Nothing is left to do."""


class FeatureField(LeanField):
    """One question. `typed` is what came in, `data` its typed value once there was no `problem`."""

    nothing: tuple[str, ...] = ("",)

    def __init__(self, feature: Feature, control: Control, **bound: Any):
        super().__init__(**bound)
        self.feature = feature
        self.control = control
        self.typed = self.nothing
        self.data: Value = None
        self.problem: InvalidValue | None = None

    def process(self, formdata: MultiDict | None, data: object = None, extra_filters: object = None) -> None:
        if formdata is not None:
            self.process_formdata(self.posted(formdata))

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = tuple(valuelist)
        try:
            self.data = self.parsed()
        except InvalidValue as problem:
            self.problem = problem

    def validate(self, form: object, extra_validators: object = ()) -> bool:
        self.errors = [str(self.problem)] if self.problem else []
        return not self.errors

    def posted(self, formdata: MultiDict) -> list[str]:
        """What the browser sent for this question."""
        return [formdata.get(self.name, "")]

    def parsed(self) -> Value:
        """The typed value of what was typed. Raises InvalidValue."""
        raise NotImplementedError

    def take(self, answer: Answer) -> None:
        """Show an answer of an earlier record or of the example."""
        self.typed = (answer if isinstance(answer, str) else "",)

    def clear(self) -> None:
        """As if nothing had come in."""
        self.typed, self.data, self.problem, self.errors = self.nothing, None, None, []

    @property
    def answer(self) -> Answer:
        """The answer in the words of the table, as a record keeps it."""
        return self.typed[0]

    @property
    def error(self) -> str:
        return shown(self.errors[0]) if self.errors else ""

    @property
    def href(self) -> str:
        """Where the error summary leads: the control, or the first wrong one of several."""
        return f"#{self.name}"

    @property
    def is_untouched(self) -> bool:
        return self.typed == self.nothing and not self.errors


class TextField(FeatureField):
    """A number, or a category with too many levels for a list."""

    def parsed(self) -> Value:
        return self.feature.parse(self.typed[0], Door.FORM)


class ChoiceField(FeatureField):
    """One of a list. The browser sends a position or the sign of 'Don't know'; no choice is never an answer."""

    def parsed(self) -> Value:
        posted = self.typed[0]
        if not posted:
            raise InvalidValue(select_sentence(self.feature), self.feature.name)
        option = self.control.by_posted.get(posted)
        if option is None:
            raise InvalidValue(f"{select_sentence(self.feature)} from the list", self.feature.name)
        return self.feature.parse(option.answer, Door.FORM)

    def take(self, answer: Answer) -> None:
        option = self.control.by_answer.get(answer) if isinstance(answer, str) else None
        if option is None and isinstance(answer, str):
            known = self.feature.folded.get(normal(answer).casefold(), "") if answer else ""
            option = self.control.by_answer.get(known) if known else None
        self.typed = (option.posted if option else "",)

    @property
    def answer(self) -> Answer:
        option = self.control.by_posted.get(self.typed[0])
        return option.answer if option else None


class DateField(FeatureField):
    """Three boxes, and one for the time of day where the feature has one."""

    nothing = ("", "", "", "")

    def posted(self, formdata: MultiDict) -> list[str]:
        return [formdata.get(f"{self.name}-{part}", "") for part in BOXES]

    def parsed(self) -> Value:
        day, month, year, clock = self.typed
        return self.feature.parse_boxes(day, month, year, clock if self.feature.kind == "datetime" else "")

    def take(self, answer: Answer) -> None:
        texts = [text for text in answer if isinstance(text, str)] if isinstance(answer, list | tuple) else []
        self.typed = tuple((texts + [""] * len(BOXES))[: len(BOXES)])

    @property
    def answer(self) -> Answer:
        return list(self.typed[: len(self.control.boxes)])

    @property
    def wrong_parts(self) -> tuple[str, ...]:
        """The boxes to mark: the wrong one, or all of them when none can be blamed."""
        if self.problem is None:
            return ()
        parts = tuple(box.part for box in self.control.boxes)
        return (self.problem.part,) if self.problem.part in parts else parts

    @property
    def href(self) -> str:
        return f"#{self.name}-{self.wrong_parts[0]}" if self.wrong_parts else f"#{self.name}-day"


class KeyField(FeatureField):
    """The person's own reference of the case; no feature, so the model never sees it."""

    def parsed(self) -> str:
        text = normal(self.typed[0])
        if len(text) > MAX_KEY or not is_storable(text):
            raise InvalidValue(f"{self.control.label} must be {MAX_KEY} characters or less")
        return text


class HiddenField(LeanField):
    """A value that only travels: sent with the page, taken back as it comes."""

    data = ""

    def process(self, formdata: MultiDict | None, data: object = None, extra_filters: object = None) -> None:
        if formdata is not None:
            posted = formdata.get(self.name, "")
            self.data = posted if len(posted) <= MAX_HIDDEN and is_storable(posted) else ""
        elif isinstance(data, str):
            self.data = data

    def validate(self, form: object, extra_validators: object = ()) -> bool:
        return True
