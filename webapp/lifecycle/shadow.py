"""The challenger in the shadow: what it says to recorded cases, and which of two versions was right more often."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Connection

from webapp.errors import ModelStoreError
from webapp.lifecycle.replay import Unreadable, typed_row, typed_rows
from webapp.lifecycle.retiring import Archive
from webapp.model_package.signing import PublicKey
from webapp.model_store import ModelStore
from webapp.prediction.predictor import Predictor
from webapp.records.decisions import champions
from webapp.records.outcome_rules import class_of_two
from webapp.records.shadow_answers import Scored, keep_scores, not_scored
from webapp.records.standing import Standing

AT_ONCE = 200  # cases in a transaction: answers wait for none longer than that takes
# On SQLite whoever answers waits while scores are written: so they are written for a fortieth of the time at most.
BREATH, LONGEST_BREATH_S = 40.0, 1.0
TURN_S = 5.0  # files of cases wait meanwhile
KEPT = 4  # challengers in memory

Find = Callable[[Connection, str, str, int], Sequence[Any]]  # of a model and a version, so many cases to score

logger = logging.getLogger("formcast.shadow")


def score_challengers(
    archive: Archive, now: datetime, modules: Collection[str] = (), find: Find = not_scored
) -> dict[str, int]:
    """Let every challenger score what it has not, the newest first, for a few seconds; how many it scored."""
    with archive.database.reading() as connection:
        standings = [one for one in champions(connection).values() if one.challenger is not None]
    found = {}
    for standing in standings:
        try:
            found[standing.model] = _score(archive, standing, now, tuple(modules), find)
        except ModelStoreError as problem:
            logger.warning("The challenger of %s cannot score: %s", standing.model, problem)
    return found


def _score(archive: Archive, standing: Standing, now: datetime, modules: tuple[str, ...], find: Find) -> int:
    challenger = standing.challenger
    predictor, manifest_sha = _opened(
        archive.store, standing.model, challenger.version, tuple(archive.read_keys()), modules
    )
    named = (standing.model, challenger.version, manifest_sha)
    until, scored = time.monotonic() + TURN_S, 0
    while not scored or time.monotonic() < until:
        with archive.database.reading() as connection:
            rows = find(connection, standing.model, challenger.version, AT_ONCE)
        if not rows:
            break
        scores = scores_of(predictor, rows)
        began = time.monotonic()
        archive.database.run(lambda connection, scores=scores: keep_scores(connection, named, scores, now))
        scored += len(scores)
        if len(rows) == AT_ONCE:  # more to come
            time.sleep(min(BREATH * (time.monotonic() - began), LONGEST_BREATH_S))
    return scored


@lru_cache(maxsize=KEPT)
def _opened(
    store: ModelStore, model: str, version: str, trusted_keys: tuple[PublicKey, ...], modules: tuple[str, ...]
) -> tuple[Predictor, str]:
    package = store.load(model, version, trusted_keys, modules)
    return Predictor.from_package(package), package.manifest_sha


def scores_of(predictor: Predictor, rows: Sequence[Any]) -> list[Scored]:
    """In their order; a case that lacks what the version asks gets the reason instead of an answer."""
    schema = predictor.schema
    typed, problems = [], {}
    for row in rows:
        try:
            typed.append(typed_row(row.row, schema))
        except Unreadable as problem:
            problems[row.id] = str(problem)
    answers = iter(predictor.screen(typed_rows(typed, schema))[0]) if typed else iter(())
    return [
        Scored(prediction_id=row.id, asked_at=row.at, problem=problems[row.id])
        if row.id in problems
        else Scored(prediction_id=row.id, asked_at=row.at, **_figures(schema.target, next(answers)))
        for row in rows
    ]


def _figures(target: Any, answer: np.ndarray) -> dict[str, Any]:
    if target.kind == "number":
        return {"value": float(answer[0])}
    if len(target.classes) == 2:
        return {"probability": float(answer[target.classes.index(target.positive)])}
    return {"probabilities": {name: float(chance) for name, chance in sorted(zip(target.classes, answer, strict=True))}}


@dataclass(frozen=True)
class Duel:
    """
    Two versions on the same cases. `pairs` counts (said by the champion, said by the challenger); `gain` is the share
    of known cases in which the challenger was right and the champion was not, less the opposite, or for numbers by how
    much nearer it was on average; `low` to `high` is where the real one lies, 99 times in 100.
    """

    cases: int
    unread: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    apart: float
    known: int
    right: tuple[int, int]
    gain: float
    low: float
    high: float

    @property
    def flips(self) -> int:
        return sum(count for (one, other), count in self.pairs.items() if one != other)


SURE = 2.575829  # standard errors on either side: 99 in 100, since the page is looked at more than once


def duel(
    rows: Sequence[Any], target: Any, thresholds: Mapping[Any, float | None], other_threshold: float | None
) -> Duel:
    """`thresholds` by the decision behind each answer; `other_threshold` is the one that the challenger would have."""
    unread = Counter(row.problem for row in rows if row.problem)
    rows = [row for row in rows if not row.problem]
    if target.kind == "number":
        return _of_numbers(rows, unread)
    said = [
        (_class(row, target, thresholds.get(row.decision_id)), _other_class(row, target, other_threshold))
        for row in rows
    ]
    known = [(pair, row.happened) for pair, row in zip(said, rows, strict=True) if row.happened is not None]
    right = [(one == what, other == what) for (one, other), what in known]
    differences = np.array([int(b) - int(a) for a, b in right], dtype=float)
    return Duel(
        cases=len(rows),
        unread=unread,
        pairs=Counter(said),
        apart=0.0,
        known=len(known),
        right=(sum(a for a, _ in right), sum(b for _, b in right)),
        **_band(differences),
    )


def _of_numbers(rows: Sequence[Any], unread: Mapping[str, int]) -> Duel:
    apart = [abs(row.value - row.other_value) for row in rows]
    known = [row for row in rows if row.happened is not None]
    errors = [(abs(float(row.happened) - row.value), abs(float(row.happened) - row.other_value)) for row in known]
    nearer = (sum(a < b for a, b in errors), sum(b < a for a, b in errors))
    differences = np.array([a - b for a, b in errors], dtype=float)
    mean = float(np.mean(apart)) if apart else 0.0
    return Duel(len(rows), unread, {}, mean, len(known), nearer, **_band(differences))


def _band(differences: np.ndarray) -> dict[str, float]:
    """The mean of paired differences, and where it lies."""
    if not len(differences):
        return {"gain": 0.0, "low": float("-inf"), "high": float("inf")}
    gain = float(differences.mean())
    # A case more on either side, so that a few cases that all agree are not taken for proof.
    spread = np.sqrt(np.square(differences - gain).sum() + 2.0 * np.square(differences).max(initial=1e-12))
    error = float(spread) / len(differences)
    return {"gain": gain, "low": gain - SURE * error, "high": gain + SURE * error}


def _class(row: Any, target: Any, threshold: float | None) -> str:
    if len(target.classes) != 2 or threshold is None:
        return row.answer
    return class_of_two(target, row.probability, threshold)


def _other_class(row: Any, target: Any, threshold: float | None) -> str:
    if len(target.classes) != 2:
        return max(row.other_probabilities, key=row.other_probabilities.get)
    return class_of_two(target, row.other_probability, 0.5 if threshold is None else threshold)
