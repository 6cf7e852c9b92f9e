"""The largest reasons of very many rows in words, each the words that one row alone would get."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from webapp.prediction.many import Answers, Column
from webapp.prediction.terms import Terms
from webapp.wording.reasons import amount_writer, what_text


def reason_columns(answers: Answers, columns: Sequence[Column], terms: Terms, wanted: int) -> list[list[str]]:
    """One list (n,) for each reason that is wanted, the largest first; blank where there are no more."""
    if answers.reasons is None:
        return []
    whats, amount = _Whats(columns, terms), amount_writer(terms.schema.target)
    found = []
    for of_row, points in zip(answers.reasons.terms.T, answers.reasons.points.T, strict=True):
        texts = zip(whats.of(of_row), points.tolist(), strict=True)
        found.append([f"{what} ({amount(moved)})" if what else "" for what, moved in texts])
    return found + [[""] * len(answers.light)] * (wanted - len(found))


class _Whats:
    """What a reason names, 'Contract: Monthly': put into words once for all rows that share it."""

    def __init__(self, columns: Sequence[Column], terms: Terms):
        self._columns, self._terms = columns, terms
        self._labels = [terms.label(term) for term in range(len(terms.told))]
        self._inputs = [sorted({place for told in term for place in told}) for term in terms.told]
        self._codes = np.stack([self._of_term(inputs) for inputs in self._inputs])
        self._known: dict[int, str] = {}

    def of(self, of_row: np.ndarray) -> list[str]:
        """For the term of each row (n,); '' for -1."""
        keys = self._codes[of_row, np.arange(len(of_row))] * len(self._labels) + of_row
        keys[of_row < 0] = -1
        distinct, firsts, which = np.unique(keys, return_index=True, return_inverse=True)
        texts = [self._text(key, row, of_row[row]) for key, row in zip(distinct.tolist(), firsts.tolist(), strict=True)]
        return [texts[one] for one in which.tolist()]

    def _text(self, key: int, row: int, term: int) -> str:
        if key < 0:
            return ""
        if key not in self._known:
            values: list = [None] * len(self._columns)
            for place in self._inputs[term]:
                values[place] = self._columns[place].values[self._columns[place].codes[row]]
            self._known[key] = what_text(self._labels[term], self._terms.value_text(term, values))
        return self._known[key]

    def _of_term(self, inputs: Sequence[int]) -> np.ndarray:
        """One number for each row, the same for rows whose values of these inputs are the same."""
        codes = np.zeros(len(self._columns[0].codes), dtype=np.int64)
        for place in inputs:
            column = self._columns[place]
            codes = codes * max(len(column.values), 1) + column.codes
            if len(inputs) > 1:
                codes = pd.factorize(codes)[0]  # or the product would in the end be too large
        return codes
