"""Decisions are added one after the other; the champion is what they add up to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from tests.records.cases import ADA, BEN, case, decision
from webapp import clock
from webapp.errors import DecisionRefused
from webapp.records import tables
from webapp.records.actors import SYSTEM
from webapp.records.decisions import (
    champion_at,
    champions,
    decide,
    decision_by_id,
    history,
    latest_decision_id,
    reinstate,
    retire,
    rollback,
    standing_of,
)
from webapp.records.predictions import record_or_follow
from webapp.records.standing import may_promote_by_itself

LATER = datetime(2026, 10, 2, tzinfo=UTC)


def standing(database, model="churn"):
    with database.reading() as connection:
        return standing_of(connection, model)


def promote(database, version, **fields):
    present = standing(database)
    return decide(database, decision(version, words={"number": version}, **fields), present.seq if present else 0)


def test_a_model_without_decisions_has_no_standing(database):
    with database.reading() as connection:
        assert standing_of(connection, "churn") is None
        assert champions(connection) == {}
        assert champion_at(connection, "churn", clock.now()) is None
        assert latest_decision_id(connection) == 0
        assert history(connection, "churn") == []


def test_a_promotion_makes_the_champion_and_keeps_its_words(database):
    row = decide(database, decision("v1", gate_report=[{"gate": "enough_rows", "verdict": "pass"}]), 0)

    present = standing(database)

    assert (present.version, present.seq, present.decision_id) == ("v1", 1, row.id)
    assert present.words == {"title": "Customer churn", "number": 7, "trained_at": "2026-10-01T10:10:10Z"}
    assert present.manifest_sha == "cd" * 32
    assert present.last == row
    assert row.gate_report == [{"gate": "enough_rows", "verdict": "pass"}]
    assert (row.who, row.previous_version) == (ADA, "")


def test_every_model_has_a_standing_of_its_own(database):
    decide(database, decision("v1"), 0)
    decide(database, decision("p1", model="price", words={"title": "Price"}), 0)
    last = decide(database, decision("v2"), 1)

    with database.reading() as connection:
        present = champions(connection)
        assert latest_decision_id(connection) == last.id

    assert {model: found.version for model, found in present.items()} == {"churn": "v2", "price": "p1"}
    assert present["price"].words == {"title": "Price"}


def test_the_second_of_two_promoters_learns_who_was_first(database):
    decide(database, decision("v1", who=BEN), 0)

    with pytest.raises(DecisionRefused) as refusal:
        decide(database, decision("v2"), 0)

    sentence = str(refusal.value)
    assert sentence.startswith("Ben promoted version 7 of churn on ")
    assert sentence.endswith(" UTC. Review and try again.")
    assert standing(database).version == "v1"


@pytest.mark.parametrize("promoters", [2, 8])
def test_of_racing_promoters_exactly_one_wins(database, promoters):
    def attempt(number, seq):
        try:
            return decide(database, decision(f"v{seq}-{number}", who=ADA), seq).version
        except DecisionRefused:
            return None

    with ThreadPoolExecutor(promoters) as threads:
        for seq in range(10):
            won = [version for version in threads.map(attempt, range(promoters), [seq] * promoters) if version]

            assert len(won) == 1
            assert standing(database).version == won[0]
    with database.reading() as connection:
        rows = history(connection, "churn")
        assert [row.seq for row in rows] == list(range(10, 0, -1))
        assert [row.id for row in rows] == sorted((row.id for row in rows), reverse=True)


def test_repeated_roll_backs_walk_further_back(database):
    for version in ("v1", "v2", "v3"):
        promote(database, version)

    assert rollback(database, "churn", BEN, "Wrong answers").version == "v2"
    row = rollback(database, "churn", BEN, "Still wrong")

    assert (row.version, row.previous_version, row.action, row.why) == ("v1", "v2", "rollback", "Still wrong")
    assert row.words == {"number": "v1"}
    with pytest.raises(DecisionRefused, match="no earlier champion"):
        rollback(database, "churn", BEN, "And again")


def test_a_promotion_after_a_roll_back_is_rolled_back_to_where_it_started(database):
    for version in ("v1", "v2"):
        promote(database, version)
    rollback(database, "churn", BEN, "")
    promote(database, "v3")

    assert rollback(database, "churn", BEN, "").version == "v1"


def test_new_words_for_the_champion_are_no_new_champion(database):
    promote(database, "v1")
    promote(database, "v2")
    decide(database, decision("v2", words={"number": 2, "title": "Other words"}), 2)
    assert standing(database).words["title"] == "Other words"

    assert rollback(database, "churn", BEN, "").version == "v1"


def test_two_people_who_roll_back_at_once_go_back_one_step(database):
    for version in ("v1", "v2", "v3"):
        promote(database, version)
    rollback(database, "churn", ADA, "", expected_seq=3)

    with pytest.raises(DecisionRefused, match="Ada rolled back to version v2 of churn"):
        rollback(database, "churn", BEN, "", expected_seq=3)

    assert standing(database).version == "v2"


def test_a_retired_model_answers_again_after_reinstatement_or_promotion(database):
    promote(database, "v1")
    promote(database, "v2")
    assert retire(database, "churn", BEN, "Too old").version == "v2"
    assert standing(database).is_retired

    for refused in (retire, rollback):
        with pytest.raises(DecisionRefused, match="churn is retired"):
            refused(database, "churn", BEN, "")
    reinstate(database, "churn", BEN, "Still good")

    assert not standing(database).is_retired
    assert standing(database).words == {"number": "v2"}
    with pytest.raises(DecisionRefused, match="in service already"):
        reinstate(database, "churn", BEN, "")
    retire(database, "churn", BEN, "Really too old")
    promote(database, "v3")
    assert (standing(database).is_retired, standing(database).version) == (False, "v3")


@pytest.mark.parametrize("act", [rollback, retire, reinstate])
def test_nothing_can_be_decided_about_a_model_never_promoted(database, act):
    with pytest.raises(DecisionRefused, match="No version of churn was ever promoted"):
        act(database, "churn", ADA, "")
    with pytest.raises(DecisionRefused, match="No version of churn was ever promoted"):
        decide(database, decision("v1", action="retire"), 0)


def test_who_answered_on_a_day_in_the_past_is_known(database, monkeypatch):
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for day, version in enumerate(("v1", "v2")):
        monkeypatch.setattr(clock, "now", lambda day=day: start + timedelta(days=day))
        promote(database, version)

    with database.reading() as connection:
        assert champion_at(connection, "churn", start - timedelta(seconds=1)) is None
        assert champion_at(connection, "churn", start).version == "v1"
        assert champion_at(connection, "churn", start + timedelta(days=9)).version == "v2"


def test_the_words_of_a_prediction_are_found_by_its_decision(database):
    row = decide(database, decision("v1"), 0)
    record, _ = record_or_follow(database, case(decision_id=row.id))

    with database.reading() as connection:
        assert decision_by_id(connection, record.decision_id) == row
        assert decision_by_id(connection, 99) is None


@pytest.mark.parametrize("statement", ["UPDATE decisions SET why = ''", "DELETE FROM decisions"])
def test_a_decision_cannot_be_changed_or_removed(database, statement):
    promote(database, "v1")

    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(text(statement))

    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.decisions)).scalar() == 1


def test_a_first_or_newer_version_may_promote_itself(database):
    assert may_promote_by_itself(None, "v1", LATER) == ""
    decide(database, decision("v1"), 0)

    assert may_promote_by_itself(standing(database), "v2", LATER) == ""


def test_an_older_version_may_not_promote_itself(database):
    decide(database, decision("v2"), 0)

    reason = may_promote_by_itself(standing(database), "v1", datetime(2026, 10, 1, tzinfo=UTC))

    assert reason == "it was trained before the present champion"


def test_a_version_decided_about_before_may_not_promote_itself(database):
    decide(database, decision("v1"), 0)
    decide(database, decision("v2"), 1)

    assert "was made before" in may_promote_by_itself(standing(database), "v1", LATER)


@pytest.mark.parametrize(
    ("act", "sentence"), [(rollback, "Ben rolled the model back"), (retire, "Ben retired the model")]
)
def test_nothing_promotes_itself_over_a_persons_roll_back_or_retirement(database, act, sentence):
    decide(database, decision("v1"), 0)
    decide(database, decision("v2"), 1)
    act(database, "churn", BEN, "I said so")

    assert may_promote_by_itself(standing(database), "v3", LATER).startswith(sentence)


def test_a_retirement_by_the_product_itself_ends_with_a_newer_version(database):
    decide(database, decision("v1"), 0)
    retire(database, "churn", SYSTEM, "Its own criteria say so")

    assert may_promote_by_itself(standing(database), "v2", LATER) == ""


@pytest.mark.parametrize(
    ("version", "words", "reason"),
    [
        ("20261001T101010Z-0123abcd", {}, ""),
        ("20261101T101010Z-0123abcd", {}, "it was trained before the present champion"),
        ("v1", {}, "it is not known when the present champion was trained"),
        ("v1", {"trained_at": "2026-10-01T10:10:10"}, ""),
    ],
)
def test_the_time_of_training_comes_from_the_words_or_the_version(database, version, words, reason):
    decide(database, decision(version, words=words), 0)

    assert may_promote_by_itself(standing(database), "v9", LATER) == reason
