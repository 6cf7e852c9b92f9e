"""Recorded cases as a table that two versions can be compared on."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection

from webapp.comparison.rows import Rows, as_text
from webapp.comparison.sides import Side
from webapp.lifecycle.replay import LAST, Unreadable, typed_value
from webapp.records.answer_list import Wanted, answers_to_ask_again
from webapp.records.outcomes import known_outcomes
from webapp.schema import Feature

FEWEST = 50  # below, made-up rows say more
FEWEST_KNOWN = 30


def recorded_table(connection: Connection, model: str, sides: Sequence[Side], limit: int = LAST) -> Rows | None:
    """The newest recorded cases with what is known to have happened; None where there are too few."""
    records = answers_to_ask_again(connection, Wanted(model=model), limit)
    if len(records) < FEWEST:
        return None
    features = {feature.name: feature for side in sides for feature in side.schema.features}
    known = known_outcomes(connection, [record.id for record in records])
    truth = np.array([known.get(record.id, "") for record in records], dtype=object)
    return Rows(
        columns={name: _column(feature, records) for name, feature in features.items()},
        origin=f"the last {len(records):,} recorded cases",
        truth=truth if len(known) >= FEWEST_KNOWN else None,
        is_table=True,
    )


def _column(feature: Feature, records: Sequence[Any]) -> np.ndarray:
    return np.array([_cell(feature, record.row.get(feature.name)) for record in records], dtype=object)


def _cell(feature: Feature, value: Any) -> str:
    """As a table would have it; blank where the case was not asked that, or something else under the same name."""
    try:
        return as_text(feature, typed_value(feature, value)) if value is not None else ""
    except Unreadable:
        return ""
