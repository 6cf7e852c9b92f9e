"""Counts of days stay what a full count would make of them, whatever comes late, is corrected or goes."""

import dataclasses
import os
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import delete

from benchmarks.streams import THRESHOLD, chances, drawn, watched
from tests.records.cases import ADA, case, prediction
from webapp.commands.copies import in_copies
from webapp.monitoring.cases import Cases
from webapp.monitoring.counting import count
from webapp.monitoring.keeping import keep_counts
from webapp.monitoring.sums import flat
from webapp.monitoring.watchers import report_for
from webapp.records.column_types import as_stored
from webapp.records.day_counts import counted_days, forget_model_counts
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.outcomes import By, Happened, record_outcomes
from webapp.records.overrides import Decided, override
from webapp.records.predictions import record_prediction
from webapp.records.refusals import note_refusal, refused_since
from webapp.records.tables import outcomes, predictions

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
ONE = watched(np.random.default_rng(0))
RULE = OutcomeRule(ONE.schema.target, 0.35, {})


def knows(model, version):
    return ONE if (model, version) == ("stream", "v1") else None


def write(database, hands, at, rows, seed=0, version="v1"):
    """So many cases at that moment; their records."""
    columns = drawn(np.random.default_rng(seed), rows)
    chance = chances(columns)
    hands.at = at
    with database.writing() as connection:
        return [
            record_prediction(
                connection,
                case(
                    model="stream",
                    row=dict(zip(columns, values, strict=True)),
                    answers={},
                    prediction=prediction(
                        answer="No" if one > 0.5 else "Yes",
                        probability=float(one),
                        probabilities={"No": float(one), "Yes": 1 - float(one)},
                        version=version,
                    ),
                ),
            )
            for one, *values in zip(chance, *columns.values(), strict=True)
        ]


def say(database, hands, records, value, at):
    hands.at = at
    with database.writing() as connection:
        many = [Happened(record, RULE, value) for record in records]
        record_outcomes(connection, many, By(ADA, "form"), may_correct=True)


def counts(database):
    with database.reading() as connection:
        return {one.day.isoformat(): one.counts for one in counted_days(connection, "stream", "v1")}


def counted_anew(database, now):
    """What a full count says."""
    with database.writing() as connection:
        forget_model_counts(connection, "stream")
    keep_counts(database, knows, now)
    return counts(database)


@pytest.fixture
def month(database, hands):
    """Three days of cases, counted on the third."""
    records = [write(database, hands, NOON + timedelta(days=day), 8, day) for day in range(3)]
    assert keep_counts(database, knows, hands.at).counted == 3
    return records


def test_every_day_is_counted_once(database, hands, month):
    first = counts(database)["2026-10-01"]

    assert keep_counts(database, knows, hands.at).counted == 0
    assert (first["cases"], first["form"], first["known"]["rows"]) == (8, 8, 0)
    region = first["fields"]["region"]
    assert sum(region["levels"].values()) + region["missing"] == 8
    assert sum(first["fields"]["amount"]["bins"]) + first["fields"]["amount"]["missing"] == 8


def test_a_case_that_comes_late_is_counted_with_its_own_day_and_no_other(database, hands, month):
    write(database, hands, NOON + timedelta(hours=3), 2, 9)

    assert keep_counts(database, knows, NOON + timedelta(days=3)).counted == 1
    assert counts(database)["2026-10-01"]["cases"] == 10
    assert counts(database) == counted_anew(database, hands.at)


def test_outcomes_change_only_the_days_of_their_cases_until_they_are_taken_back(database, hands, month):
    say(database, hands, month[1][:3], "No", NOON + timedelta(days=20))
    assert keep_counts(database, knows, hands.at).counted == 1
    known = counts(database)["2026-10-02"]
    assert (known["known"]["rows"], known["delays"]) == (3, {"19": 3})

    say(database, hands, month[1][:1], "", NOON + timedelta(days=21))
    keep_counts(database, knows, hands.at)

    assert counts(database)["2026-10-02"]["known"]["rows"] == 2
    assert counts(database) == counted_anew(database, hands.at)


def test_cases_that_are_deleted_are_counted_no_more_and_an_empty_day_is_gone(database, hands, month):
    with database.writing() as connection:
        connection.execute(delete(outcomes))
        gone = [record.id for record in (*month[0], *month[2][:4])]
        connection.execute(delete(predictions).where(predictions.c.id.in_(gone)))
    keep_counts(database, knows, hands.at)

    assert {day: one["cases"] for day, one in counts(database).items()} == {"2026-10-02": 8, "2026-10-03": 4}
    assert counts(database) == counted_anew(database, hands.at)


def test_a_day_is_counted_anew_once_the_package_of_its_version_is_there(database, hands, month):
    def knows_no_package(model, version):
        return None

    with database.writing() as connection:
        forget_model_counts(connection, "stream")
    keep_counts(database, knows_no_package, hands.at)
    assert counts(database)["2026-10-01"] == {}

    assert keep_counts(database, knows, hands.at).counted == 3
    assert counts(database)["2026-10-01"]["cases"] == 8


