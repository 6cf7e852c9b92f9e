"""The one schema: what a model asks, in which form, and how one answer becomes a typed value."""

from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np

from webapp.parsing.answers import OTHER, Door, Value, parse_answer, parse_date_boxes, parse_json_answer
from webapp.parsing.own_kinds import written
from webapp.parsing.shown import NOT_PROVIDED, answers_of, date_text, names_year, number_text
from webapp.parsing.texts import index_by_fold, normal

KINDS = ("number", "integer", "yes_no", "category", "date", "datetime")
NUMBERS = ("number", "integer")
DATES = ("date", "datetime")


@dataclass(frozen=True, slots=True)
class Choice:
    """
    One level of a category: `value` as in the table, `label` as shown, `rows` learned from.

    `exact`: the table has another, unnamed level that differs in capitals only, so only this very text means it.
    """

    value: str
    label: str
    rows: int = 0
    rare: bool = False
    exact: bool = False


@dataclass(frozen=True)
class Feature:
    """
    One input as the user knows it.

    Limits are numbers in the feature's own unit; for dates days, for date-times seconds since 1970-01-01.
    `minimum` and `maximum` are a person's hard limits (beyond them: refused), `observed` the limits of the table
    rounded outward (beyond them: a warning), `usual` its 1st to 99th percentile (a hint). `reason` joins what it names;
    `own_kind` names the way of writing a number that is written in a way of its own.
    """

    name: str
    kind: str
    label: str
    unit: str = ""
    help: str = ""
    group: str = ""
    reason: str = ""
    choices: tuple[Choice, ...] = ()
    other_rows: int = 0
    ordered: bool = False
    minimum: float | None = None
    maximum: float | None = None
    observed: tuple[float, float] | None = None
    usual: tuple[float, float] | None = None
    typical: float | str | None = None
    decimals: int = 0
    decimal: str = "."
    date_order: str = "dmy"
    missing_seen: bool = False
    optional: bool = False
    missing_markers: tuple[str, ...] = ()
    sensitive: bool = False
    actionable: bool = False
    direction: str = ""
    monotonic: int = 0
    own_kind: str = ""

    @cached_property
    def choice_values(self) -> dict[str, int]:
        """Value -> position in `choices`."""
        return {choice.value: position for position, choice in enumerate(self.choices)}

    @cached_property
    def folded(self) -> dict[str, str]:
        """Case-folded value or label -> value, where unique."""
        folding = [choice for choice in self.choices if not choice.exact]
        by_label = index_by_fold(normal(choice.label) for choice in folding)
        labels = {normal(choice.label): choice.value for choice in folding}
        found = {folded: labels[text] for folded, text in by_label.items()}
        return found | dict(index_by_fold(choice.value for choice in folding))

    @property
    def has_other(self) -> bool:
        """True when the table had categories too rare to be named."""
        return self.kind == "category" and self.other_rows > 0

    @property
    def typical_value(self) -> Value:
        """The median or most frequent value, typed."""
        return self.from_number(self.typical) if self.kind in DATES else self.typical

    def from_number(self, number: float | str | None) -> Value:
        """A limit or a typical value of a date feature as a date; any other unchanged."""
        if number is None or self.kind not in DATES:
            return number
        return np.datetime64(int(number), "D" if self.kind == "date" else "s")

    def as_number(self, value: Value) -> float:
        """The opposite of `from_number`; NaN for a missing value. Not for categories."""
        if value is None:
            return float("nan")
        return float(value.astype("int64")) if isinstance(value, np.datetime64) else float(value)

    def parse(self, text: str, door: Door) -> Value:
        """The typed value of a text, None where it is missing. Raises InvalidValue with a sentence for people."""
        return parse_answer(self, text, door)

    def parse_json(self, value: object) -> Value:
        """The typed value of a JSON value. Raises InvalidValue."""
        return parse_json_answer(self, value)

    def parse_boxes(self, day: str, month: str, year: str, clock: str = "") -> Value:
        """The typed value of the boxes of a date; InvalidValue.part names the wrong one."""
        return parse_date_boxes(self, day, month, year, clock)

    def value_text(self, value: Value) -> str:
        """The value as people read it, with its unit: '$118.90', '20 months', 'Not provided'."""
        if value is None:
            return NOT_PROVIDED
        if isinstance(value, np.datetime64):
            return date_text(value)
        if self.kind == "yes_no":
            return self.choices[0 if value else 1].label
        if self.kind == "category":
            position = self.choice_values.get(value)
            unlisted = "Another, not listed" if value == OTHER else value
            return unlisted if position is None else self.choices[position].label
        if self.own_kind and (text := written(self.own_kind, float(value))):
            return f"{text} {self.unit}".rstrip()
        return self.number_text(float(value), self.unit)

    def number_text(self, value: float, unit: str = "") -> str:
        """A number of this feature as people read it, such as an end of its range."""
        return number_text(value, unit=unit, decimals=self.decimals, decimal=self.decimal, is_year=self.is_year)

    @cached_property
    def is_year(self) -> bool:
        """True for the year of a calendar, which is written without a comma."""
        is_whole = self.kind == "integer" and not self.unit and self.observed is not None
        return is_whole and names_year(self.name, *self.observed)

    def to_answers(self, value: Value) -> tuple[str, ...]:
        """What to type to get this value back."""
        return answers_of(self, value)

    def to_json(self) -> dict[str, Any]:
        return _told(asdict(self))

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Feature":
        """Raises TypeError, KeyError or ValueError for what is no feature, or one of a kind nobody here can ask."""
        if document["kind"] not in KINDS:
            raise ValueError(f"{document['kind']!r} is not one of {', '.join(KINDS)}")
        pairs = {name: tuple(document[name]) for name in ("observed", "usual", "missing_markers") if name in document}
        choices = tuple(_read(Choice, choice) for choice in document.get("choices", ()))
        return _read(cls, {**document, **pairs, "choices": choices})


