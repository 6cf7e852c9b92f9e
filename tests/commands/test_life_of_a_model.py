"""The whole life of a model as one story: in use, watched, replaced, stopped by its own criterion, and rolled back."""

import re
from datetime import timedelta

import numpy as np
import pytest

from tests.commands.scene import Scene, wrong
from tests.commands.workplace import QUICK
from tests.training.known_tables import leaving
from webapp import clock
from webapp.app import create_app
from webapp.chores import Workshop
from webapp.commands.worker import score_in_the_shadow
from webapp.config import Config

DAYS, A_DAY = 90, 12
CALM = 45  # days before the world changes
CRITERION = (
    '[retirement]\nreplacement = "The paper list"\ncontact = "Desk 4"\n'
    '[retirement.metric]\nmetric = "accuracy"\nleast = 0.4\naction = "stop"\n'
)


class Calendar:
    """The time, as a test lets it pass."""

    def __init__(self, monkeypatch):
        self.at = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.at)
        monkeypatch.setattr("webapp.lifecycle.shadow.BREATH", 0.0)

    def pass_by(self, days: float) -> None:
        self.at += timedelta(days=days)


@pytest.fixture
def calendar(monkeypatch):
    return Calendar(monkeypatch)


@pytest.fixture
def scene(terminal):
    """Version 1, trained and promoted, with a criterion in its spec from the start."""
    table = terminal.place.table("leaving.csv", leaving(900))
    assert terminal.train("--data", table, "--target", "left", "--dry-run").code == 0
    assert terminal.train("--data", table, "--target", "left", *QUICK).code == 0
    config = Config.for_service({**terminal.place.environment, "SECRET_KEY": "k" * 40}, terminal.place.folder)
    scene = Scene(terminal, create_app(config))
    scene.says(CRITERION)
    yield scene
    scene.parts.database.dispose()


def changed(rows: int, seed: int) -> dict[str, list]:
    """Another world: dear and long-standing customers, and a plan that no longer holds anybody."""
    random = np.random.default_rng(seed)
    table = leaving(rows, seed)
    months, fee = random.integers(40, 72, rows), random.uniform(80, 110, rows).round(2)
    chance = 1 / (1 + np.exp(-(0.12 * (months - 56) + 0.05 * (fee - 95))))
    left = np.where(random.random(rows) < chance, "Yes", "No")
    new = {"months": months.tolist(), "fee": [f"{one:.2f}" for one in fee], "left": left.tolist()}
    return table | new | {"plan": ["max"] * (rows // 2) + ["basic"] * (rows - rows // 2)}


def article(client, record) -> str:
    page = client.get(f"/predictions/{record.id}")
    assert page.status_code == 200
    return page.text.partition("</article>")[0]


def live(scene, calendar, table, days: int) -> list:
    """So many days of cases, each told two days later how it ended."""
    asked, waiting = [], []
    for day in range(days):
        rows = {name: cells[day * A_DAY : (day + 1) * A_DAY] for name, cells in table.items()}
        records = scene.ask(rows, A_DAY)
        asked += records
        waiting.append((records, rows["left"]))
        if len(waiting) > 2:
            scene.happened(*waiting.pop(0))
        calendar.pass_by(1)
    return asked


def watched(scene) -> tuple[int, str]:
    """The exit code of the command for cron, and its first line: the word under which the model stands."""
    said = scene.terminal.webapp("monitor", scene.model)
    return said.code, said.out.splitlines()[0]


def in_shadow(scene) -> str:
    parts = scene.parts
    score_in_the_shadow(Workshop(parts.config, parts.database, parts.store, parts.follower, clock.now()))
    return scene.app.test_client().get(f"/models/{scene.model}/shadow").text


def test_a_model_is_watched_replaced_stopped_and_rolled_back(scene, calendar):
    client = scene.app.test_client()
    calm = live(scene, calendar, leaving(CALM * A_DAY, seed=5), CALM)
    first = article(client, calm[0])
    assert watched(scene) == (0, "leaving: Working as expected")

    live(scene, calendar, changed((DAYS - CALM) * A_DAY, seed=6), DAYS - CALM)
    assert watched(scene) == (1, "leaving: Act now")
    assert "Act now" in client.get("/").text
    assert "nothing is left" in client.get("/models/leaving/monitoring").text

    it_is_replaced_by_one_that_proved_itself_in_the_shadow(scene, calendar)
    assert article(client, calm[0]) == first

    it_is_stopped_by_its_criterion(scene, calendar)
    assert article(client, calm[0]) == first
    assert scene.terminal.webapp("rollback", "leaving", "--why", "Version 2 is wrong").code == 0
    scene.parts.follower.refresh()
    assert scene.champion.words["number"] == 1
    assert 'action="/models/leaving"' in client.get("/models/leaving").text
    assert a_program_is_answered_by(client) == calm[0].version
    assert article(client, calm[0]) == first
    assert scene.check()["decision"] is None, "what stopped version 2 says nothing of version 1"
    assert scene.decisions() == ["rollback", "stop", "promote", "challenge", "promote", "promote"]


def a_program_is_answered_by(client) -> str:
    """The version that answers over HTTP."""
    row = {"months": 12, "fee": 45.0, "plan": "max", "has_app": True, "joined": "2021-03-04"}
    answer = client.post("/api/v1/models/leaving/predictions", json={"rows": [row]})
    assert answer.status_code == 201, answer.text
    return answer.json["predictions"][0]["version"]


def it_is_replaced_by_one_that_proved_itself_in_the_shadow(scene, calendar):
    terminal = scene.terminal
    terminal.place.table("leaving.csv", changed(1_200, seed=7))
    learned = terminal.train("leaving", "--no-promote", *QUICK)
    assert learned.code == 0, learned.out
    assert terminal.webapp("challenge", "leaving", "2", "--why", "It knows the new cases").code == 0
    shadowed = live(scene, calendar, changed(20 * A_DAY, seed=8), 20)
    assert {record.version for record in shadowed} == {scene.champion.version}, "the challenger answers nobody"
    page = in_shadow(scene)
    assert "Version 2 would decide otherwise in" in page
    assert "That is enough: version 2 is better" in page
    client = scene.app.test_client()
    side_by_side = client.get("/models/leaving/compare?a=1&b=2").text
    assert "Seen on the last 1,000 recorded cases" in side_by_side
    before = re.sub(r"<[^>]+>|\s+", " ", client.get("/models/leaving/versions/2/promote").text)
    assert re.search(r"[1-9]\d* of the last [1-9]\d* decisions would change", before)

    refused = terminal.webapp("promote", "leaving", "2")
    assert refused.code != 0 and "why" in refused.err.lower()
    assert terminal.webapp("promote", "leaving", "2", "--why", "Right more often in the shadow").code == 0
    scene.parts.follower.refresh()
    assert scene.champion.words["number"] == 2
    assert a_program_is_answered_by(client) == scene.champion.version


def it_is_stopped_by_its_criterion(scene, calendar):
    records = scene.ask(changed(220, seed=9), 220)
    calendar.pass_by(3)
    scene.happened(records, wrong(records, scene.champion))
    calendar.pass_by(20)
    assert scene.check()["decision"] == "stop"
    client = scene.app.test_client()
    page = client.get("/models/leaving").text
    assert "One of its own criteria stopped it" in page and "The paper list" in page
    tried = client.get(f"/predictions/{records[0].id}/what-if").text
    assert "One of its own criteria stopped this model" in tried and "only explains the answer of then" in tried
    program = client.post("/api/v1/models/leaving/predictions", json={"rows": [{}]})
    assert (program.status_code, program.json["replacement"]) == (503, "The paper list")
