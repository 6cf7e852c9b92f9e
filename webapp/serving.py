"""
Which version answers now: every process follows the decisions in the database.

A model is read, verified and warmed in the background; a request only ever sees a finished picture of the whole,
and keeps the one it began with.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from webapp.clock import now
from webapp.errors import MALFORMED, ModelStoreError, PackageCorrupt, RecordsUnavailable
from webapp.model_package.signing import PublicKey
from webapp.model_store import ModelStore, StoredVersion
from webapp.prediction.predictor import Predictor
from webapp.records.database import Database
from webapp.records.decisions import champions, latest_decision_id
from webapp.records.standing import DecisionRow, Standing
from webapp.schema import Schema

POLL_S = 2.0
STORE_POLL_S = 10.0  # where each look at the store is a request over a network
RETRY_S = 30.0  # a package or a store that could not be read is tried again this often

logger = logging.getLogger("formcast.serving")


@dataclass(frozen=True, slots=True)
class Champion:
    """The version that answers for one model; `words` hold its schema as a Schema."""

    model: str
    predictor: Predictor
    decision_id: int
    words: Mapping[str, Any]
    manifest_sha: str
    gates: tuple[Mapping[str, str], ...]
    loaded_at: datetime

    @property
    def version(self) -> str:
        return self.predictor.version


@dataclass(frozen=True, slots=True)
class Paused:
    """A model that does not answer: retired, never promoted, or not readable."""

    model: str
    words: Mapping[str, Any]
    number: int = 0
    refused: tuple[Mapping[str, str], ...] = ()
    standing: Standing | None = None
    problem: str = ""

    @property
    def is_retired(self) -> bool:
        return self.standing is not None and self.standing.is_retired

    @property
    def is_stopped(self) -> bool:
        return self.standing is not None and self.standing.is_stopped


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is known at one moment; replaced as a whole."""

    champions: Mapping[str, Champion] = field(default_factory=dict)
    paused: Mapping[str, Paused] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    decision_id: int | None = None  # None: the database was never reached
    seen: Mapping[str, tuple[StoredVersion, ...]] = field(default_factory=dict)
    retry_at: float = 0.0


