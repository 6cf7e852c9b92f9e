"""Every example of docs/extending.md, run as it stands there through train.py."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.commands.workplace import QUICK, Place, Terminal
from tests.training.known_tables import csv_text
from webapp.errors import InvalidValue, PackageUntrusted
from webapp.forms.controls import control_for
from webapp.model_package.signing import SigningKey
from webapp.parsing.own_kinds import load_trusted
from webapp.prediction.predictor import Predictor
from webapp.preprocessing import typed_row
from webapp.schema import Door
from webapp.training.gates.own import answers_of
from webapp.training.gates.quality import Gate

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "extending.md").read_text("utf-8")
MODULES = {
    name: f'"""{name}.py"""{code}'
    for name, code in re.findall(r'```python\n"""(\w+)\.py"""(.*?)```', DOCUMENT, re.DOTALL)
}
SPEC, WITH_CANDIDATE = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
LONGEST = 22  # lines of an example, blank ones left out
TRUSTED = "our_kinds,our_encoders"


def jobs(rows=260, seed=0):
    """Late are long jobs, and those promised for the last days of a month, when the shop is full."""
    random = np.random.default_rng(seed)
    minutes = random.integers(10, 600, rows)
    day = np.datetime64("2024-01-01") + random.integers(0, 720, rows)
    left = ((day.astype("datetime64[M]") + 1).astype("datetime64[D]") - day).astype(int)
    late = random.random(rows) < 1 / (1 + np.exp(-(0.012 * (minutes - 300) + 2.5 * (left <= 5) - 0.6)))
    return {
        "work": [f"{one // 60}:{one % 60:02d}" for one in minutes],
        "promised": ["" if gap else str(one) for gap, one in zip(random.random(rows) < 0.05, day, strict=True)],
        "open_jobs": random.integers(0, 40, rows).tolist(),
        "device": random.choice(["phone", "laptop", "tablet"], rows).tolist(),
        "late": np.where(late, "yes", "no").tolist(),
    }


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A folder with the modules of the document, its table in two files, and both of its specs."""
    place = Place(tmp_path_factory.mktemp("workshop"))
    for name, code in MODULES.items():
        (place.folder / f"{name}.py").write_text(code)
    table, specs = jobs(), place.folder / "specs"
    (place.folder / "jobs").mkdir()
    for number, part in enumerate((slice(0, 130), slice(130, None))):
        text = csv_text({name: cells[part] for name, cells in table.items()})
        (place.folder / "jobs" / f"{number}.csv").write_text(text)
    specs.mkdir()
    absolute = SPEC.replace("folder://jobs", f"folder://{place.folder / 'jobs'}")
    (specs / "repairs.toml").write_text(absolute)
    by_name = re.sub(r"\[features\.promised\]\nencoder.*\n", "", absolute)
    (specs / "crossed.toml").write_text(by_name + WITH_CANDIDATE)
    return place


@pytest.fixture(autouse=True)
def found_by_python(workshop, monkeypatch):
    monkeypatch.syspath_prepend(str(workshop.folder))
    for name, value in (workshop.environment | {"FORMCAST_TRUSTED_MODULES": TRUSTED}).items():
        monkeypatch.setenv(name, value)
    yield
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def terminal(workshop, capsys):
    return Terminal(workshop, capsys)


def test_each_of_the_six_is_there_and_short():
    assert list(MODULES) == [
        "our_sources", "our_kinds", "our_encoders", "our_candidates", "our_metrics", "our_gates"
    ]  # fmt: skip
    for name, code in MODULES.items():
        assert sum(bool(line.strip()) for line in code.splitlines()) <= LONGEST, name


def test_what_a_service_would_not_load_is_refused_before_learning(terminal, monkeypatch):
    monkeypatch.setenv("FORMCAST_TRUSTED_MODULES", "our_kinds")

    said = terminal.train("repairs", *QUICK)

    assert (said.code, terminal.place.versions("repairs")) == (1, [])
    assert "FORMCAST_TRUSTED_MODULES=our_kinds,our_encoders" in said.err


