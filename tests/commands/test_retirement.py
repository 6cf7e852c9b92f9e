"""Criteria that act, each from its section in the spec to the page, the program and the person who lets it go on."""

import csv
import io
from datetime import timedelta

import pytest

from tests.commands.scene import Scene, wrong
from tests.commands.workplace import QUICK
from tests.training.known_tables import leaving, rents
from webapp import clock
from webapp.app import create_app
from webapp.chores import Workshop
from webapp.commands.retirement import retire_when_due
from webapp.config import Config
from webapp.records.actors import ANYONE

TOLD = 'replacement = "The paper list"\ncontact = "Desk 4"\n'
TODAY = clock.now().date()


@pytest.fixture
def opened():
    scenes = []

    def open_at(terminal, model="leaving"):
        place = terminal.place
        app = create_app(Config.for_service({**place.environment, "SECRET_KEY": "k" * 40}, place.folder))
        scenes.append(Scene(terminal, app, model))
        return scenes[-1]

    yield open_at
    for scene in scenes:
        scene.parts.database.dispose()


@pytest.fixture
def scene(trained, opened):
    return opened(trained)


def later(monkeypatch, days):
    then = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: then)


def acts_in_every_way(scene, criterion, limits, version="1"):
    """Warning, referring, falling back and stopping, one after the other over the same cases; how the last is said."""
    others = {one.version for one in scene.parts.store.versions(scene.model)} - {scene.champion.version}
    under_test = scene.champion.version
    for action in ("warn", "refer", "fall_back"):
        if action == "fall_back" and others:
            scene.says("", "2")
        scene.says(f'[retirement]\n{TOLD}[retirement.{criterion}]\n{limits}action = "{action}"\n', version)
        found = scene.check()
        [one] = found["criteria"]
        assert (one["holds"], one["acts"]) == (True, action != "warn"), one
        assert scene.check()["decision"] is None, "it acts once"
        if action == "fall_back":
            falls_back(scene, found, others)
            continue
        assert found["decision"] == {"warn": None, "refer": "refer"}[action]
        assert scene.champion.version == under_test
        notice = f"Until further notice a person decides about every case. {one['sentence']}"
        assert scene.champion.words["notice"] == (notice if action == "refer" else "")
        assert ("a person decides about every case" in scene.form().text) == (action == "refer")
    scene.says(f'[retirement]\n{TOLD}[retirement.{criterion}]\n{limits}action = "stop"\n', version)
    return stopped_by(scene, criterion)


def falls_back(scene, found, others):
    """To the version before, which answers; where there is none, the model is stopped."""
    if not others:
        assert found["decision"] == "stop"
        assert "There is no other version to fall back to, so it is stopped." in scene.form().text
        return
    assert found["decision"] == "fall_back"
    assert scene.champion.words["number"] == 2
    assert f'action="/models/{scene.model}"' in scene.form().text


def stopped_by(scene, criterion):
    """It stopped: the form, a program and a file hear why, what to use instead and whom to ask."""
    found = scene.check()
    [one] = [line for line in found["criteria"] if line["name"] == criterion]
    assert (one["acts"], found["decision"]) == (True, "stop")
    client = scene.app.test_client()
    page = scene.form()
    program = client.post(f"/api/v1/models/{scene.model}/predictions", json={"rows": [{}]})
    assert "One of its own criteria stopped it" in page.text
    assert "The paper list" in page.text and "Desk 4" in page.text
    scored = scene.terminal.webapp("score", scene.model, "cases.csv", "scored.csv")
    assert scored.code == 1
    assert f"{one['sentence']} Use instead: The paper list. Ask: Desk 4." in scored.err
    assert program.status_code == 503
    assert program.json["reason"] == one["sentence"]
    assert (program.json["replacement"], program.json["contact"]) == ("The paper list", "Desk 4")
    assert "Stopped by its own criteria" in client.get("/").text
    assert scene.check()["decision"] is None, "it acts once"
    return one["sentence"]


def test_a_day_that_has_come_stops_it(scene):
    assert acts_in_every_way(scene, "expires", f"on = {TODAY}\n").startswith("It was to go out of use on ")


def test_a_version_that_is_too_old_stops(scene, monkeypatch):
    scene.says(f'[retirement]\n{TOLD}[retirement.model_age]\ndays = 30\naction = "stop"\n')
    assert scene.check()["decision"] is None
    later(monkeypatch, 31)

    assert "31 days ago; at most 30 are allowed" in acts_in_every_way(scene, "model_age", "days = 30\n")


