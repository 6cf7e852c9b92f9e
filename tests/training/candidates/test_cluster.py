"""Cross-validation on a real Dask cluster: the same answers as here."""

import time
from functools import partial

import pytest

from tests.scoring.cluster import running_cluster
from tests.training.known_tables import KEY, csv_text, leaving
from webapp.errors import WorkLost
from webapp.model_store import ModelStore
from webapp.training.candidates.cluster import connected, run_there
from webapp.training.run import Options, train
from webapp.training.sources.table_source import table_from_bytes
from webapp.training.spec.file import DataSpec, Spec

SPEC = Spec("leaving", data=DataSpec("leaving.csv", target="left"))


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    with running_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster.address


def test_a_version_learned_on_a_cluster_is_the_one_learned_here(scheduler, tmp_path):
    table = table_from_bytes(csv_text(leaving()).encode(), "leaving", "leaving.csv")
    here, there = (
        train(table, SPEC, ModelStore(tmp_path / f"s{len(address)}"), KEY, Options(budget_s=0, scheduler=address))
        for address in ("", scheduler)
    )

    assert there.facts["evaluation"] == here.facts["evaluation"]
    assert there.choice_reason == here.choice_reason
    losses = [[one.get("loss") for one in outcome.facts["candidates"]] for outcome in (here, there)]
    assert losses[0] == losses[1]


def test_what_is_not_done_at_the_deadline_is_left_out_and_what_fails_is_raised(scheduler):
    told = []
    with connected(scheduler) as client:
        assert run_there(client, [partial(pow, 2, 5), partial(pow, 3, 2)], float("inf"), told.append) == [32, 9]
        assert told == [1, 2]
        late = run_there(client, [partial(time.sleep, 2.0)], time.monotonic() + 0.2, told.append)
        assert late == [None]
        with pytest.raises(ZeroDivisionError):
            run_there(client, [partial(divmod, 1, 0)], float("inf"), told.append)


def test_a_cluster_that_is_not_there_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr("webapp.training.candidates.cluster.CONNECT_S", 0.5)

    with (
        pytest.raises(WorkLost, match="There is no Dask scheduler at tcp://127.0.0.1:9"),
        connected("tcp://127.0.0.1:9"),
    ):
        pass
