"""How large a version is and how long it takes to answer; and all gates together at the end of a run."""

import time
from dataclasses import replace

import numpy as np
import pytest

from tests.training.known_tables import QUICK, learn, leaving, rents, spec_of
from tests.training.made_up import table_from_named
from webapp.model_store import ModelStore
from webapp.prediction.predictor import Predictor
from webapp.training.checks.acceptance_file import cases_path
from webapp.training.columns.inference import infer_schema
from webapp.training.division.rows import divide_rows
from webapp.training.gates.examination import gate_names
from webapp.training.gates.use import NOTICED_MS, package_size, prediction_time
from webapp.training.spec.gate_limits import QUESTIONS, GateSpec
from webapp.training.succession.incumbent import Incumbent


@pytest.fixture(scope="module")
def incumbent(package):
    return Incumbent(package.number, package.version, package.metadata, package)


def test_the_size_of_a_version_is_said_and_limited(package):
    assert package_size(package.pipeline, GateSpec()).verdict == "pass"
    assert " kB, and 50 MB are allowed" in package_size(package.pipeline, GateSpec()).reason
    assert package_size(package.pipeline, GateSpec(max_package_mb=0.001)).verdict == "refuse"


def test_the_time_of_an_answer_is_said_and_limited(package):
    gate = prediction_time(package.schema, package.pipeline, None, GateSpec(max_prediction_ms=60_000))

    assert (gate.verdict, gate.measured) == ("pass", "")
    assert prediction_time(package.schema, package.pipeline, None, GateSpec(max_prediction_ms=1e-6)).verdict == "refuse"


def test_the_same_version_takes_about_the_same_time(package, incumbent):
    gate = prediction_time(package.schema, package.pipeline, incumbent, GateSpec(max_prediction_ms=60_000))

    assert gate.verdict == "pass"
    assert 0.2 < float(gate.measured.split()[0]) < 5
    assert gate.measured.endswith(f"times the time of version {package.number}")


class _Slow(Predictor):
    def predict(self, rows):
        if not self.version:  # the new one
            time.sleep(1.5 * NOTICED_MS / 1000)
        return super().predict(rows)


def test_a_version_that_takes_many_times_as_long_is_warned_of(package, incumbent, monkeypatch):
    monkeypatch.setattr("webapp.training.gates.use.Predictor", _Slow)
    monkeypatch.setattr("webapp.training.gates.use.ROUNDS", 3)

    gate = prediction_time(package.schema, package.pipeline, incumbent, GateSpec(max_prediction_ms=60_000))
    assert gate.verdict == "warn"


# All of them together


def verdicts(outcome):
    return {gate.name: gate.verdict for gate in outcome.gates}


def test_a_first_version_answers_every_gate_in_the_order_announced(outcome, package):
    names = [gate.name for gate in outcome.gates]

    assert names == [name for name in QUESTIONS if name in gate_names("classes")]
    assert not outcome.is_refused
    assert package.metadata["gates"] == [gate.to_json() for gate in outcome.gates]
    assert package.metadata["checks"] == [check.to_json() for check in outcome.checks]
    assert package.metadata["acceptance"] is None
    assert package.metadata["kept_back"] == {"by": "time", "column": "joined"}


def test_a_later_version_is_compared_and_refused_where_something_got_lost(tmp_path, incumbent):
    columns = leaving(400)
    del columns["plan"]
    spec = spec_of("leaving", "left", id_column="customer", time_column="joined")
    options = replace(QUICK, incumbent=incumbent)

    lost = learn(columns, spec, tmp_path, options)
    allowed = learn(columns, spec, tmp_path, replace(options, allow_removed=("plan",)))

    assert lost.is_refused and not allowed.is_refused
    assert verdicts(lost)["no_feature_forgotten"] == "refuse"
    assert verdicts(allowed)["no_feature_forgotten"] == "pass"
    assert allowed.facts["settings"]["allow_removed"] == ["plan"]
    assert [stored.number for stored in ModelStore(tmp_path).versions("leaving")] == [1, 2]


def test_the_cases_beside_a_spec_are_asked_and_an_exception_is_kept_to(tmp_path):
    spec = replace(spec_of("rents", "rent"), path=tmp_path / "rents.toml")
    cases_path(spec).write_text("area,where,at_least\n100,town,500\n100,town,9000\n")
    softer = replace(spec, gates=GateSpec(only_warn={"acceptance_cases": "the second is a joke"}))

    strict, lenient = (learn(rents(), one, tmp_path / "store") for one in (spec, softer))

    assert (strict.is_refused, lenient.is_refused) == (True, False)
    assert verdicts(lenient)["acceptance_cases"] == "warn"
    assert "as the spec says: the second is a joke" in lenient.gates[4].reason
    assert [failed["line"] for failed in strict.facts["acceptance"]["failed"]] == [3]


def test_what_a_package_says_of_the_rows_kept_back_holds_nothing_of_them(tmp_path):
    spec = spec_of("rents", "rent")
    kept_back = learn(rents(), spec, tmp_path).facts["kept_back"]

    assert kept_back["columns"] == {"area": "number", "where": "category"}
    assert {name: kept_back[name] for name in ("by", "key", "seed")} == {"by": "chance", "key": "inputs", "seed": 0}
    assert kept_back["limits"] == {"": pytest.approx(0.2, abs=0.06)}
    assert np.round(kept_back["limits"][""], 3) == kept_back["limits"][""]


def test_copies_of_a_row_never_stand_on_both_sides_of_a_run():
    once = rents(120)
    copied = {name: column * 3 for name, column in once.items()}
    spec = spec_of("rents", "rent")
    inference = infer_schema(table_from_named(copied), spec)

    division = divide_rows(spec, inference, seed=0)
    learned, kept_back = (set(map(tuple, inference.X[rows].tolist())) for rows in (division.train, division.holdout))
    assert len(learned) + len(kept_back) == len(set(zip(once["area"], once["where"], strict=True)))
    assert not learned & kept_back
    assert len(np.bincount(division.groups)) == len(learned)
