"""Every process follows the decisions, and keeps answering whatever goes wrong on the way."""

import time
from dataclasses import replace

import pytest

from tests.views.making import KEY, SCHEMA, WORDS, add_version, promote
from webapp import serving
from webapp.records.actors import Actor
from webapp.records.decisions import reinstate, retire, rollback
from webapp.serving import Follower

ADA = Actor("command", "ada", "Ada")
ENOUGH_S = 20.0


def version(scene):
    champion = scene.follower.champions.get("leaving")
    return champion.version if champion else None


def test_nothing_answers_before_a_decision(scene):
    scene.follower.refresh()

    assert version(scene) is None
    assert scene.follower.picture.paused["leaving"].number == 3
    assert [gate["name"] for gate in scene.follower.picture.paused["leaving"].refused] == ["beats_baseline"]


def test_a_promotion_is_followed(scene):
    for position in (0, 2, 1):
        promoted = scene.promote(position)
        scene.follower.refresh()

        assert version(scene) == promoted.version
    assert not scene.follower.problems
    assert not scene.follower.picture.paused


def test_a_rollback_is_followed(scene):
    scene.promote(0)
    scene.promote(1)
    rollback(scene.database, "leaving", ADA, "It was worse")
    scene.follower.refresh()

    assert version(scene) == scene.versions[0].version


def test_a_retired_model_stops_and_a_reinstated_one_goes_on(scene):
    scene.promote(0)
    retire(scene.database, "leaving", ADA, "Wrong too often")
    scene.follower.refresh()
    paused = scene.follower.picture.paused["leaving"]

    assert version(scene) is None
    assert paused.is_retired
    assert paused.standing.last.why == "Wrong too often"

    reinstate(scene.database, "leaving", ADA, "It was the table")
    scene.follower.refresh()

    assert version(scene) == scene.versions[0].version


def test_new_words_for_the_same_version_need_no_loading(scene):
    scene.promote(0)
    scene.follower.refresh()
    before = scene.follower.champions["leaving"]
    words = {**before.words, "schema": before.predictor.schema.to_json(), "title": "Leavers"}
    scene.decide_about(0, words=words)
    scene.follower.refresh()
    after = scene.follower.champions["leaving"]

    assert after.predictor is before.predictor
    assert after.words["title"] == "Leavers"
    assert after.decision_id > before.decision_id


def test_a_key_that_is_trusted_later_needs_no_restart(scene):
    trusted = []
    follower = Follower(scene.database, scene.store, lambda: trusted)
    follower.refresh()
    trusted.append(KEY.public)
    promoted = scene.promote(0)
    follower.refresh()

    assert follower.champions["leaving"].version == promoted.version


def test_without_news_the_picture_stays(scene):
    scene.promote(0)
    scene.follower.refresh()
    before = scene.follower.picture
    scene.follower.refresh()

    assert scene.follower.picture is before


def test_the_last_good_version_answers_while_the_new_one_is_damaged(scene, monkeypatch):
    scene.promote(0)
    scene.follower.refresh()
    scene.promote(1)
    sound = scene.file_of(1).read_bytes()
    scene.file_of(1).write_bytes(sound[:100])
    scene.follower.refresh()

    assert version(scene) == scene.versions[0].version
    assert "pipeline.pkl is not what was signed" in scene.follower.problems["leaving"]

    scene.file_of(1).write_bytes(sound)
    scene.follower.refresh()
    assert version(scene) == scene.versions[0].version  # not tried again at once

    monkeypatch.setattr(serving, "RETRY_S", -1.0)
    scene.promote(1, why="Once more")
    scene.follower.refresh()
    assert version(scene) == scene.versions[1].version
    assert not scene.follower.problems


def test_a_damaged_champion_is_tried_again_after_a_while(scene, monkeypatch):
    monkeypatch.setattr(serving, "RETRY_S", -1.0)
    scene.promote(0)
    sound = scene.file_of(0).read_bytes()
    scene.file_of(0).write_bytes(b"")
    scene.follower.refresh()

    assert version(scene) is None
    assert scene.follower.picture.paused["leaving"].problem

    scene.file_of(0).write_bytes(sound)
    scene.follower.refresh()

    assert version(scene) == scene.versions[0].version


