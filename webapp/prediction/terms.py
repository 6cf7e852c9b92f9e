"""The terms of an answer as people know them: inputs told as one reason, then those that say something together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from webapp.schema import Feature, Schema, Value

Told = tuple[int, ...]  # the positions in the schema of the inputs that are told as one reason


@dataclass(frozen=True)
class Terms:
    """
    `told` has one or two reasons for each term; `of_part` is the term that each contribution of the model belongs to.
    A pair of columns of one reason belongs to that reason.
    """

    schema: Schema
    told: tuple[tuple[Told, ...], ...]
    of_part: np.ndarray

    @classmethod
    def of(cls, schema: Schema, columns: Sequence[int], pairs: Sequence[tuple[int, int]]) -> "Terms":
        """`columns` has the input of each encoded column, `pairs` the columns that have a contribution together."""
        one = {position: told for told in told_as_one(schema) for position in told}
        parts = [(one[feature],) for feature in columns]
        parts += [tuple(sorted({one[columns[left]], one[columns[right]]})) for left, right in pairs]
        alone = [(told,) for told in told_as_one(schema)]
        terms = tuple(dict.fromkeys([*alone, *parts]))
        place = {term: number for number, term in enumerate(terms)}
        return cls(schema, terms, np.array([place[part] for part in parts], dtype=np.intp))

    def summed(self, contributions: np.ndarray) -> np.ndarray:
        """Contributions (n, parts, K) of the model summed to those of the terms (n, terms, K)."""
        if len(self.of_part) == len(self.told):
            return contributions
        found = np.zeros((len(contributions), len(self.told), contributions.shape[2]))
        np.add.at(found, (slice(None), self.of_part), contributions)
        return found

    def name(self, term: int) -> str:
        return " + ".join(self.schema.features[place].name for told in self.told[term] for place in told)

    def label(self, term: int) -> str:
        """'Carat', 'Carat together with Clarity', 'Weight and size'."""
        return " together with ".join(self._label(self._features(told)) for told in self.told[term])

    def value_text(self, term: int, values: Sequence[Value]) -> str:
        """'0.31', '0.31 and SI2', 'Streaming TV, Streaming films: Yes; Backup: No'."""
        only = self.only[term]
        if only is not None:
            return self.schema.features[only].value_text(values[only])
        return " and ".join(self._value_text(told, values) for told in self.told[term])

    @cached_property
    def only(self) -> list[int | None]:
        """The one input of each term that has no other: nearly all of them, in every answer."""
        return [told[0][0] if [len(one) for one in told] == [1] else None for told in self.told]

    def _value_text(self, told: Told, values: Sequence[Value]) -> str:
        features = self._features(told)
        if len(told) == 1:
            return features[0].value_text(values[told[0]])
        labels: dict[str, list[str]] = {}
        for feature, place in zip(features, told, strict=True):
            labels.setdefault(feature.value_text(values[place]), []).append(feature.label)
        return "; ".join(f"{', '.join(alike)}: {text}" for text, alike in labels.items())

    def _features(self, told: Told) -> list[Feature]:
        return [self.schema.features[place] for place in told]

    @staticmethod
    def _label(features: Sequence[Feature]) -> str:
        return features[0].label if len(features) == 1 else features[0].reason


def told_as_one(schema: Schema) -> tuple[Told, ...]:
    """The positions of the features, those with one `reason` together, in the order of the first of each."""
    together: dict[str | int, list[int]] = {}
    for position, feature in enumerate(schema.features):
        together.setdefault(feature.reason or position, []).append(position)
    return tuple(map(tuple, together.values()))