def test_data_that_are_too_old_and_another_objective_stop_it(trained, opened):
    spec = trained.place.folder / "specs" / "leaving.toml"
    dated = spec.read_text().replace("[data]\n", '[data]\ntime_column = "joined"\n')
    spec.write_text(dated.replace("# objective =", "objective ="))
    assert trained.train("leaving", "--no-promote", *QUICK).code == 0
    scene = opened(trained)
    scene.promote("3")
    assert "The latest case it learned from is of" in acts_in_every_way(scene, "data_age", "days = 400\n", "3")

    scene.spec = scene.spec.replace("What it is meant to improve", "Something else")
    scene.promote("3")
    said = acts_in_every_way(scene, "objective", "", "3")

    assert said == "It was trained for “What it is meant to improve”, and is for “Something else” now."


def test_it_stops_when_nobody_says_any_more_what_happened(scene, monkeypatch):
    scene.says(f'[retirement]\n{TOLD}[retirement.outcomes_missing]\ndays = 90\naction = "stop"\n')
    records = scene.ask(leaving(40), 40)
    scene.happened(records[:5], ["Yes"] * 5)
    assert scene.check()["decision"] is None
    later(monkeypatch, 91)

    said = acts_in_every_way(scene, "outcomes_missing", "days = 90\n")

    assert said.startswith("Nobody who is known recorded an outcome since")


def test_too_many_wrong_answers_stop_it_but_not_on_the_word_of_a_few_or_of_nobody(scene, monkeypatch):
    scene.says(f'[retirement]\n{TOLD}[retirement.metric]\nmetric = "accuracy"\nleast = 0.6\naction = "stop"\n')
    records = scene.ask(leaving(420), 420)
    values = wrong(records, scene.champion)
    later(monkeypatch, 3)
    scene.happened(records[:220], values[:220], ANYONE)
    later(monkeypatch, 7)
    assert "So far 0 outcomes count." in scene.check()["criteria"][0]["sentence"]
    scene.happened(records[220:419], values[220:419])
    later(monkeypatch, 20)
    almost = scene.check()
    assert (almost["decision"], almost["criteria"][0]["holds"], almost["criteria"][0]["acts"]) == (None, True, False)
    assert "It rests on 199 of the 200 that are needed" in almost["criteria"][0]["sentence"]
    scene.happened(records[419:], values[419:])

    said = acts_in_every_way(scene, "metric", 'metric = "accuracy"\nleast = 0.6\n')

    assert said == "The accuracy is 0 over 200 outcomes; at least 0.6 is wanted."


def test_ranges_that_hold_too_seldom_stop_it(terminal, opened, monkeypatch):
    table = terminal.place.table("rents.csv", rents())
    assert terminal.train("--data", table, "--target", "rent", "--name", "rents", *QUICK).code == 0
    scene = opened(terminal, "rents")
    scene.says(f'[retirement]\n{TOLD}[retirement.coverage]\nleast = 0.5\naction = "stop"\n')
    records = scene.ask(rents(210), 210)
    later(monkeypatch, 3)
    scene.happened(records, [f"{record.high + 100:.0f}" for record in records])
    later(monkeypatch, 7)

    said = acts_in_every_way(scene, "coverage", "least = 0.5\n")

    assert said.startswith("The share of ranges that held is 0 over 200 outcomes")


def test_other_cases_than_those_it_learned_from_stop_it(scene):
    scene.ask(leaving(220), 220, plan="max")

    assert "“Plan” lies elsewhere in" in acts_in_every_way(scene, "drift", "most = 0.4\n")


def test_every_criterion_can_only_warn(scene):
    scene.says(f'[retirement.expires]\non = {TODAY}\naction = "warn"\n')
    said = scene.terminal.webapp("retirement", "check", "leaving")

    assert said.code == 1
    assert said.out.startswith("warn leaving: Has its time run out? It was to go out of use on")
    assert scene.decisions()[0] == "promote"
    assert "It was to go out of use on" in scene.terminal.webapp("monitor", "leaving").out


