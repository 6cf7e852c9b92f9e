"""Pieces scored on a Dask cluster: every worker verifies and opens the package once, and does what is done here."""

from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from webapp.errors import FormcastError, ScoringFailed
from webapp.estimators.threads import one_thread
from webapp.model_package.format import MANIFEST
from webapp.model_package.loader import open_package
from webapp.model_package.signing import parse_trusted_keys
from webapp.parsing.own_kinds import load_trusted
from webapp.prediction.predictor import Predictor
from webapp.scoring.local_workers import through
from webapp.scoring.piece import Piece, Scored
from webapp.scoring.scorer import Order, Scorer
from webapp.training.sources.extras import first_line

INSTALLING = "pip install -r requirements-scale.txt"
CONNECT_S, WORKERS_S = 10, 30
AHEAD = 2  # pieces for each thread of the cluster, so that none waits for the network
TRIES = 3  # of a piece, beside those that the scheduler makes when a worker is lost
ANOTHER = "The same command goes on from what is done"


@dataclass(frozen=True)
class Recipe:
    """The files of a package, who may have signed it, and what is wanted: all that a worker needs."""

    files: Mapping[str, bytes] = field(repr=False)
    trusted_keys: str
    trusted_modules: tuple[str, ...]
    order: Order

    def __hash__(self) -> int:
        return hash((sha256(self.files[MANIFEST]).hexdigest(), self.order))


@lru_cache(maxsize=2)
def scorer_of(recipe: Recipe) -> Scorer:
    """Verified and opened on first use, and kept by the process. Raises ModelStoreError."""
    load_trusted(recipe.trusted_modules)
    package = open_package(recipe.files, parse_trusted_keys(recipe.trusted_keys), recipe.trusted_modules)
    return Scorer(Predictor.from_package(package), recipe.order)


def score_there(recipe: Recipe, pieces: Iterator[Piece], address: str) -> Iterator[tuple[Piece, Scored]]:
    """Every piece with what became of it, as they are finished. Raises ScoringFailed."""
    with _connected(address) as client, _telling(address):
        threads = sum(worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values())
        # A task of its own: a worker that is lost takes no recipe with it, and each of the others is sent it once.
        sent = client.submit(_itself, recipe, pure=False)
        executor = client.get_executor(pure=False, retries=TRIES)
        yield from through(lambda piece: executor.submit(_score, sent, piece), pieces, AHEAD * max(threads, 1))


def _itself(recipe: Recipe) -> Recipe:
    return recipe


def _score(recipe: Recipe, piece: Piece) -> Scored:
    """On a worker."""
    with one_thread():
        return scorer_of(recipe)(piece)


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        import distributed  # noqa: PLC0415 - an extra
    except ImportError as problem:
        raise ScoringFailed(
            f"A Dask cluster needs the package distributed, which is not installed: {INSTALLING}"
        ) from problem
    try:
        client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as problem:
        raise ScoringFailed(f"There is no Dask scheduler at {address}: {first_line(problem)}") from problem
    try:
        _wait_for_workers(client, address)
        yield client
    finally:
        client.close(timeout=CONNECT_S)


def _wait_for_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError as problem:
        raise ScoringFailed(
            f"The Dask scheduler at {address} has no workers. Start one: dask worker {address}"
        ) from problem


@contextmanager
def _telling(address: str) -> Iterator[None]:
    """What goes wrong on a cluster, in words."""
    try:
        yield
    except FormcastError:
        raise
    except ImportError as problem:
        raise ScoringFailed(
            f"The workers at {address} have no Formcast, or another one: {first_line(problem)}. Start them in its "
            "folder, with PYTHONPATH=. and the same packages"
        ) from problem
    except CancelledError as problem:
        raise ScoringFailed(f"The Dask scheduler at {address} is gone, or has dropped the work. {ANOTHER}") from problem
    except Exception as problem:  # a task raises whatever it raises, the cluster whatever happens to it
        raise ScoringFailed(f"The Dask cluster at {address} gave up: {first_line(problem)}. {ANOTHER}") from problem
