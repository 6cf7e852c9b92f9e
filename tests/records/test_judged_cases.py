"""Which cases a version may be judged by, and which its challenger has not scored, on both databases."""

from datetime import timedelta

import pytest

from tests.records.cases import ADA, BEN, case, decision
from webapp import clock
from webapp.records.actors import ANYONE, SYSTEM, Actor
from webapp.records.answered_cases import counts_by_channel_and_light
from webapp.records.decisions import decide, standing_of
from webapp.records.judged_cases import asked_before, judged_cases, last_outcome_at
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.outcomes import By, Happened, record_outcomes
from webapp.records.predictions import record_or_follow
from webapp.records.shadow_answers import Scored, in_the_shadow, keep_scores, last_challenger, not_scored
from webapp.schema import Target

V1, V2 = "20261001T101010Z-0123abcd", "20261101T101010Z-4567abcd"
KEY = Actor("key", "ada@example.org", "Ada's program")
RULE = OutcomeRule(Target("churn", "classes", "Churn", classes=("No", "Yes"), positive="Yes"), None, {})


@pytest.fixture
def asked(database):
    """Six cases, a minute apart, the first first."""
    row = decide(database, decision(V1), 0)
    records = []
    start = clock.now() - timedelta(hours=1)
    with pytest.MonkeyPatch.context() as patched:
        for minute in range(6):
            patched.setattr(clock, "now", lambda minute=minute: start + timedelta(minutes=minute))
            records.append(record_or_follow(database, case(decision_id=row.id))[0])
    return records


def happened(database, record, value, who):
    one = [Happened(record, RULE, value)]
    database.run(lambda connection: record_outcomes(connection, one, By(who, "form"), may_correct=True))


def test_only_outcomes_by_somebody_known_count_and_the_last_word_holds(database, asked):
    for record, who in zip(asked, (ADA, KEY, ANYONE, SYSTEM, BEN), strict=False):
        happened(database, record, "Yes", who)
    happened(database, asked[0], "No", BEN)
    happened(database, asked[1], "", ADA)
    with database.reading() as connection:
        found = judged_cases(connection, "churn", V1, clock.now(), 100)
        newest = judged_cases(connection, "churn", V1, clock.now(), 1)
        early = judged_cases(connection, "churn", V1, asked[3].at, 100)

        assert [(row.id, row.happened) for row in found] == [(asked[4].id, "Yes"), (asked[0].id, "No")]
        assert [row.id for row in newest] == [asked[4].id]
        assert [row.id for row in early] == [asked[0].id]
        assert judged_cases(connection, "churn", V2, clock.now(), 100) == []
        assert last_outcome_at(connection, "churn") is not None
        assert last_outcome_at(connection, "price") is None
        assert asked_before(connection, "churn", asked[3].at, 100) == 3
        assert asked_before(connection, "churn", clock.now(), 2) == 2
        assert counts_by_channel_and_light(connection, "churn", asked[1].at) == {("form", "amber"): 5}


def test_a_challenger_scores_the_newest_first_and_each_case_once(database, asked):
    def lacking(limit=10):
        with database.reading() as connection:
            return [row.id for row in not_scored(connection, "churn", V2, limit)]

    def keep(records, **more):
        scores = [Scored(prediction_id=one.id, asked_at=one.at, **more) for one in records]
        database.run(lambda connection: keep_scores(connection, ("churn", V2, "ab"), scores, clock.now()))

    ids = [record.id for record in asked]
    assert lacking(2) == [ids[5], ids[4]]
    keep(asked[4:], probability=0.25, probabilities={"No": 0.75, "Yes": 0.25})
    assert lacking() == [ids[3], ids[2], ids[1], ids[0]]
    keep(asked[3:], problem="“Months” was not answered")
    keep(asked[:3], value=2.5)
    assert lacking() == []
    late, _ = record_or_follow(database, case())
    assert lacking() == [late.id]
    happened(database, asked[5], "Yes", ADA)

    with database.reading() as connection:
        rows = in_the_shadow(connection, "churn", V1, V2, 10)
        assert last_challenger(connection, "churn") == V2
        assert last_challenger(connection, "price") == ""

    assert [row.id for row in rows] == ids[::-1]
    assert (rows[0].happened, rows[0].other_probability, rows[0].problem) == ("Yes", 0.25, "")
    assert (rows[1].happened, rows[1].other_probabilities) == (None, {"No": 0.75, "Yes": 0.25})
    assert (rows[2].problem, rows[5].other_value) == ("“Months” was not answered", 2.5)


def test_a_challenger_a_wish_and_a_stop_leave_the_words_in_force_alone(database):
    first = decide(database, decision(V1, words={"number": 1, "title": "In force"}), 0)
    for seq, (action, version) in enumerate((("challenge", V2), ("request", V2)), 1):
        decide(database, decision(version, action=action, words={"number": 2}), seq)
    with database.reading() as connection:
        standing = standing_of(connection, "churn")

        assert (standing.decision_id, standing.words["title"], standing.seq) == (first.id, "In force", 3)
        assert (standing.challenger.version, standing.request.version) == (V2, V2)
    decide(database, decision(V1, action="stop", details={"criteria": ["expires"]}, words={"number": 1}), 3)
    with database.reading() as connection:
        standing = standing_of(connection, "churn")

        assert (standing.answers, standing.is_stopped, standing.stop.details) == (
            False,
            True,
            {"criteria": ["expires"]},
        )
    decide(database, decision(V2, words={"number": 2}), 4)
    with database.reading() as connection:
        standing = standing_of(connection, "churn")

        assert (standing.answers, standing.version, standing.challenger, standing.request) == (True, V2, None, None)


def test_a_wish_alone_makes_no_champion(database):
    decide(database, decision(V1, action="request"), 0)
    with database.reading() as connection:
        standing = standing_of(connection, "churn")

    assert not standing.has_champion
    assert not standing.answers
