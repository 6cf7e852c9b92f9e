"""The rows of a piece, whatever they were read from."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from webapp.scoring.arrow_lines import ArrowLines
from webapp.scoring.columns import Texts
from webapp.scoring.lines import PlainLines
from webapp.scoring.piece import Rejected
from webapp.scoring.records import records


@dataclass(frozen=True, slots=True)
class Rows:
    """
    The n rows of a piece that can be told apart into cells.

    `inputs` has the columns of the model in its order; `written` each row as a line of CSV, `numbers` and `lines` where
    it stood. `calculated` holds the cells of those rows in which a spreadsheet would calculate something, `rejected`
    the rows that are none. `table` is the piece itself where it came from Parquet.
    """

    inputs: list[Texts]
    written: PlainLines | ArrowLines
    numbers: np.ndarray
    lines: np.ndarray
    calculated: dict[int, list[str]] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    delimiter: str = ","
    table: Any = None

    def cells(self, row: int) -> list[str]:
        """A row as its cells."""
        return next(records(self.written[row], self.delimiter)).cells

    def only(self, kept: np.ndarray) -> "Rows":
        """Those at the places `kept`, which rise."""
        places = {old: new for new, old in enumerate(kept.tolist())} if self.calculated else {}
        return Rows(
            inputs=[texts.kept(kept) for texts in self.inputs],
            written=self.written.kept(kept),
            numbers=self.numbers[kept],
            lines=self.lines[kept],
            calculated={places[row]: cells for row, cells in self.calculated.items() if row in places},
            delimiter=self.delimiter,
            table=None if self.table is None else self.table.take(kept),
        )
