"""The page of a what-if: the recorded answers, the changed ones beside them, and what the model says to both."""

from dataclasses import dataclass

from flask import Response, make_response, render_template, url_for

from webapp.evidence.curves import Drawn, curve_figures
from webapp.evidence.parts import Figure
from webapp.forms.fields import FeatureField
from webapp.forms.prediction import PredictionForm
from webapp.prediction.alternatives import as_row
from webapp.prediction.curves import curves
from webapp.prediction.values import Prediction
from webapp.records.predictions import PredictionRecord
from webapp.result_page.versus import Versus, is_same, unchanged, versus
from webapp.schema import NUMBERS, Value
from webapp.views.ask_page import Notice
from webapp.views.champion import tabs, title_of
from webapp.views.original import Original
from webapp.views.services import services
from webapp.views.since import fate
from webapp.wording.quoting import shown

AGAIN = "press the button again"
SESSION_REFRESHED = {
    "title": "Please check your changes",
    "text": f"Your session was refreshed. Check your changes and {AGAIN}.",
}
NOT_SAVED = {
    "title": "Your answer was not saved",
    "text": f"We could not save it, so there is no new answer. Your changes are kept. Wait a few seconds and {AGAIN}.",
}
PAUSED = {
    "title": "Nothing can be saved at the moment",
    "text": "No version of this model is in use, so there is no new answer. Your changes are kept below.",
}
TOO_MANY = {
    "title": "That was a lot in one minute",
    "text": f"One person may try out 120 changes a minute. Your changes are kept. Wait a minute and {AGAIN}.",
}
TOO_MANY_SAVED = {
    "title": "That was a lot in one minute",
    "text": "One person may ask 60 times a minute. Nothing was saved, and your changes are kept. "
    f"Wait a minute and {AGAIN}.",
}
NO_ANSWER = "What is tried out here only explains the answer of then: the model answers nothing at the moment."
ONLY_SAVING = (
    "The version that gave this answer cannot be loaded here any more, so changes cannot be worked out with it. "
    "You can still change the answers and save them as a new answer of the version in use."
)


@dataclass(frozen=True, slots=True)
class Tried:
    """The form of a what-if. `values` are None where nothing is to be worked out; `changed` are positions."""

    original: Original
    form: PredictionForm
    values: list[Value] | None
    changed: frozenset[int]

    @classmethod
    def as_recorded(cls, original: Original, form: PredictionForm) -> "Tried":
        return cls(original, form, original.values, frozenset())

    @classmethod
    def of(cls, original: Original, form: PredictionForm) -> "Tried":
        """A form that was sent; what is wrong in it is said."""
        is_valid = form.validate()
        fields = zip(original.values, form.questions, strict=True)
        changed = frozenset(
            position
            for position, (value, field) in enumerate(fields)
            if field.problem or not is_same(value, field.data)
        )
        return cls(original, form, form.values() if is_valid else None, changed)

    @classmethod
    def without_answer(cls, original: Original, form: PredictionForm | None = None) -> "Tried":
        kept = cls.as_recorded(original, original.form()) if form is None else cls.of(original, form)
        return cls(original, kept.form, None, kept.changed)

    @property
    def prediction(self) -> Prediction | None:
        if self.values is None or self.original.predictor is None:
            return None
        [prediction] = self.original.predictor.predict(as_row(self.values))
        return prediction


@dataclass(frozen=True, slots=True)
class AlterRow:
    """One question with its recorded answer beside the control."""

    field: FeatureField
    original: str
    is_missing: bool
    is_changed: bool


def what_if_page(
    tried: Tried, *, status: int = 200, notice: Notice | None = None, retry_after_s: int | None = None
) -> Response:
    original, prediction = tried.original, tried.prediction
    record = original.record
    own = url_for("what_if.show", prediction_id=record.id)
    offered, others = _rows(tried)
    page = render_template(
        "pages/what_if/show.html",
        versus=_versus(tried, prediction),
        form=tried.form,
        offered=offered,
        others=others,
        others_open=not offered or any(row.is_changed or row.field.errors for row in others),
        figures=_figures(tried, prediction),
        is_away=original.predictor is None,
        away=ONLY_SAVING if original.predictor is None else "",
        problem=original.problem,
        works_it_out=_works_it_out(original),
        notice=notice,
        fate=_fate(record),
        form_url=own,
        result_url=url_for("results.show", prediction_id=record.id),
        reference=record.reference,
        model_title=title_of(record.model, original.words),
        tabs=tabs(record.model),
    )
    response = make_response(page, status)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _fate(record: PredictionRecord) -> str:
    """Why the model is out of use, so that nothing here is taken for an answer of today; "" where it is not."""
    if record.model not in services().follower.picture.paused:
        return ""
    return " ".join((*fate(record), NO_ANSWER))


def _versus(tried: Tried, prediction: Prediction | None) -> Versus:
    case = tried.original.case
    return unchanged(case) if prediction is None else versus(case, prediction, tried.values)


def _rows(tried: Tried) -> tuple[list[AlterRow], list[AlterRow]]:
    """Those that can be changed in life, and all others."""
    offered, others = [], []
    for position, (field, value) in enumerate(zip(tried.form.questions, tried.original.values, strict=True)):
        row = AlterRow(field, shown(field.feature.value_text(value)), value is None, position in tried.changed)
        (offered if field.feature.actionable else others).append(row)
    return offered, others


def _figures(tried: Tried, prediction: Prediction | None) -> list[Figure]:
    """How the changed answer depends on each number; none where its chances may only be said as ranges."""
    case, predictor = tried.original.case, tried.original.predictor
    if prediction is None or not (case.target.task == "number" or case.is_calibrated):
        return []
    features = case.schema.features
    row = [
        feature.as_number(value) if feature.kind in NUMBERS and value is not None else None
        for feature, value in zip(features, tried.values, strict=True)
    ]
    if case.target.task == "number":
        drawn, column = Drawn(case.target_label, prediction.value, case.measure), 0
    else:
        name = case.target.positive if case.target.task == "binary" else prediction.answer
        column = case.target.classes.index(name)
        chance = f"The chance of {case.outcome(name).chance_of}"
        rule = case.threshold if case.target.task == "binary" else None
        drawn = Drawn(chance, prediction.probabilities[name], rule=rule)
    return curve_figures(curves(predictor, tried.values, column), features, row, drawn)


def _works_it_out(original: Original) -> str:
    """Which version says what, where that is not one and the same."""
    champion = services().follower.champions.get(original.record.model)
    name = original.version_name.capitalize()
    if champion is None:
        return (
            f"{name}, which gave this answer, works the changes out. The model is not in use, so nothing can be saved."
        )
    if champion.manifest_sha == original.record.manifest_sha:
        return f"{name}, which gave this answer and is in use, works the changes out and answers what you save."
    number = champion.words.get("number")
    present = f"version {number}" if number else f"version {champion.version}"
    return (
        f"{name}, which gave this answer, works the changes out. What you save is answered by {present}, "
        "which is in use now and may say something else."
    )
