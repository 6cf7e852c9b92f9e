"""On a real Dask cluster the same is written as here, also when a worker is killed in the middle."""

import pytest

from tests.scoring.cluster import running_cluster
from tests.scoring.files import awkward, csv_file, read, run_of, scored
from tests.training.known_tables import KEY
from webapp.commands.line import run
from webapp.errors import PackageUntrusted, ScoringFailed
from webapp.scoring import dask_cluster, text_pieces
from webapp.scoring.dask_cluster import Recipe, score_there


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with running_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def source(models, tmp_path, monkeypatch):
    """A file that is cut into some sixty pieces."""
    monkeypatch.setattr(text_pieces, "PIECE", 1500)
    return csv_file(tmp_path / "in.csv", list(models["leaving"].table), awkward(models["leaving"], 2_000))


def recipe(model, run, key=KEY) -> Recipe:
    return Recipe(model.files, key.public.text, (), run.order)


def test_a_worker_killed_in_the_middle_is_not_noticed_in_the_results(models, source, tmp_path, cluster):
    model = models["leaving"]
    here = scored(model, source, tmp_path / "here.csv")
    there = run_of(model, source, tmp_path / "there.csv")
    shares = []

    def kill_one(share, rows):
        shares.append(share)
        if len(shares) == 15:
            cluster.workers[0].kill()

    there.to_the_end(lambda pieces: score_there(recipe(model, there), pieces, cluster.address), kill_one)

    assert cluster.workers[0].wait() == -9 and cluster.workers[1].poll() is None
    assert len(shares) > 50 and there.tally == here.tally
    assert there.output.read_bytes() == here.text.encode()
    assert there.rejected.read_bytes() == (tmp_path / "here.rejected.csv").read_bytes()


def test_a_worker_verifies_what_it_is_sent(models, source, tmp_path, cluster):
    model = models["leaving"]
    there = run_of(model, source, tmp_path / "out.csv")
    damaged = {name: content.replace(b"leaving", b"Leaving") for name, content in model.files.items()}

    with pytest.raises(PackageUntrusted):
        unsigned = Recipe(damaged, KEY.public.text, (), there.order)
        there.to_the_end(lambda pieces: score_there(unsigned, pieces, cluster.address), lambda share, rows: None)

    assert not there.output.exists()


def test_the_command_gives_its_work_to_the_scheduler_that_is_set(
    models, source, tmp_path, cluster, monkeypatch, capsys
):
    model = models["leaving"]
    settings = {
        "MODEL_STORE": str(model.store),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'unused.db'}",
        "FORMCAST_TRUSTED_KEYS": KEY.public.text,
        "DASK_SCHEDULER_ADDRESS": cluster.address,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    code = run(["score", "leaving", str(source), str(tmp_path / "out.csv"), "--version", "1"])

    out = capsys.readouterr().out
    assert code == 3 and " rows scored by version 1 of leaving" in out
    assert "there is no database to ask" in out
    here = scored(model, source, tmp_path / "here.csv")
    assert [told["chance"] for told in read(tmp_path / "out.csv")] == [told["chance"] for told in here.results]


def test_a_scheduler_that_is_not_there_is_said(models, source, tmp_path, monkeypatch):
    monkeypatch.setattr(dask_cluster, "CONNECT_S", 0.2)
    there = run_of(models["leaving"], source, tmp_path / "out.csv")

    with pytest.raises(ScoringFailed, match=r"There is no Dask scheduler at tcp://127\.0\.0\.1:9"):
        there.to_the_end(
            lambda pieces: score_there(recipe(models["leaving"], there), pieces, "tcp://127.0.0.1:9"), lambda *_: None
        )
