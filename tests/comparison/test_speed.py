"""Speed and size as ratios with intervals; never across machines."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.comparison.planted import rows_of
from webapp.comparison.speed import Job, figure_of, fit_times, measured
from webapp.model_package.signing import SigningKey


def on_machine(side, mark):
    return replace(side, metadata={**side.metadata, "machine": {"kind": "some", "mark": mark}})


def test_the_ratio_lies_in_its_interval_and_narrows_with_the_rounds():
    random = np.random.default_rng(0)

    def taken(rounds):
        return figure_of("Loading", "s", 1.0 + 0.1 * random.random(rounds), 2.0 + 0.2 * random.random(rounds))

    few, many = taken(3), taken(30)

    assert few.low < few.ratio < few.high
    assert many.ratio == pytest.approx(2.0, rel=0.05)
    assert many.high - many.low < few.high - few.low


def test_one_round_has_no_interval():
    figure = figure_of("Loading", "s", [1.0], [3.0])

    assert figure.ratio == pytest.approx(3.0)
    assert figure.low is None and figure.high is None


def test_recorded_times_of_one_machine_are_compared_and_say_that_they_are_single_runs(before):
    figure = fit_times(on_machine(before, "one"), on_machine(before, "one"), None)

    assert figure.ratio == pytest.approx(1.0)
    assert "no interval" in figure.note


@pytest.mark.parametrize("mark", ["two", ""])
def test_recorded_times_of_different_machines_are_refused(before, mark):
    figure = fit_times(on_machine(before, "one"), on_machine(before, mark), None)

    assert figure.ratio is None
    assert figure.note.startswith("refused: they were trained on different machines")


def test_with_the_table_both_are_trained_again_here_whatever_the_machine(before, table):
    figure = fit_times(on_machine(before, "one"), on_machine(before, "two"), rows_of(table).take(np.arange(300)))

    assert figure.before > 0 and figure.after > 0
    assert figure.low <= figure.ratio <= figure.high


def test_what_is_measured_of_a_package(trainer, before, table):
    files = trainer.store.files("customers", before.version)
    rows = rows_of(table).take(np.arange(50))
    job = Job(files, trainer.keys, (), rows.columns)

    found = measured(Job.from_json(job.to_json()))

    assert json.loads(job.to_json())["decimal"] == "."
    assert 0 < found["p50"] <= found["p95"] <= found["p99"]
    assert found["load"] > 0 and found["rows_per_s"] > 1000 and found["memory"] >= 0


def test_a_stranger_s_package_is_not_even_measured(trainer, before, table):
    files = trainer.store.files("customers", before.version)
    job = Job(files, [SigningKey.generate().public], (), rows_of(table).columns)

    with pytest.raises(Exception, match="not signed by a key"):
        measured(job)
