"""The terms of an answer as people know them: every input by itself, then inputs that say something together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from webapp.schema import Feature, Schema, Value


@dataclass(frozen=True)
class Terms:
    """
    `inputs` are the positions of each term's inputs in the schema; `of_part` is the term that each contribution of the
    model belongs to. A pair of columns of one input belongs to that input.
    """

    schema: Schema
    inputs: tuple[tuple[int, ...], ...]
    of_part: np.ndarray

    @classmethod
    def of(cls, schema: Schema, columns: Sequence[int], pairs: Sequence[tuple[int, int]]) -> "Terms":
        """`columns` has the input of each encoded column, `pairs` the columns that have a contribution together."""
        parts = [(feature,) for feature in columns]
        parts += [tuple(sorted({columns[left], columns[right]})) for left, right in pairs]
        alone = [(feature,) for feature in range(len(schema.features))]
        inputs = tuple(dict.fromkeys([*alone, *parts]))
        place = {term: number for number, term in enumerate(inputs)}
        return cls(schema, inputs, np.array([place[part] for part in parts], dtype=np.intp))

    def summed(self, contributions: np.ndarray) -> np.ndarray:
        """Contributions (n, parts, K) of the model summed to those of the terms (n, terms, K)."""
        if len(self.of_part) == len(self.inputs):
            return contributions
        found = np.zeros((len(contributions), len(self.inputs), contributions.shape[2]))
        np.add.at(found, (slice(None), self.of_part), contributions)
        return found

    def name(self, term: int) -> str:
        return " + ".join(feature.name for feature in self._features(term))

    def label(self, term: int) -> str:
        """'Carat', 'Carat together with Clarity'."""
        return " together with ".join(feature.label for feature in self._features(term))

    def value_text(self, term: int, values: Sequence[Value]) -> str:
        """'0.31', '0.31 and SI2'."""
        own = [self.schema.features[place].value_text(values[place]) for place in self.inputs[term]]
        return " and ".join(own)

    def _features(self, term: int) -> list[Feature]:
        return [self.schema.features[place] for place in self.inputs[term]]