def test_a_missing_package_leaves_the_last_good_one(scene):
    scene.promote(0)
    scene.follower.refresh()
    scene.promote(1)
    for file in scene.file_of(1).parent.iterdir():
        file.unlink()
    scene.file_of(1).parent.rmdir()
    scene.follower.refresh()

    assert version(scene) == scene.versions[0].version
    assert "leaving" in scene.follower.problems


def test_a_package_other_than_the_one_decided_on_never_answers(scene):
    scene.promote(0)
    scene.decide_about(1, manifest_sha="0" * 64)
    scene.follower.refresh()

    assert version(scene) is None
    assert "is not the one that was decided on" in scene.follower.problems["leaving"]


def test_what_a_newer_release_says_besides_is_passed_over(scene):
    schema = _said_by_a_newer_release(scene)
    scene.promote(0, words={**WORDS, "schema": schema, "number": 1})
    scene.follower.refresh()

    assert version(scene) == scene.versions[0].version
    assert scene.follower.champions["leaving"].words["schema"] == SCHEMA


def _said_by_a_newer_release(scene):
    schema = SCHEMA.to_json()
    for part in (schema, schema["target"], *schema["features"], *schema["groups"]):
        part["later"] = {"any": "thing"}
    for choice in (choice for feature in schema["features"] for choice in feature.get("choices", ())):
        choice["later"] = 1
    return schema


MALFORMED_WORDS = {
    "without a schema": {"title": "Others"},
    "no schema at all": {"schema": None},
    "a schema without features": {"schema": {"model": "other"}},
    "features of another sort": {"schema": SCHEMA.to_json() | {"features": ["months"]}},
    "a kind of a newer release": {
        "schema": SCHEMA.to_json() | {"features": [{"name": "photo", "kind": "picture", "label": "Photo"}]}
    },
}


@pytest.mark.parametrize("words", MALFORMED_WORDS.values(), ids=MALFORMED_WORDS)
def test_a_malformed_decision_keeps_no_other_model_from_being_followed(scene, words):
    other = add_version(scene.store, replace(SCHEMA, model="other"))
    promote(scene.database, scene.store, other, words=words)
    promoted = scene.promote(0)
    scene.follower.refresh()

    assert version(scene) == promoted.version
    assert list(scene.follower.problems) == ["other"]
    assert "A newer release of Formcast may have written it" in scene.follower.picture.paused["other"].problem


def test_without_the_database_the_champions_stay(scene):
    scene.promote(0)
    scene.follower.refresh()
    if scene.database.is_sqlite:
        scene.database.dispose()
        hidden = scene.database.path.with_name("elsewhere")
        scene.database.path.rename(hidden)
        scene.follower.refresh()
        hidden.rename(scene.database.path)
    else:
        with scene.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE decisions RENAME TO elsewhere")
        scene.follower.refresh()
        with scene.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO decisions")

    assert version(scene) == scene.versions[0].version
    promoted = scene.promote(1)
    scene.follower.refresh()
    assert version(scene) == promoted.version


def test_a_started_follower_needs_no_request_and_no_restart(scene, monkeypatch):
    monkeypatch.setattr(serving, "POLL_S", 0.05)
    scene.promote(0)
    thread = scene.follower.start()
    try:
        wait_for(lambda: version(scene) == scene.versions[0].version)
        scene.promote(1)
        wait_for(lambda: version(scene) == scene.versions[1].version)
    finally:
        scene.follower.stop()
        thread.join(ENOUGH_S)

    assert thread.daemon
    assert not thread.is_alive()


def test_a_follower_survives_what_nobody_thought_of(scene, monkeypatch, caplog):
    monkeypatch.setattr(serving, "POLL_S", 0.05)
    scene.promote(0)
    with monkeypatch.context() as broken:
        broken.setattr(scene.store, "all_versions", lambda: 1 / 0)
        thread = scene.follower.start()
        wait_for(lambda: "trying again" in caplog.text)
    try:
        wait_for(lambda: version(scene) == scene.versions[0].version)
    finally:
        scene.follower.stop()
        thread.join(ENOUGH_S)


def wait_for(condition):
    give_up = time.monotonic() + ENOUGH_S
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.02)