@dataclass(frozen=True, slots=True)
class Group:
    """One section of the form."""

    title: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What is predicted: one of `classes` (in the order of the pipeline's classes_) or a number in `unit`."""

    name: str
    kind: str
    label: str
    unit: str = ""
    classes: tuple[str, ...] = ()
    positive: str = ""
    decimals: int = 0
    decimal: str = "."
    observed: tuple[float, float] | None = None

    @property
    def task(self) -> str:
        """'binary', 'many' or 'number'."""
        if self.kind == "number":
            return "number"
        return "binary" if len(self.classes) == 2 else "many"


@dataclass(frozen=True)
class Schema:
    """Everything the form, the checks, the template of a file of cases and the model card are made from."""

    model: str
    features: tuple[Feature, ...]
    target: Target
    groups: tuple[Group, ...] = ()
    id_column: str = ""
    id_label: str = ""
    by_name: dict[str, Feature] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {feature.name: feature for feature in self.features})

    def to_json(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "features": [feature.to_json() for feature in self.features],
            "target": _told(asdict(self.target)),
            "groups": [asdict(group) for group in self.groups],
            "id_column": self.id_column,
            "id_label": self.id_label,
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Schema":
        target = dict(document["target"])
        for name in ("classes", "observed"):
            if name in target:
                target[name] = tuple(target[name])
        return cls(
            model=document["model"],
            features=tuple(Feature.from_json(feature) for feature in document["features"]),
            target=_read(Target, target),
            groups=tuple(_read(Group, group) for group in document["groups"]),
            id_column=document["id_column"],
            id_label=document["id_label"],
        )


def _told(document: dict[str, Any]) -> dict[str, Any]:
    """Without what nobody said."""
    return {name: value for name, value in document.items() if value is not None and value != "" and value != ()}


def _read(kind: type, document: dict[str, Any]) -> Any:
    """A part of the schema. What a later release says besides is passed over."""
    known = {part.name for part in fields(kind)}
    return kind(**{name: value for name, value in document.items() if name in known})


def to_json_value(value: Value) -> float | str | None:
    """A typed value as JSON keeps it; dates in ISO form."""
    return str(value) if isinstance(value, np.datetime64) else value
