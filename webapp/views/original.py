"""An answer of the past with the version that gave it, also after another one took its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.errors import ModelStoreError, PackageCorrupt
from webapp.forms.prediction import PredictionForm
from webapp.prediction.alternatives import Alternatives, alternatives
from webapp.prediction.predictor import Predictor
from webapp.records.predictions import PredictionRecord
from webapp.result_page.case import Case, read_case
from webapp.result_page.supposed import typed_values
from webapp.schema import DATES, Feature, Value
from webapp.views.asking import form_class
from webapp.views.champion import words_of
from webapp.views.opened import opened
from webapp.views.results import record_or_stop
from webapp.views.services import services


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
    champion = services().follower.champions.get(record.model)
    if champion is not None and champion.manifest_sha == record.manifest_sha:
        return champion.predictor
    found = opened(record.model, record.version)
    if found.package.manifest_sha != record.manifest_sha:
        raise PackageCorrupt(f"Version {record.version} of {record.model} is not the one that gave this answer")
    return found.predictor
