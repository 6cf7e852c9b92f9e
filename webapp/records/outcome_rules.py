"""What can happen to a case of one model, how a text says it, and when the answer that was given proved right."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from webapp.errors import InvalidValue
from webapp.parsing.answers import NO, YES, Door
from webapp.parsing.numbers import NotANumber, parse_number
from webapp.parsing.shown import number_text, typed_text
from webapp.parsing.texts import normal
from webapp.schema import Choice, Feature, Schema, Target

WORDINGS = ("short", "chance", "text")  # by which a class may be named besides its own name
LONGEST_SHOWN = 60
BUCKETS = 10
NO_BUCKET = -1


class Judgement(NamedTuple):
    """0 or 1 each: could the answer be judged, did it prove right, did the positive class come true."""

    judged: int
    right: int
    positive: int


NOT_KNOWN = Judgement(0, 0, 0)


@dataclass(frozen=True)
class OutcomeRule:
    """What the words of one decision say about outcomes; `said` are the wordings of each class."""

    target: Target
    threshold: float | None
    said: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> "OutcomeRule":
        schema = words["schema"]
        schema = schema if isinstance(schema, Schema) else Schema.from_json(schema)
        return cls(schema.target, (words.get("decision") or {}).get("threshold"), words.get("outcomes") or {})

    @property
    def is_number(self) -> bool:
        return self.target.kind == "number"

    @property
    def label(self) -> str:
        return self.target.label or self.target.name

    @cached_property
    def feature(self) -> Feature:
        """The target as a question, so that the one parser reads its answers."""
        target = self.target
        if self.is_number:
            middle = round(sum(target.observed) / 2, target.decimals) if target.observed else 1.0
            return Feature(
                target.name, "number", self.label, target.unit, typical=middle, decimals=target.decimals,
                decimal=target.decimal,
            )  # fmt: skip
        kind = "yes_no" if self._says_yes_or_no else "category"
        return Feature(target.name, kind, self.label, choices=tuple(Choice(name, name) for name in self._yes_first))

    def parse(self, text: str, door: Door = Door.FORM, decimal: str = "") -> str:
        """
        The outcome as it is stored: the name of a class, or a number as it would be typed.

        `decimal` is the sign of the file that the text stands in. Raises InvalidValue in words for what cannot happen.
        """
        feature = replace(self.feature, decimal=decimal) if decimal and self.is_number else self.feature
        wanted = normal(text)
        if not wanted:
            raise InvalidValue(f"Enter {self.label}" if self.is_number else "Select what happened", self.target.name)
        if self.is_number:
            return typed_text(feature.parse(text, door))
        return self._class_of(text, wanted)

    def value_text(self, value: str) -> str:
        """An outcome as people read it."""
        if not self.is_number:
            return value
        target = self.target
        return number_text(float(value), unit=target.unit, decimals=target.decimals, decimal=target.decimal)

    def decided(self, record: Any) -> str:
        """The class that the answer came down to, by the threshold where there is one; "" for a number."""
        if self.threshold is None or self.target.task != "binary":
            return record.answer
        return class_of_two(self.target, record.probability, self.threshold)

    def judged(self, record: Any, value: str) -> Judgement:
        """How the answer of the record stands beside what happened; "" is not known any more."""
        if not value:
            return NOT_KNOWN
        if self.is_number:
            if record.low is None or record.high is None:
                return NOT_KNOWN
            return Judgement(1, int(record.low <= float(value) <= record.high), 0)
        return Judgement(1, int(self.decided(record) == value), int(value == self.target.positive))

    @property
    def _says_yes_or_no(self) -> bool:
        if self.target.task != "binary":
            return False
        positive, other = (name.casefold() for name in self._yes_first)
        return positive in YES and other in NO

    @property
    def _yes_first(self) -> tuple[str, ...]:
        if self.target.task != "binary":
            return self.target.classes
        return tuple(sorted(self.target.classes, key=lambda name: name != self.target.positive))

    @cached_property
    def _by_wording(self) -> Mapping[str, str]:
        """Case-folded wording -> class, where only one class is worded so."""
        worded: dict[str, set[str]] = {}
        for name in self.target.classes:
            for text in (normal(self.said.get(name, {}).get(key) or "") for key in WORDINGS):
                worded.setdefault(text.rstrip(".").casefold(), set()).add(name)
        return {text: next(iter(names)) for text, names in worded.items() if text and len(names) == 1}

    def _class_of(self, text: str, wanted: str) -> str:
        """By its name, else by its wording, else as the same number: '1.0' is how some programs write the class '1'."""
        alike = [known for known in self.target.classes if _is_same_number(known, wanted)]
        name = self._named(text) or self._by_wording.get(wanted.rstrip(".").casefold())
        if name is None and len(alike) == 1:
            [name] = alike
        if name is None:
            known = ", ".join(self.target.classes)
            raise InvalidValue(f"“{wanted[:LONGEST_SHOWN]}” is no outcome here. Known are: {known}", self.target.name)
        return name

    def _named(self, text: str) -> str | None:
        try:
            value = self.feature.parse(text, Door.FILE)
        except InvalidValue:
            return None
        name = self.feature.choices[0 if value else 1].value if self.feature.kind == "yes_no" else value
        return name if name in self.target.classes else None


def class_of_two(target: Target, probability: float, threshold: float) -> str:
    """The class that the chance of the positive one comes down to."""
    return next(name for name in target.classes if (name == target.positive) == (probability >= threshold))


def bucket_of(probability: float | None) -> int:
    """The tenth that a chance lies in, 0 to 9; NO_BUCKET for an answer without one."""
    return NO_BUCKET if probability is None else min(int(probability * BUCKETS), BUCKETS - 1)


def _is_same_number(one: str, other: str) -> bool:
    try:
        return parse_number(one, scientific=True) == parse_number(other, scientific=True)
    except NotANumber:
        return False
