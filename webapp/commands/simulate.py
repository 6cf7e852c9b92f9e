"""simulate: traffic of the past for an example, by the same code as real cases, so that watching shows something."""

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd

from examples.catalogue import TRAFFIC
from webapp import clock
from webapp.commands.answer import Answer
from webapp.commands.promotion import Workplace
from webapp.errors import DecisionRefused
from webapp.monitoring.looking import look
from webapp.parsing.answers import Door
from webapp.recording import Asked, cases_of
from webapp.records.actors import Actor
from webapp.records.database import Database
from webapp.records.day_counts import WATCHED, forget_model_counts, is_asked
from webapp.records.migrate import migrate
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.outcomes import By, Happened, record_outcomes
from webapp.records.overrides import Decided, override
from webapp.records.predictions import PredictionRecord, record_prediction
from webapp.records.refusals import note_refusal
from webapp.serving import Champion, Follower

WHO = Actor("system", "simulate", "Simulated")
MOST_DAYS, MOST_A_DAY = 730, 500
OPENS, CLOSES = 8, 18  # hours
OVERRIDDEN, SENT_BACK = 0.04, 0.06  # of the cases to be looked at twice; of the tries
WHYS = ("The employer has confirmed the income", "A guarantor signs as well", "Known to us for many years")

Past = list[tuple[PredictionRecord, Any]]


def simulate(place: Workplace, given: argparse.Namespace) -> Answer:
    """Marked as simulated, and only where nobody's real cases would mix with them."""
    if given.model not in TRAFFIC:
        known = " and ".join(sorted(TRAFFIC))
        raise DecisionRefused(
            f"Nobody knows what cases of {given.model} would be like, so none can be made up. "
            f"It can be done for the example {known}: python -m webapp simulate {known}"
        )
    if place.database.is_sqlite:
        migrate(place.database)
    champion = _champion(place, given.model)
    with place.database.reading() as connection:
        if is_asked(connection, given.model, WATCHED):
            raise DecisionRefused(f"{given.model} was asked already, and made-up cases would mix with those.")
    now = clock.now()
    frame = TRAFFIC[given.model](now.date() - timedelta(days=1), given.days, given.a_day)
    random = np.random.default_rng(given.days)
    past: Past = []
    for day, cases in frame.groupby("applied_on"):
        past += _asked(place.database, champion, _moments(random, str(day), len(cases)), cases)
        _sent_back(place.database, champion, random, str(day), len(cases))
    known = _outcomes(place.database, champion, past, now)
    decided = _overrides(place.database, champion, past, random)
    place.database.run(lambda connection: forget_model_counts(connection, given.model))
    [report] = look(place.database, place.store, lambda: place.trusted_keys, now, (given.model,))
    made_up = f"{len(past):,} made-up cases of {given.days} days"
    lines = (
        f"{made_up}, {known:,} with a known outcome, {decided:,} decided otherwise",
        f"{given.model}: {report.status_words}. {report.sentence}",
    )
    return Answer(lines, {"model": given.model, "cases": len(past), "outcomes": known, "status": report.status})


def _champion(place: Workplace, model: str) -> Champion:
    follower = Follower(place.database, place.store, lambda: place.trusted_keys, place.config.trusted_modules)
    follower.refresh()
    if model not in follower.champions:
        raise DecisionRefused(f"No version of {model} answers, so nothing can be asked of it.")
    return follower.champions[model]


def _moments(random: np.random.Generator, day: str, count: int) -> Iterator[datetime]:
    opening = datetime.combine(datetime.fromisoformat(day).date(), time(OPENS), UTC)
    for second in sorted(random.integers(0, (CLOSES - OPENS) * 3600, count).tolist()):
        yield opening + timedelta(seconds=second)


def _asked(database: Database, champion: Champion, moments: Iterator[datetime], cases: pd.DataFrame) -> Past:
    """One day, each case at its own moment."""
    features = champion.predictor.schema.features
    rows = cases.to_dict("records")
    asked = []
    for row in rows:
        said = {one.name: str(row[one.name]) for one in features}
        values = [one.parse(said[one.name], Door.FILE) for one in features]
        asked.append(Asked(values, said, row["reference"], "simulated"))
    answered = cases_of(champion, asked, WHO)
    past = []
    with database.writing() as connection:
        for case, row, moment in zip(answered, rows, moments, strict=True):
            with clock.standing_at(moment):
                past.append((record_prediction(connection, case), row))
    return past


def _sent_back(database: Database, champion: Champion, random: np.random.Generator, day: str, count: int) -> None:
    names = [one.name for one in champion.predictor.schema.features]
    moment = datetime.combine(datetime.fromisoformat(day).date(), time(OPENS), UTC)
    with clock.standing_at(moment), database.writing() as connection:
        for _ in range(random.binomial(count, SENT_BACK)):
            note_refusal(connection, champion.model, [names[int(random.integers(0, 3))]])


def _outcomes(database: Database, champion: Champion, past: Past, now: datetime) -> int:
    """Recorded on the day on which they were known, in one transaction a day."""
    rule = OutcomeRule.of(champion.words)
    column = champion.predictor.schema.target.name
    by_day: dict[Any, list[tuple[datetime, Happened]]] = {}
    for record, row in past:
        moment = record.at + timedelta(days=int(row["known_after"]))
        if moment < now:
            by_day.setdefault(moment.date(), []).append((moment, Happened(record, rule, str(row[column]))))
    for day in sorted(by_day):
        moment = max(at for at, _ in by_day[day])
        many = [happened for _, happened in by_day[day]]
        with clock.standing_at(moment):
            database.run(
                lambda connection, many=many: record_outcomes(connection, many, By(WHO, "simulated"), may_correct=False)
            )
    return sum(map(len, by_day.values()))


def _overrides(database: Database, champion: Champion, past: Sequence[Any], random: np.random.Generator) -> int:
    """Of the cases that were to be looked at twice a few are decided otherwise, a little later."""
    target = champion.predictor.schema.target
    limit = (champion.words.get("decision") or {}).get("threshold") or 0.5
    other = next(name for name in target.classes if name != target.positive)
    doubtful = [record for record, _ in past if record.probability is not None and record.probability >= limit]
    chosen = [record for record in doubtful if random.random() < OVERRIDDEN]
    for record in chosen:
        with clock.standing_at(record.at + timedelta(hours=1)):
            override(database, Decided(record, other, WHYS[int(random.integers(0, len(WHYS)))]), WHO, 0)
    return len(chosen)