class Follower:
    """Holds the present picture and, once started, keeps it up to date."""

    def __init__(
        self,
        database: Database,
        store: ModelStore,
        read_keys: Callable[[], Sequence[PublicKey]],
        trusted_modules: Collection[str] = (),
    ):
        self._database = database
        self._store = store
        self._read_keys = read_keys
        self._modules = trusted_modules
        self._turn = threading.Lock()
        self._stopping, self._waking = threading.Event(), threading.Event()
        self.picture = Picture()
        self.refreshed_at: float | None = None  # monotonic; None: never
        self._store_at = 0.0  # monotonic: when the store is to be looked at again

    @property
    def trusted_keys(self) -> Sequence[PublicKey]:
        return self._read_keys()

    @property
    def champions(self) -> Mapping[str, Champion]:
        return self.picture.champions

    @property
    def problems(self) -> Mapping[str, str]:
        """Model -> why its present champion cannot be loaded."""
        return self.picture.problems

    def start(self) -> threading.Thread:
        """Follow in the background from now on; to be called in the process that serves, after any fork."""
        self._turn, self._waking = threading.Lock(), threading.Event()  # a thread of the parent may hold its lock
        self._look_whatever_happens()  # nobody is answered before: what the parent saw may be long past
        thread = threading.Thread(target=self._follow, name="follower", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        self._stopping.set()
        self._waking.set()

    def look_soon(self) -> None:
        """Something was decided just now: let the thread look without waiting for its next turn."""
        self._waking.set()

    def refresh(self) -> None:
        """Look once. Whatever is away leaves the picture as it was."""
        with self._turn:
            try:
                self._look()
            except RecordsUnavailable as problem:
                logger.warning("The decisions cannot be read, so the present champions stay: %s", problem)

    def _follow(self) -> None:
        while not self._stopping.is_set():
            self._look_whatever_happens()
            self._waking.wait(POLL_S)
            self._waking.clear()

    def _look_whatever_happens(self) -> None:
        try:
            self.refresh()
        except Exception:  # a thread that ended would leave this process behind for ever, in silence
            logger.exception("Following the decisions failed; trying again")

    def _look(self) -> None:
        old = self.picture
        seen = self._seen(old)
        with self._database.reading() as connection:
            decision_id = latest_decision_id(connection)
            self.refreshed_at = time.monotonic()
            is_retry = bool(old.problems) and time.monotonic() >= old.retry_at
            if (decision_id, seen) == (old.decision_id, old.seen) and not is_retry:
                return
            standings = champions(connection)
        self.picture = self._picture(standings, decision_id, seen)

    def _seen(self, old: Picture) -> Mapping[str, tuple[StoredVersion, ...]]:
        """The versions in the store; those of before while it is away, so that decisions are followed all the same."""
        if time.monotonic() < self._store_at:
            return old.seen
        try:
            seen = {model: tuple(versions) for model, versions in self._store.all_versions().items()}
        except ModelStoreError as problem:
            logger.warning("The model store cannot be read, so what was seen there stays: %s", problem)
            self._store_at = time.monotonic() + RETRY_S
            return old.seen
        self._store_at = time.monotonic() + (STORE_POLL_S if self._store.is_elsewhere else 0.0)
        return seen

    def _picture(
        self, standings: Mapping[str, Standing], decision_id: int, seen: Mapping[str, tuple[StoredVersion, ...]]
    ) -> Picture:
        serving: dict[str, Champion] = {}
        problems: dict[str, str] = {}
        for model, standing in standings.items():
            if not standing.answers:
                continue
            try:
                serving[model] = self._champion(standing)
            except (ModelStoreError, *MALFORMED) as problem:
                problems[model] = _sentence(model, problem)
                trace = None if isinstance(problem, ModelStoreError) else problem
                logger.error("The champion of %s cannot be loaded: %s", model, problems[model], exc_info=trace)
                if model in self.champions:
                    serving[model] = self.champions[model]
        absent = sorted((set(standings) | set(seen)) - set(serving))
        paused = {
            model: self._paused(model, standings.get(model), seen.get(model, ()), problems.get(model, ""))
            for model in absent
        }
        frozen = map(MappingProxyType, (serving, paused, problems))
        return Picture(*frozen, decision_id=decision_id, seen=seen, retry_at=time.monotonic() + RETRY_S)

    def champion_by(self, decision: DecisionRow) -> Champion:
        """The version of an earlier decision with its words, for work that began under it. Raises ModelStoreError."""
        return _champion_of(decision, self._loaded(decision), decision.id, decision.gate_report)

    def _champion(self, standing: Standing) -> Champion:
        present = self.champions.get(standing.model)
        if present is not None and present.decision_id == standing.decision_id:
            return present
        if present is not None and present.manifest_sha == standing.manifest_sha:
            predictor = present.predictor  # the same version with other words
        else:
            predictor = self._loaded(standing)
        return _champion_of(standing, predictor, standing.decision_id, standing.last.gate_report)

    def _loaded(self, standing: Standing | DecisionRow) -> Predictor:
        """The version that was decided on, which has answered one typical case."""
        package = self._store.load(standing.model, standing.version, self.trusted_keys, self._modules)
        if package.manifest_sha != standing.manifest_sha:
            raise PackageCorrupt(f"Version {standing.version} of {standing.model} is not the one that was decided on")
        try:
            return Predictor.from_package(package).warmed()
        except Exception as error:  # whatever is wrong with one model must not keep the others from being followed
            raise PackageCorrupt(f"Version {standing.version} of {standing.model} fails on a typical case") from error

    def _paused(self, model: str, standing: Standing | None, versions: Sequence[StoredVersion], problem: str) -> Paused:
        if standing is not None:
            return Paused(model, standing.words, standing.words.get("number") or 0, (), standing, problem)
        newest = versions[-1]
        try:
            facts = self._store.facts(model, newest.version, self.trusted_keys)
            refused = tuple(gate for gate in facts.get("gates", ()) if gate.get("verdict") == "refuse")
            words = {**facts.get("words", {}), "schema": Schema.from_json(facts["schema"])}
        except (ModelStoreError, *MALFORMED) as error:
            return Paused(model, {}, newest.number, problem=_sentence(model, error))
        return Paused(model, words, newest.number, refused)


def _sentence(model: str, problem: Exception) -> str:
    if isinstance(problem, ModelStoreError):
        return str(problem)
    return f"What is written down about {model} cannot be understood. A newer release of Formcast may have written it."


def _champion_of(chosen: Standing | DecisionRow, predictor: Predictor, decision_id: int, gates: Any) -> Champion:
    words = MappingProxyType({**chosen.words, "schema": Schema.from_json(chosen.words["schema"])})
    return Champion(chosen.model, predictor, decision_id, words, chosen.manifest_sha, tuple(gates or ()), now())