@pytest.mark.parametrize(
    ("criterion", "said"),
    [
        ('metric]\nmetric = "r2"\nleast = 0.1', "The r2 cannot be worked out from outcomes of this model."),
        ('metric]\nmetric = "pinball"\nmost = 0.1', "The pinball cannot be worked out from outcomes of this model."),
        ("coverage]\nleast = 0.5", "This model answers with classes, which have no ranges."),
        ("data_age]\ndays = 9", "It is not known how old that is: no column of dates is named in its spec."),
    ],
)
def test_a_criterion_that_can_never_be_judged_warns(scene, criterion, said):
    scene.says(f'[retirement.{criterion}\naction = "stop"\n')

    found = scene.check()

    assert found["criteria"][0]["sentence"] == f"{said} So this criterion never does anything."
    assert (found["criteria"][0]["holds"], found["decision"]) == (True, None)
    page = scene.app.test_client().get("/models/leaving/retirement").text
    assert "Cannot be judged" in page and "Let it go on" not in page


def test_a_metric_may_be_named_for_short(scene):
    scene.says('[retirement.metric]\nmetric = "roc_auc"\nleast = 0.6\naction = "stop"\n')

    assert scene.champion.words["retirement"]["metric"]["metric"] == "auc"


def test_letting_one_criterion_pass_does_not_free_what_another_one_stops(scene):
    scene.says(
        f'[retirement.expires]\non = {TODAY}\naction = "stop"\n[retirement.drift]\nmost = 0.4\naction = "stop"\n'
    )
    scene.ask(leaving(220), 220, plan="max")
    assert scene.check()["decision"] == "stop"

    done = scene.terminal.webapp(
        "retirement", "continue", "leaving", "expires", "--until", f"{TODAY}", "--why", "Not yet"
    )
    scene.parts.follower.refresh()

    assert "leaving: stop." in done.out
    assert scene.decisions()[:3] == ["stop", "continue", "stop"]
    assert "“Plan” lies elsewhere in" in scene.form().text


def test_a_person_is_asked_and_earlier_answers_do_not_change(scene):
    [before] = scene.ask(leaving(1), 1)
    client = scene.app.test_client()
    page = client.get(f"/predictions/{before.id}").text.split("<aside")[0]
    scene.says(f'[retirement.expires]\non = {TODAY}\naction = "refer"\n')
    assert scene.check()["decision"] == "refer"
    assert scene.check()["decision"] is None
    [after] = scene.ask(leaving(1), 1)

    assert "a person decides about every case" in client.get(f"/predictions/{after.id}").text
    assert "a person decides about every case" in client.get(f"/api/v1/predictions/{after.id}").json["notice"]
    assert client.get(f"/api/v1/predictions/{before.id}").json["notice"] == ""
    table = scene.terminal.place.table("cases.csv", leaving(60))
    output = scene.terminal.place.folder / "scored.csv"
    scored = scene.terminal.webapp("score", "leaving", table, str(output))
    rows = list(csv.DictReader(io.StringIO(output.read_text())))
    assert {"a person decides about every case" in row["notice"] for row in rows} == {True}
    assert "Note: Until further notice a person decides about every case. It was to go out of use on" in scored.out
    assert client.get(f"/predictions/{before.id}").text.split("<aside")[0] == page
    scene.terminal.webapp("retirement", "continue", "leaving", "expires", "--until", f"{TODAY}", "--why", "Agreed")
    scene.parts.follower.refresh()
    assert "notice" not in scene.champion.words or "a person decides" not in scene.champion.words["notice"]


def test_it_falls_back_to_the_version_before_and_stops_where_there_is_none(scene):
    scene.terminal.webapp("promote", "leaving", "2", "--why", "Newer")
    scene.says(f'[retirement.expires]\non = {TODAY}\naction = "fall_back"\n')
    assert scene.check()["decision"] == "fall_back"
    assert scene.champion.words["number"] == 2
    scene.terminal.webapp("promote", "leaving", "1", "--why", "Once more")
    scene.terminal.webapp("rollback", "leaving")
    assert scene.decisions()[:3] == ["rollback", "promote", "fall_back"]


def test_a_version_of_a_stopped_model_is_scored_only_where_it_is_named_and_told_about(scene):
    scene.says(f'[retirement]\n{TOLD}[retirement.expires]\non = {TODAY}\naction = "stop"\n')
    scene.check()
    table, out = scene.terminal.place.table("cases.csv", leaving(60)), scene.terminal.place.folder / "scored.csv"

    refused = scene.terminal.webapp("score", "leaving", table, str(out))
    named = scene.terminal.webapp("score", "leaving", table, str(out), "--version", "1")

    assert refused.code == 1 and not refused.out
    assert refused.err.startswith("One of its own criteria stopped the model. It was to go out of use on ")
    assert refused.err.rstrip().endswith("So none answers. Name one: --version 2")
    assert (named.code, out.exists()) == (0, True)
    assert "Note: One of its own criteria stopped the model." in named.out and "Ask: Desk 4." in named.out


