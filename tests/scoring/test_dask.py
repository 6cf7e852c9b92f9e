"""On a real Dask cluster the same is written as here, also when a worker is killed in the middle."""

import pytest

from tests.scoring.cluster import running_cluster
from tests.scoring.files import awkward, csv_file, run_of, scored
from tests.training.known_tables import KEY
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
    run = run_of(model, source, tmp_path / "there.csv")
    shares = []

    def kill_one(share, rows):
        shares.append(share)
        if len(shares) == 15:
            cluster.workers[0].kill()

    run.to_the_end(lambda pieces: score_there(recipe(model, run), pieces, cluster.address), kill_one)

    assert cluster.workers[0].wait() == -9 and cluster.workers[1].poll() is None
    assert len(shares) > 50 and run.tally == here.tally
    assert run.output.read_bytes() == here.text.encode()
    assert run.rejected.read_bytes() == (tmp_path / "here.rejected.csv").read_bytes()


def test_a_worker_verifies_what_it_is_sent(models, source, tmp_path, cluster):
    model = models["leaving"]
    run = run_of(model, source, tmp_path / "out.csv")
    damaged = {name: content.replace(b"leaving", b"Leaving") for name, content in model.files.items()}

    with pytest.raises(PackageUntrusted):
        unsigned = Recipe(damaged, KEY.public.text, (), run.order)
        run.to_the_end(lambda pieces: score_there(unsigned, pieces, cluster.address), lambda share, rows: None)

    assert not run.output.exists()


def test_a_scheduler_that_is_not_there_is_said(models, source, tmp_path, monkeypatch):
    monkeypatch.setattr(dask_cluster, "CONNECT_S", 0.2)
    run = run_of(models["leaving"], source, tmp_path / "out.csv")

    with pytest.raises(ScoringFailed, match=r"There is no Dask scheduler at tcp://127\.0\.0\.1:9"):
        run.to_the_end(
            lambda pieces: score_there(recipe(models["leaving"], run), pieces, "tcp://127.0.0.1:9"), lambda *_: None
        )
