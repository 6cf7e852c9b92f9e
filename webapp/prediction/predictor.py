"""From typed rows to predictions: the one path behind the form, the interface for programs and files of cases."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from webapp.model_package.format import ModelPackage
from webapp.prediction.care import flags_of_case, is_far_out, light, unexceptional
from webapp.prediction.explaining import explained
from webapp.prediction.known import flags_of_rows, texts_of_rows
from webapp.prediction.points import Points, largest_first, positive_place
from webapp.prediction.terms import Terms
from webapp.prediction.values import CareFlag, Interval, Prediction, Reason
from webapp.reference_profile import Unusualness
from webapp.schema import Schema, Value

RARE_DOUBT = 0.25  # of the cases: where more leave open what the answer is, that is no warning
EXCEPTIONAL_DOUBT = 0.04  # of the cases: where no more do, one that does is not to be relied on


class Predictor:
    """A loaded version, ready to answer. Holds nothing that changes, so threads may share it."""

    def __init__(self, schema: Schema, pipeline: Pipeline, unusualness: Unusualness | None, version: str):
        self.schema = schema
        self.pipeline = pipeline
        self.version = version
        self._preprocessor = pipeline.steps[0][1]
        self._model = pipeline.steps[-1][1]
        self._unusualness = unusualness
        columns = [column[0] for column in self._preprocessor.encoded_]
        self.terms = Terms.of(schema, columns, getattr(self._model, "pairs_", ()))
        self._labels = [(self.terms.name(term), self.terms.label(term)) for term in range(len(self.terms.told))]
        self._in_order = None if self._is_number else _places(schema.target.classes, self._model.classes_)
        self._points = Points(self._model, self._in_order, positive_place(schema.target))

    @classmethod
    def from_package(cls, package: ModelPackage) -> "Predictor":
        distance = package.profile.get("unusualness")
        return cls(
            package.schema, package.pipeline, Unusualness.from_json(distance) if distance else None, package.version
        )

    def example(self) -> list[Value]:
        """A typical case, for the example button and for warming up; no real one."""
        return [feature.typical_value for feature in self.schema.features]

    def warmed(self) -> "Predictor":
        """Itself, after one typical case, so that no visitor waits for what a first call sets up."""
        example = np.empty((1, len(self.schema.features)), dtype=object)
        example[0] = self.example()
        self.predict(example)
        return self

    def predict(self, rows: np.ndarray) -> list[Prediction]:
        """
        Predictions for typed rows (n, d) of object dtype, in their order; without reasons where they cannot be had.

        What is said about a row does not depend on the rows beside it.
        """
        Z = self._preprocessor.transform(rows)
        answers, contributions = explained(self._model, Z, len(self.terms.of_part))
        intervals = self.intervals(Z)
        distances = self._unusualness.distances(Z) if self._unusualness else np.zeros(len(Z))
        said = self._said(answers, self.terms.summed(contributions), intervals)
        columns = rows.T.tolist()
        flags, texts = flags_of_rows(self.schema, columns, len(rows)), texts_of_rows(self.terms, columns)
        of_rows = zip(rows.tolist(), said, distances.tolist(), flags, texts, strict=True)
        return [self._prediction(*of_row) for of_row in of_rows]

    def screen(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Answers (n, K), chances in the order of the schema's classes or one number, and distances (n,)."""
        return self._screened(self._preprocessor.transform(rows))

    def screened(self, columns: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The encoded rows (n, e), answers and distances of rows that are given as Preprocessor.transform_distinct."""
        Z = self._preprocessor.transform_distinct(columns)
        return Z, *self._screened(Z)

    def leading(self, Z: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
        """The terms with the largest reasons of encoded rows (n, at most `most`), -1 where there are none; points."""
        answers, contributions = explained(self._model, Z, len(self.terms.of_part))
        points = self._points.of(self.terms.summed(contributions), self._answered(answers))
        order = largest_first(points)[:, :most]
        is_found = np.isfinite(points).all(axis=1)
        return np.where(is_found[:, None], order, -1), np.take_along_axis(points, order, axis=1)

    def intervals(self, Z: np.ndarray) -> np.ndarray | None:
        """Limits (n, 2) of encoded rows; None where the model has none."""
        return self._model.predict_interval(Z) if hasattr(self._model, "predict_interval") else None

    def held(self, chances: np.ndarray) -> np.ndarray | None:
        """
        Whether each class, in the schema's order as the chances (n, K), may well be the real one.

        None where that was not worked out, or is so often more than one that it is no warning.
        """
        if self._share_in_doubt > RARE_DOUBT or not hasattr(self._model, "sets_of"):
            return None
        own_order = np.empty_like(chances)
        own_order[:, self._in_order] = chances
        return self._model.sets_of(own_order)[:, self._in_order]

    @property
    def is_doubt_exceptional(self) -> bool:
        """Whether an answer in doubt is not to be relied on."""
        return self._share_in_doubt <= EXCEPTIONAL_DOUBT

    def _screened(self, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        answers = (
            self._model.predict(Z)[:, None] if self._is_number else self._model.predict_proba(Z)[:, self._in_order]
        )
        return answers, self._unusualness.distances(Z) if self._unusualness else np.zeros(len(Z))

    @property
    def usual_distance(self) -> float:
        """The distance beyond which a case is flagged as unlike those that were learned from."""
        return self._unusualness.amber if self._unusualness else np.inf

    def _prediction(
        self,
        values: list[Value],
        said: dict[str, Any],
        distance: float,
        of_values: tuple[CareFlag, ...],
        texts: tuple[str, ...],
    ) -> Prediction:
        doubt, points, order = said.pop("doubt", ()), said.pop("points"), said.pop("order")
        flags = of_values + flags_of_case(self.is_beyond(distance, "amber"), doubt)
        is_exceptional = (
            self.is_beyond(distance, "red")
            or (bool(doubt) and self.is_doubt_exceptional)
            or (bool(flags) and is_far_out(self.schema, values))
        )
        return Prediction(
            reasons=self._reasons(texts, points, order),
            warnings=flags,
            light=light(flags, is_exceptional, unexceptional(self.schema, values) if len(flags) > 1 else ()),
            version=self.version,
            **said,
        )

    def _said(self, answers: np.ndarray, contributions: np.ndarray, intervals: Any) -> list[dict[str, Any]]:
        """What is said of each row besides its warnings; `order` of its points is None where they were not found."""
        answered = self._answered(answers)
        said = self._numbers(answers, intervals) if answered is None else self._classes(answers, answered)
        points = self._points.of(contributions, answered)
        found, orders = np.isfinite(points).all(axis=1).tolist(), largest_first(points).tolist()
        for one, of_row, is_found, order in zip(said, points.tolist(), found, orders, strict=True):
            one["points"], one["order"] = of_row, order if is_found else None
        return said

    def _answered(self, answers: np.ndarray) -> list[int] | None:
        """The place of the most probable class in the order of the schema; None for numbers."""
        return None if self._is_number else answers[:, self._in_order].argmax(axis=1).tolist()

    @property
    def _is_number(self) -> bool:
        return self.schema.target.kind == "number"

    def is_beyond(self, distance: Any, limit: str) -> Any:
        """Whether a distance, or each of many, lies beyond the limit "amber" or "red"."""
        return distance > (getattr(self._unusualness, limit) if self._unusualness else np.inf)

    def _numbers(self, values: np.ndarray, intervals: Any) -> list[dict[str, Any]]:
        same = {"answer": "", "label": self.schema.target.label, "probability": None, "probabilities": None}
        reference, coverage = float(self._model.reference_[0]), getattr(self._model, "coverage", None)
        ranges = (
            [None] * len(values) if intervals is None else [Interval(*ends, coverage) for ends in intervals.tolist()]
        )
        return [
            {**same, "value": value, "interval": interval, "reference": reference}
            for value, interval in zip(values.tolist(), ranges, strict=True)
        ]

    def _classes(self, answers: np.ndarray, answered: list[int]) -> list[dict[str, Any]]:
        classes, places, positive = self.schema.target.classes, self._in_order, self._points.positive
        probabilities = answers[:, places]
        rare = self._share_in_doubt <= RARE_DOUBT
        said = []
        for chances, place, possible in zip(
            probabilities.tolist(), answered, self._possible(answers, answered), strict=True
        ):
            shown = place if positive is None else positive
            said.append(
                {
                    "answer": classes[place],
                    "label": self.schema.target.label,
                    "probability": chances[shown],
                    "probabilities": dict(zip(classes, chances, strict=True)),
                    "value": None,
                    "interval": None,
                    "reference": float(self._model.reference_[places[shown]]),
                    "possible": possible,
                    # Where every other case is in doubt, a warning would only tire: the chance itself says it.
                    "doubt": possible[1:] if rare else (),
                }
            )
        return said

    def _possible(self, answers: np.ndarray, answered: list[int]) -> list[tuple[str, ...]]:
        """The answer, then the other classes that the real one may well be, the most probable first."""
        if not hasattr(self._model, "sets_of"):
            return [()] * len(answers)
        classes = self.schema.target.classes
        chances, held = answers[:, self._in_order], self._model.sets_of(answers)[:, self._in_order]
        possible = [(classes[place],) for place in answered]
        for row in (held.sum(axis=1) > 1).nonzero()[0].tolist():
            others = [place for place in held[row].nonzero()[0].tolist() if place != answered[row]]
            by_chance = sorted(others, key=lambda place: -chances[row, place])
            possible[row] += tuple(classes[place] for place in by_chance)
        return possible

    @property
    def _share_in_doubt(self) -> float:
        return getattr(self._model, "several_", 1.0)

    def _reasons(self, texts: Sequence[str], points: list[float], order: list[int] | None) -> tuple[Reason, ...]:
        labels = self._labels
        made = [
            Reason(*labels[term], texts[term], points[term], "down" if points[term] < 0 else "up")
            for term in order or ()
        ]
        return tuple(made)


def _places(classes: Sequence[str], known: Sequence[str]) -> list[int]:
    """Where the model has each class of the schema."""
    place = {str(name): position for position, name in enumerate(known)}
    return [place[name] for name in classes]
