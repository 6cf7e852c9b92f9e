"""A recorded case as it would be with other answers: the same words, another prediction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from webapp.prediction.values import Prediction
from webapp.result_page.case import Case, stored_values
from webapp.result_page.chance import Chance
from webapp.result_page.estimate import has_range, value_step
from webapp.result_page.ranking import DEFAULT_BAND
from webapp.schema import DATES, Feature, Value, to_json_value
from webapp.wording.amounts import amount_text, range_text
from webapp.wording.chances import band, hundred_text, in_hundred_text, percent_text


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """An answer in a few words: 'figure' is '74%', '€1,240' or 'Pear'; `brief` is '74 in 100' or what `figure` is."""

    figure: str
    brief: str
    said: str
    verdict: str


def supposed(case: Case, prediction: Prediction, values: Sequence[Value]) -> Case:
    """The case with that prediction in place of the recorded one; without reasons."""
    interval = prediction.interval
    columns = {
        "row": {
            feature.name: to_json_value(value) for feature, value in zip(case.schema.features, values, strict=True)
        },
        "answer": prediction.answer,
        "probability": prediction.probability,
        "probabilities": prediction.probabilities,
        "value": prediction.value,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "coverage": interval.coverage if interval else None,
        "reasons": (),
        "warnings": [{"code": flag.code, "feature": flag.feature, "text": flag.text} for flag in prediction.warnings],
        "light": prediction.light,
    }
    return Case({**case.record, **columns}, case.told)


def typed_values(case: Case) -> list[Value]:
    """The recorded row as typed values in schema order."""
    return [typed(feature, value) for feature, value in zip(case.schema.features, stored_values(case), strict=True)]


def typed(feature: Feature, value: float | str | None) -> Value:
    """The opposite of `to_json_value`."""
    if isinstance(value, str) and feature.kind in DATES:
        return np.datetime64(value, "D" if feature.kind == "date" else "s")
    return value


def chance_of(case: Case) -> Chance:
    """Of a case with two classes."""
    return Chance(case, case["probability"], case.outcome(case.target.positive), case.outcome(case.other_class))


def short_answer(case: Case, step: float = 0.0) -> ShortAnswer:
    """A number is rounded to `step`, or to what its own range supports."""
    if case.target.task == "number":
        return _estimate(case, step or value_step(case))
    return _chance(case) if case.target.task == "binary" else _ranked(case)


def chance_text(case: Case, name: str = "") -> str:
    """'74 in 100', of the answer or of the class of that name; a range where a figure could not be defended."""
    chance = case["probabilities"][name] if name else case["probability"]
    if case.is_calibrated:
        return in_hundred_text(chance)
    return band(chance, case.quality.get("band_points") or DEFAULT_BAND).text


def _chance(case: Case) -> ShortAnswer:
    chance = chance_of(case)
    doing = f"{case.many} {chance.yes.doing}"
    if chance.band:
        return ShortAnswer(chance.band.short_text, chance.band.text, f"of 100 {doing}", _verdict(chance))
    said = f"{hundred_text(chance.probability)} {doing}"
    return ShortAnswer(percent_text(chance.probability), chance.text, said, _verdict(chance))


def _verdict(chance: Chance) -> str:
    if chance.threshold is None:
        return f"{chance.expected.label} is more probable" if not chance.is_even else "Close call"
    verdict = "flagged" if chance.is_flagged else "not flagged"
    return f"Close call, {verdict}" if chance.is_close else verdict.capitalize()


def _ranked(case: Case) -> ShortAnswer:
    answered = case.outcome(case["answer"])
    text = chance_text(case)
    return ShortAnswer(answered.label, text, f"{text} {case.many} like this one", "")


def _estimate(case: Case, step: float) -> ShortAnswer:
    figure = amount_text(case["value"], case.measure, step)
    usually = f"usually {range_text(case['low'], case['high'], case.measure)}" if has_range(case) else ""
    return ShortAnswer(figure, figure, usually, "")
