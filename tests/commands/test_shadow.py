"""A challenger in the shadow: what it scores, that it changes nothing, and when it is said to be better."""

import re
from datetime import timedelta

import numpy as np
import pytest

from tests.commands.scene import answered
from tests.training.known_tables import KEY, leaving
from webapp import clock
from webapp.app import create_app
from webapp.chores import Workshop
from webapp.commands.worker import fill_the_gaps, score_in_the_shadow
from webapp.config import Config
from webapp.evidence.duel import duel_shown
from webapp.lifecycle.shadow import Duel, _band
from webapp.records.actors import SYSTEM
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.outcomes import By, Happened, record_outcomes
from webapp.records.shadow_answers import not_scored
from webapp.records.tables import shadow_answers
from webapp.schema import Target
from webapp.views.services import services_of

TWO = Target("left", "classes", "Left", classes=("No", "Yes"), positive="Yes")


@pytest.fixture
def app(trained):
    app = create_app(Config.for_service({**trained.place.environment, "SECRET_KEY": "k" * 40}, trained.place.folder))
    yield app
    services_of(app).database.dispose()


@pytest.fixture
def shop(app, monkeypatch):
    monkeypatch.setattr("webapp.lifecycle.shadow.BREATH", 0.0)  # nobody waits for an answer here
    parts = services_of(app)
    return Workshop(parts.config, parts.database, parts.store, parts.follower, clock.now())


def ask(shop, rows, seed=9):
    table = leaving(rows, seed=seed)
    return answered(shop.follower.champions["leaving"], shop.database, table, rows, SYSTEM), table["left"]


def scored(shop):
    with shop.database.reading() as connection:
        return {row.prediction_id: row for row in connection.execute(shadow_answers.select())}


def test_nothing_is_scored_without_a_challenger(shop):
    ask(shop, 3)
    score_in_the_shadow(shop)

    assert scored(shop) == {}


def test_every_case_is_scored_once_as_the_version_itself_would_answer_it(trained, shop):
    before, _ = ask(shop, 450)
    trained.webapp("challenge", "leaving", "2", "--why", "Is it better?")
    score_in_the_shadow(shop)
    first = scored(shop)
    after, _ = ask(shop, 5, seed=10)
    with shop.database.reading() as connection:
        assert [row.id for row in not_scored(connection, "leaving", trained.place.versions()[1].version, 3)] == [
            record.id for record in sorted(after, key=lambda one: one.at, reverse=True)[:3]
        ]
    score_in_the_shadow(shop)

    found = scored(shop)
    assert set(first) == {record.id for record in before}
    assert set(found) == {record.id for record in (*before, *after)}
    pipeline = shop.store.load("leaving", trained.place.versions()[1].version, (KEY.public,)).pipeline
    for record in after:
        row = np.array([list(_typed(shop, record))], dtype=object)
        assert found[record.id].probability == pipeline.predict_proba(row)[0, 1]
    trained.webapp("challenge", "leaving", "--end", "--why", "Enough")
    ask(shop, 2, seed=11)
    score_in_the_shadow(shop)
    assert len(scored(shop)) == len(found)


def test_cases_of_hours_without_a_worker_are_scored_too(trained, shop, monkeypatch):
    ask(shop, 30)
    trained.webapp("challenge", "leaving", "2", "--why", "Is it better?")
    score_in_the_shadow(shop)
    now = clock.now()
    for minutes in range(20, 200, 20):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: now + timedelta(minutes=minutes))
        ask(shop, 5, seed=minutes)
    monkeypatch.setattr("webapp.lifecycle.shadow.AT_ONCE", 4)
    monkeypatch.setattr("webapp.records.shadow_answers.FEW", 7)
    score_in_the_shadow(shop)
    passed_over = 75 - len(scored(shop))

    fill_the_gaps(shop)

    assert passed_over == 40, "all but the newest, and those of the ten minutes before them"
    assert len(scored(shop)) == 75


def _typed(shop, record):
    for feature in shop.follower.champions["leaving"].predictor.schema.features:
        value = record.row[feature.name]
        yield np.datetime64(value) if feature.kind == "date" and value is not None else value


def test_an_answer_does_not_change_when_it_is_scored(trained, app, shop):
    [record], _ = ask(shop, 1)
    client = app.test_client()
    before = client.get(f"/predictions/{record.id}").text
    trained.webapp("challenge", "leaving", "2", "--why", "Is it better?")
    score_in_the_shadow(shop)

    nonce = re.compile(r'name="csrf_token" value="[^"]*"')
    assert nonce.sub("", client.get(f"/predictions/{record.id}").text) == nonce.sub("", before)


def test_the_page_counts_who_decided_otherwise_and_who_was_right(trained, app, shop):
    client = app.test_client()
    assert "No version scores in the shadow" in client.get("/models/leaving/shadow").text
    trained.webapp("challenge", "leaving", "2", "--why", "Is it better?")
    records, left = ask(shop, 120)
    score_in_the_shadow(shop)
    early = client.get("/models/leaving/shadow").text
    assert "That is not enough to say who is better: 0 outcomes are known, and at least 50 are needed." in early
    rule = OutcomeRule.of(shop.follower.champions["leaving"].words)
    many = [Happened(record, rule, value) for record, value in zip(records, left, strict=True)]
    shop.database.run(lambda connection: record_outcomes(connection, many, By(SYSTEM, "file"), may_correct=False))

    page = client.get("/models/leaving/shadow").text

    others = scored(shop)
    flips = sum((record.probability >= 0.5) != (others[record.id].probability >= 0.5) for record in records)
    right = sum(rule.decided(record) == what for record, what in zip(records, left, strict=True))
    assert f"Version 2 would decide otherwise in {flips} of 120 cases" in page
    assert f"<dt>right: version 1</dt><dd>{right}</dd>" in page
    assert re.search(r"Version [12] is right in (between )?[0-9.]+ (fewer and|to) [0-9.]+ more of 100 cases than", page)


def said(differences):
    duel = Duel(len(differences), {}, {}, 0.0, len(differences), (0, 0), **_band(np.array(differences, dtype=float)))
    return duel_shown(duel, "version 1", "version 2", TWO)


def test_enough_is_said_only_where_chance_does_not_explain_it():
    better = said([1.0] * 60 + [-1.0] * 10 + [0.0] * 330)
    worse = said([-1.0] * 60 + [1.0] * 10 + [0.0] * 330)
    equal = said(([1.0] + [-1.0] + [0.0] * 98) * 60)
    open_question = said([1.0] * 6 + [-1.0] * 4 + [0.0] * 90)

    assert (better.status, open_question.status, equal.status) == ("good", "calm", "good")
    ends = ["a range like that holds 99 times in 100."]
    assert better.enough.startswith(
        "That is enough: version 2 is better. Version 2 is right in 7.3 to 17.7 more of 100"
    )
    assert worse.enough.startswith("That is enough: version 1 is better. Version 1 is right in 7.3 to 17.7 more of 100")
    assert equal.enough.startswith("That is enough: nobody would notice a difference. Version 2 is right in between ")
    assert all(one.enough.endswith(*ends) for one in (better, worse, equal))
    assert re.search(r"About [0-9,]+ outcomes would tell a difference of 2 in 100 cases\.", open_question.enough)


def test_equal_versions_are_hardly_ever_called_better():
    random, wrong = np.random.default_rng(0), 0
    for _ in range(1000):
        wrong += "That is enough: version" in said(random.choice([1.0, -1.0, 0.0], 300, p=(0.05, 0.05, 0.9))).enough

    assert wrong <= 20