def test_the_worker_does_it_by_itself_and_somebody_with_a_name_lets_it_go_on(scene, monkeypatch):
    scene.says(f'[retirement]\n{TOLD}[retirement.expires]\non = {TODAY}\naction = "stop"\n')
    parts = scene.parts
    shop = Workshop(parts.config, parts.database, parts.store, parts.follower, clock.now())
    retire_when_due(shop)
    parts.follower.refresh()
    client = scene.app.test_client()
    assert "stopped by one of its criteria" in client.get("/models/leaving/retirement").text
    form = client.get("/models/leaving/retirement/expires/continue")
    assert "Only somebody with a name may do that" in form.text
    until = TODAY + timedelta(days=7)

    without = scene.terminal.webapp("retirement", "continue", "leaving", "expires", "--until", f"{until}")
    done = scene.terminal.webapp(
        "retirement", "continue", "leaving", "expires", "--until", f"{until}", "--why", "The new one is not ready"
    )
    parts.follower.refresh()
    retire_when_due(shop)

    assert without.code == 1 and "Say why it may go on" in without.err
    assert done.out.startswith(f"expires of leaving is passed over until {until}.")
    assert scene.decisions()[:2] == ["continue", "stop"]
    assert client.get("/models/leaving").status_code == 200
    assert "The new one is not ready" in client.get("/models/leaving/retirement").text
    later(monkeypatch, 8)
    assert scene.check()["decision"] == "stop"


def test_the_form_is_given_back_filled_in_with_the_reason(scene):
    client = scene.app.test_client()
    page = client.get("/models/leaving").text
    scene.says(f'[retirement]\n{TOLD}[retirement.expires]\non = {TODAY}\naction = "stop"\n')
    scene.check()
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    version = page.split('name="version" value="')[1].split('"')[0]

    kept = client.post("/models/leaving", data={"csrf_token": token, "version": version, "f0": "17"})

    assert kept.status_code == 503
    assert "This model does not answer any more" in kept.text and "Use instead: The paper list." in kept.text
    assert 'value="17"' in kept.text


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ('[retirement.expires]\naction = "stop"\n', "needs “on”"),
        ("[retirement.drift]\nmost = 0.4\n", "needs an action"),
        ("[retirement.metrics]\nleast = 0.4\n", "Did you mean “metric”?"),
        ('[retirement.metric]\nleast = 0.4\nmost = 0.5\naction = "stop"\n', "needs “least” or “most”"),
        ('[retirement.drift]\nmost = 0.4\naction = "stop"\nversion = 1\n', "which only falling back needs"),
        ('[retirement.drift]\nmost = 0.4\naction = "halt"\n', "must be one of"),
        ('[plan.deployment]\nbenefits = "Much"\n', "Did you mean “benefit”?"),
        ("[plan.deployments]\n", "Did you mean “deployment”?"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_its_place(trained, text, refused):
    spec = trained.place.folder / "specs" / "leaving.toml"
    spec.write_text(f"{spec.read_text()}\n{text}")

    said = trained.webapp("promote", "leaving", "1", "--why", "Try")

    assert said.code == 1
    assert "leaving.toml, line" in said.err and refused in said.err


def test_the_plan_stands_beside_what_is_measured_and_its_gaps_at_promotion(scene):
    scene.says('[plan.deployment]\nbenefit = "Fewer calls"\nalternatives = { "By hand" = "Found 40 of 100" }\n')
    scene.happened(records := scene.ask(leaving(3), 3), ["Yes", "No", "Yes"])
    promoted = scene.terminal.webapp("promote", "leaving", "1", "--why", "Once more")
    client = scene.app.test_client()
    page, check = client.get("/models/leaving/plan").text, client.get("/models/leaving/versions/2/promote").text

    assert "Fewer calls" in page and "By hand: Found 40 of 100" in page
    assert "12 questions are still open" in page
    assert "3 answers in the last 30 days" in page and f"of {len(records)} answers proved right" in page
    assert "On rows kept back: log loss" in page
    assert "The plan of leaving leaves 12 questions open:" in promoted.out
    assert "  Who looks after it?" in promoted.out and "What is it worth" not in promoted.out
    assert "The plan says nothing about" in check and "Who looks after it?" in check
    assert client.get("/models/nothing/plan").status_code == 404
