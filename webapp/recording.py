"""From typed values to cases that can be written down: one path for the form, programs and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.records.actors import Actor
from webapp.records.predictions import Case
from webapp.schema import Value, to_json_value
from webapp.serving import Champion


@dataclass(frozen=True, slots=True)
class Asked:
    """One row: typed `values` in schema order, `answers` as they came in, the asker's own reference of the case."""

    values: Sequence[Value]
    answers: Mapping[str, Any]
    business_key: str
    channel: str
    idempotency_key: str | None = None


def cases_of(champion: Champion, asked: Sequence[Asked], who: Actor) -> list[Case]:
    """All rows predicted at once, each with what is written down about it."""
    names = [feature.name for feature in champion.predictor.schema.features]
    rows = np.array([one.values for one in asked], dtype=object).reshape(len(asked), len(names))
    return [
        Case(
            model=champion.model,
            manifest_sha=champion.manifest_sha,
            decision_id=champion.decision_id,
            who=who,
            channel=one.channel,
            row={name: to_json_value(value) for name, value in zip(names, one.values, strict=True)},
            answers=one.answers,
            prediction=prediction,
            business_key=one.business_key,
            idempotency_key=one.idempotency_key,
        )
        for one, prediction in zip(asked, champion.predictor.predict(rows), strict=True)
    ]
