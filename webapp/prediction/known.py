"""What is said about values, said once: rows that are answered together have most of their values in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from webapp.prediction.care import flag_of
from webapp.prediction.terms import Terms
from webapp.prediction.values import CareFlag
from webapp.schema import Feature, Value

MOST = 50_000  # values that are kept: far more than a part of a file has


@dataclass(frozen=True, slots=True)
class Sayings:
    """How the flag of a value and the text of a term are found."""

    flag: Callable[[Feature, Value], CareFlag | None]
    value_text: Callable[[int, Sequence[Value]], str]


def sayings(terms: Terms, rows: int) -> Sayings:
    """Remembered where there are many rows; for one alone that would only take time."""
    if rows == 1:
        return Sayings(flag_of, terms.value_text)
    known = Known(terms)
    return Sayings(known.flag, known.value_text)


class Known:
    """Texts and flags of the values that were met so far; it lives as long as one call."""

    def __init__(self, terms: Terms):
        self._terms = terms
        self._flags: dict[tuple[str, Value], CareFlag | None] = {}
        self._texts: dict[tuple[int, Value], str] = {}

    def flag(self, feature: Feature, value: Value) -> CareFlag | None:
        try:
            return self._flags[feature.name, value]
        except KeyError:
            if len(self._flags) >= MOST:
                self._flags.clear()
            found = self._flags[feature.name, value] = flag_of(feature, value)
            return found

    def value_text(self, term: int, values: Sequence[Value]) -> str:
        """Only what is told of one input alone is kept."""
        place = self._terms.only[term]
        if place is None:
            return self._terms.value_text(term, values)
        value = values[place]
        try:
            return self._texts[term, value]
        except KeyError:
            if len(self._texts) >= MOST:
                self._texts.clear()
            text = self._texts[term, value] = self._terms.value_text(term, values)
            return text