def test_the_report_says_what_the_days_hold(database, hands, month):
    write(database, hands, NOON + timedelta(days=2, hours=1), 8, 3)
    override(database, Decided(month[0][0], "Yes", "I know them"), ADA, 0)
    say(database, hands, month[0][:5], "No", hands.at)
    keep_counts(database, knows, hands.at)
    with database.writing() as connection:
        note_refusal(connection, "stream", ["amount"])
        note_refusal(connection, "stream", ["amount", "years"])
    report = report_for(database, ONE, hands.at)

    assert report.status_words == "Not enough data yet (0 of the 200 outcomes needed)"
    told = {one.name: one.sentence for one in report.answers}
    assert "Outcomes known for 5 of 32 loans (16 in 100)." in told["right"]
    assert "people decided otherwise in 3" in told["unsure"]
    assert "the form was sent back in 2 of 34 tries" in told["unsure"]
    with database.reading() as connection:
        assert refused_since(connection, "stream", NOON.date()) == (2, {"amount": 2, "years": 1})


def test_news_of_a_day_that_is_not_counted_now_are_not_lost(database, hands, month):
    """Neither while another model is looked at, nor where only so many cases are counted at once."""
    say(database, hands, month[0][:2], "No", NOON + timedelta(days=4))
    say(database, hands, month[1][:2], "No", NOON + timedelta(days=4))
    keep_counts(database, knows, hands.at, ("another",))

    hands.move(hours=1)
    kept = keep_counts(database, knows, hands.at, ("stream",), most_cases=8)
    assert (kept.counted, kept.left) == (1, 1)
    hands.move(hours=1)
    assert keep_counts(database, knows, hands.at).counted == 1
    assert counts(database) == counted_anew(database, hands.at)


def test_what_is_counted_of_records_is_what_is_counted_of_the_cases_themselves(database, hands, month):
    """So that a thousand quarters can be made up without writing their records."""
    columns = drawn(np.random.default_rng(1), 8)
    chance = chances(columns)
    nothing = np.full(8, np.nan)
    asked = Cases(
        fields=columns, channels=["form"] * 8, lights=["amber"] * 8,
        answered=["No" if one > 0.5 else "Yes" for one in chance],
        decided=["No" if one >= THRESHOLD else "Yes" for one in chance],
        thresholds=np.full(8, THRESHOLD), probability=chance, value=nothing, low=nothing, high=nothing,
        happened=["No"] * 3 + [None] * 5, delays=np.array([4.0] * 3 + [np.nan] * 5), overridden=np.zeros(8, dtype=bool),
    )  # fmt: skip
    say(database, hands, month[1][:3], "No", NOON + timedelta(days=5))
    keep_counts(database, knows, hands.at)

    kept, direct = (flat(as_stored(one)) for one in (counts(database)["2026-10-02"], count(ONE, asked)))
    assert kept.shape == direct.shape
    np.testing.assert_allclose(kept.numbers, direct.numbers, rtol=1e-12)


def test_each_version_that_answered_is_judged_by_its_own_days(database, hands, month):
    old = dataclasses.replace(ONE, version="v0")

    def knows_both(model, version):
        return old if version == "v0" else ONE

    before = write(database, hands, NOON - timedelta(days=1), 8, 5, "v0")
    say(database, hands, before[:4], "No", NOON + timedelta(days=30))
    keep_counts(database, knows_both, hands.at)
    first, second = report_for(database, ONE, NOON + timedelta(days=80), knows_both).figures.versions

    assert (first.version, first.answers, first.cases, first.known) == ("v1", True, 24, 0)
    assert (second.version, second.answers, second.cases, second.known) == ("v0", False, 8, 4)
    assert second.first == second.last == (NOON - timedelta(days=1)).date()


def test_copies_of_the_process_count_what_one_process_counts(database, hands, month, monkeypatch):
    say(database, hands, month[1][:3], "No", NOON + timedelta(days=20))
    keep_counts(database, knows, hands.at)
    by_one = counts(database)
    monkeypatch.setattr("webapp.commands.copies.MANY", 1)
    monkeypatch.setattr("webapp.commands.copies.processors", lambda: 2)
    monkeypatch.setattr("webapp.monitoring.keeping.WRITTEN_AT_ONCE", 1)
    with database.writing() as connection:
        forget_model_counts(connection, "stream")

    assert keep_counts(database, knows, hands.at, at_once=in_copies).counted == 3
    assert counts(database) == by_one


def test_a_part_whose_copy_is_ended_from_outside_is_counted_by_the_process_itself(database, hands, month, monkeypatch):
    monkeypatch.setattr("webapp.commands.copies.MANY", 1)
    monkeypatch.setattr("webapp.commands.copies.processors", lambda: 2)
    with database.writing() as connection:
        forget_model_counts(connection, "stream")
    here = os.getpid()

    def knows_and_dies_in_a_copy(model, version):
        return knows(model, version) if os.getpid() == here else os._exit(9)

    monkeypatch.setattr("webapp.monitoring.keeping.cache", lambda function: function)
    assert keep_counts(database, knows_and_dies_in_a_copy, hands.at, at_once=in_copies).counted == 3
    assert counts(database)["2026-10-01"]["cases"] == 8
