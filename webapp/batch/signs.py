"""How a file writes its numbers and dates; that belongs to the file as a whole, never to one cell."""

from collections.abc import Sequence

import numpy as np

from webapp.batch.columns import Columns
from webapp.parsing.dates import other_orders
from webapp.parsing.decimal_sign import LOOKED_AT, decided_sign, numbers_among
from webapp.schema import DATES, NUMBERS, Schema
from webapp.wording.spreadsheets import own_text


class Signs:
    """Looks at the first texts of each column of numbers or dates."""

    def __init__(self, schema: Schema, columns: Columns):
        self._features = dict(zip(columns.places, schema.features, strict=True))
        self._seen: dict[int, dict[str, None]] = {
            place: {}
            for place, feature in self._features.items()
            if feature.kind in NUMBERS + DATES and not feature.own_kind
        }

    def look_at(self, cells: Sequence[str]) -> None:
        for place, seen in self._seen.items():
            if len(seen) < LOOKED_AT:
                seen[own_text(cells[place]).strip()] = None

    @property
    def decimal(self) -> str:
        """'.' or ','; blank where the file does not decide, so that the sign of the form holds."""
        numbers = {
            str(place): np.array(numbers_among(seen, self._features[place].unit), dtype=object)
            for place, seen in self._seen.items()
            if self._features[place].kind in NUMBERS
        }
        return decided_sign(numbers)[0]

    @property
    def date_orders(self) -> dict[str, str]:
        """'dmy', 'mdy' or 'ymd' by the name of each column that is written in another order than the model's own."""
        columns = ((self._features[place], seen) for place, seen in self._seen.items())
        return other_orders((feature, seen) for feature, seen in columns if feature.kind in DATES)
