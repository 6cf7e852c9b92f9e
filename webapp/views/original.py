"""An answer of the past with the version that gave it, also after another one took its place."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from webapp.errors import ModelStoreError, PackageCorrupt
from webapp.forms.prediction import PredictionForm
from webapp.model_package.signing import PublicKey
from webapp.model_store import ModelStore
from webapp.prediction.alternatives import Alternatives, alternatives
from webapp.prediction.predictor import Predictor
from webapp.records.predictions import PredictionRecord
from webapp.result_page.case import Case, read_case
from webapp.result_page.supposed import typed_values
from webapp.schema import DATES, Feature, Value
from webapp.views.asking import form_class
from webapp.views.champion import words_of
from webapp.views.results import record_or_stop
from webapp.views.services import services

VERSIONS_KEPT = 3  # that do not answer any more, in memory in each process

_turn = threading.Lock()  # two threads that open the same version would take twice its memory


@dataclass(frozen=True, slots=True)
class Original:
    """A recorded answer; `predictor` is None, and `problem` says why, where its version cannot be loaded."""

    record: PredictionRecord
    words: Mapping[str, Any]
    case: Case
    predictor: Predictor | None
    problem: str

    @property
    def values(self) -> list[Value]:
        """What was asked about, typed, in schema order."""
        return typed_values(self.case)

    @property
    def version_name(self) -> str:
        number = self.words.get("number")
        return f"version {number}" if number else f"version {self.record.version}"

    def suggestions(self) -> Alternatives:
        """What would change the answer, by the rule that it was given under."""
        wanted = self.words.get("wanted") or ""
        return alternatives(self.predictor, self.values, wanted, self.case.threshold)

    def form(self) -> PredictionForm:
        """The questions of that version with the answers as they were typed."""
        record = self.record
        form = self.form_class(formdata=None)
        form.version.data = record.version
        form.fill(record.answers, record.business_key)
        for field, value in zip(form.questions, self.values, strict=True):
            if field.is_untouched:
                field.take(typed_answer(field.feature, value))
        return form

    @property
    def form_class(self) -> type[PredictionForm]:
        return form_class(self.record.model, self.record.version, self.case.schema)


def original_or_stop(prediction_id: str) -> Original:
    """The answer with its version, or 404 as for one that never was."""
    record = record_or_stop(prediction_id)
    words = words_of(record)
    try:
        predictor, problem = _predictor_of(record), ""
    except ModelStoreError as away:
        predictor, problem = None, str(away)
    return Original(record, words, read_case(record, words), predictor, problem)


def typed_answer(feature: Feature, value: Value) -> str | list[str]:
    """What a person would type to give that answer."""
    texts = feature.to_answers(value)
    return list(texts) if feature.kind in DATES else texts[0]


def _predictor_of(record: PredictionRecord) -> Predictor:
    """Raises ModelStoreError, in words, for a version that is gone or cannot be loaded here any more."""
    parts = services()
    champion = parts.follower.champions.get(record.model)
    if champion is not None and champion.manifest_sha == record.manifest_sha:
        return champion.predictor
    keys, modules = tuple(parts.follower.trusted_keys), tuple(parts.config.trusted_modules)
    with _turn:
        return _opened(parts.store, (record.model, record.version), record.manifest_sha, keys, modules)


@lru_cache(maxsize=VERSIONS_KEPT)
def _opened(
    store: ModelStore,
    named: tuple[str, str],
    manifest_sha: str,
    trusted_keys: tuple[PublicKey, ...],
    trusted_modules: tuple[str, ...],
) -> Predictor:
    package = store.load(*named, trusted_keys, trusted_modules)
    if package.manifest_sha != manifest_sha:
        raise PackageCorrupt(f"Version {named[1]} of {named[0]} is not the one that gave this answer")
    return Predictor.from_package(package)
