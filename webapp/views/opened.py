"""Versions that do not answer, opened to be looked into; a few stay in memory."""

import threading
from dataclasses import dataclass
from functools import lru_cache

from webapp.model_package.format import ModelPackage
from webapp.model_package.signing import PublicKey
from webapp.model_store import ModelStore
from webapp.prediction.predictor import Predictor
from webapp.views.services import services

VERSIONS_KEPT = 3  # in each process

_turn = threading.Lock()  # two threads that open the same version would take twice its memory


@dataclass(frozen=True, slots=True)
class Opened:
    package: ModelPackage
    predictor: Predictor


def opened(model: str, version: str) -> Opened:
    """Raises ModelStoreError, in words, for a version that is gone or cannot be loaded here."""
    parts = services()
    keys, modules = tuple(parts.follower.trusted_keys), tuple(parts.config.trusted_modules)
    with _turn:
        return _opened(parts.store, model, version, keys, modules)


@lru_cache(maxsize=VERSIONS_KEPT)
def _opened(
    store: ModelStore,
    model: str,
    version: str,
    trusted_keys: tuple[PublicKey, ...],
    trusted_modules: tuple[str, ...],
) -> Opened:
    package = store.load(model, version, trusted_keys, trusted_modules)
    return Opened(package, Predictor.from_package(package))