def test_a_model_with_a_source_a_kind_an_encoder_a_metric_and_a_gate_of_its_own(terminal, workshop):
    said = terminal.train("repairs", *QUICK)
    facts = json.loads(terminal.webapp("show", "repairs", "--json").out)

    assert said.code in (0, 3), said.err
    assert (facts["data"]["kind"], facts["data"]["rows"]) == ("folder", 260)
    gate = facts["gates"][-1]
    assert (gate["name"], gate["question"]) == ("capacity", "Can everybody be called whom it flags?")
    assert facts["evaluation"]["metric"]["name"] == "our_metrics:late_among_first"
    assert facts["evaluation"]["metric"]["value"] > 0.5

    [stored] = workshop.versions("repairs")
    load_trusted(TRUSTED.split(","))
    keys = (SigningKey.from_text(workshop.environment["FORMCAST_SIGNING_KEY"]).public,)
    package = workshop.store.load("repairs", stored.version, keys, TRUSTED.split(","))
    _ask_as_people_do(Predictor.from_package(package))
    with pytest.raises(PackageUntrusted, match="List our_kinds in FORMCAST_TRUSTED_MODULES"):
        workshop.store.load("repairs", stored.version, keys, ["our_encoders"])

    again = terminal.webapp("reproduce", "repairs")
    assert "Identical: the golden rows are the same to the byte" in again.out, again.err
    assert terminal.webapp("compare", "repairs", "1", "1").code == 0


def _ask_as_people_do(predictor):
    work = predictor.schema.by_name["work"]
    assert (work.parse("1:30", Door.FORM), work.parse_json(90), work.parse_json("1:30")) == (90.0, 90.0, 90.0)
    assert (work.value_text(90.0), work.to_answers(605.0)) == ("1:30", ("10:05",))
    control = control_for(work, "work")
    assert (control.hint.split(" to ")[0], control.inputmode) == (f"Usually {work.value_text(work.usual[0])}", "")
    with pytest.raises(InvalidValue, match="Work must be written like 1:30"):
        work.parse("90", Door.FORM)

    asked = {"work": "5:00", "open_jobs": "10", "device": "phone"}
    rows = [typed_row({**asked, "promised": day}, predictor.schema, Door.FORM) for day in ("2024-05-30", "2024-05-10")]
    near, far = (predictor.predict(np.array([row], dtype=object))[0] for row in rows)
    together = predictor.predict(np.array(rows * 20, dtype=object))
    assert near.probability > far.probability + 0.2
    assert [one.probability for one in together[:2]] == [near.probability, far.probability]
    assert max(near.reasons, key=lambda reason: reason.points).feature == "promised"


def test_a_pipeline_of_one_s_own_is_tried_on_the_columns_by_name(terminal):
    said = terminal.train("crossed", *QUICK)
    facts = json.loads(terminal.webapp("show", "crossed", "--json").out)

    assert said.code in (0, 3), said.err
    [own] = [candidate for candidate in facts["candidates"] if candidate["name"] == "own"]
    assert own["loss"] < 0.65


@pytest.mark.parametrize("answer", [ValueError("no"), "fine", Gate("capacity", "perhaps", "who knows")])
def test_a_gate_that_cannot_be_asked_refuses(answer):
    def capacity(examined):
        """Can it be asked?"""
        if isinstance(answer, Exception):
            raise answer
        return answer

    [gate] = answers_of({"capacity": capacity}, None)

    assert (gate.verdict, gate.question) == ("refuse", "Can it be asked?")
    assert list(answers_of({"capacity": lambda examined: None}, None)) == []


@pytest.mark.parametrize(
    ("module", "old", "new", "sentence"),
    [
        ("our_sources", "rows=sum(part.rows for part in found)", "rows=7", "gave 260 cells in “work” and 7 rows"),
        ("our_sources", "paths = sorted", "paths = sorrted", "our_sources:read_folder” failed on folder://"),
        ("our_kinds", "{number % 60:02.0f}", "00", "What a page shows must be what was meant"),
        ("our_kinds", "DURATION = Duration()", "DURATION = Duration", "must be an instance of OwnKind"),
        (
            "our_encoders",
            "(next_month - days)",
            "(days - days.max())",
            "must encode a row alone as it does among others",
        ),
        ("our_encoders", "return MonthEnd()", "return MonthEnd", "encoder failed"),
        (
            "our_gates",
            '"""Can everybody be called whom it flags?"""',
            "pass",
            "whose docstring begins with what it asks",
        ),
        ("our_metrics", "def late_among_first", "def late", "cannot be imported"),
    ],
)
def test_what_does_not_keep_its_promise_is_refused_in_a_sentence(
    terminal, workshop, tmp_path, monkeypatch, module, old, new, sentence
):
    assert old in MODULES[module]
    (tmp_path / f"{module}.py").write_text(MODULES[module].replace(old, new))
    monkeypatch.syspath_prepend(str(tmp_path))
    before = workshop.versions("repairs")

    said = terminal.train("repairs", *QUICK)

    assert said.code == 1
    assert sentence in said.err
    assert workshop.versions("repairs") == before
