"""From typed rows to predictions: the one path behind the form, the interface for programs and files of cases."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from webapp.model_package.format import ModelPackage
from webapp.prediction.care import care_flags, is_far_out, light, unexceptional
from webapp.prediction.explaining import explained
from webapp.prediction.reasons import shares_of_answered_class, shares_of_one_score
from webapp.prediction.terms import Terms
from webapp.prediction.values import Interval, Prediction, Reason
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
        self._terms = Terms.of(schema, columns, getattr(self._model, "pairs_", ()))
        self._labels = [(self._terms.name(term), self._terms.label(term)) for term in range(len(self._terms.told))]
        self._in_order = None if self._is_number else _places(schema.target.classes, self._model.classes_)

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
        answers, contributions = explained(self._model, Z, len(self._terms.of_part))
        intervals = self.intervals(Z)
        distances = self._unusualness.distances(Z) if self._unusualness else np.zeros(len(Z))
        by_term = self._terms.summed(contributions)
        return [
            self._prediction(values, answers[i], by_term[i], None if intervals is None else intervals[i], distances[i])
            for i, values in enumerate(rows.tolist())
        ]

    def screen(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Answers (n, K), chances in the order of the schema's classes or one number, and distances (n,)."""
        return self._screened(self._preprocessor.transform(rows))

    def screened(self, columns: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The encoded rows (n, e), answers and distances of rows that are given as Preprocessor.transform_distinct."""
        Z = self._preprocessor.transform_distinct(columns)
        return Z, *self._screened(Z)

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
        self, values: list[Value], answer: Any, contributions: np.ndarray, interval: Any, distance: float
    ) -> Prediction:
        said = self._number(answer, contributions, interval) if self._is_number else self._class(answer, contributions)
        doubt, points = said.pop("doubt", ()), said.pop("points")
        flags = care_flags(self.schema, values, self.is_beyond(distance, "amber"), doubt)
        is_exceptional = (
            self.is_beyond(distance, "red")
            or (bool(doubt) and self.is_doubt_exceptional)
            or (bool(flags) and is_far_out(self.schema, values))
        )
        return Prediction(
            reasons=self._reasons(values, points),
            warnings=flags,
            light=light(flags, is_exceptional, unexceptional(self.schema, values) if len(flags) > 1 else ()),
            version=self.version,
            **said,
        )

    @property
    def _is_number(self) -> bool:
        return self.schema.target.kind == "number"

    def is_beyond(self, distance: Any, limit: str) -> Any:
        """Whether a distance, or each of many, lies beyond the limit "amber" or "red"."""
        return distance > (getattr(self._unusualness, limit) if self._unusualness else np.inf)

    def _number(self, value: float, contributions: np.ndarray, interval: Any) -> dict[str, Any]:
        start = float(self._model.reference_score_[0])
        return {
            "answer": "",
            "label": self.schema.target.label,
            "probability": None,
            "probabilities": None,
            "value": float(value),
            "interval": None if interval is None else Interval(*map(float, interval), self._model.coverage),
            "reference": float(self._model.reference_[0]),
            "points": shares_of_one_score(contributions[:, 0], start, self._link_of_one),
        }

    def _link_of_one(self, score: float) -> float:
        linked = self._model.link_inverse(np.array([[score]]))
        return float(linked[0] if self._is_number else linked[0, 1])

    def _class(self, answer: np.ndarray, contributions: np.ndarray) -> dict[str, Any]:
        classes, places = self.schema.target.classes, self._in_order
        probabilities = answer[places]
        answered = int(np.argmax(probabilities))
        shown = classes.index(self.schema.target.positive) if len(classes) == 2 else answered
        start = self._model.reference_score_
        if len(classes) == 2:
            points = shares_of_one_score(contributions[:, 0], float(start[0]), self._link_of_one)
            points = points if places[shown] == 1 else -points
        else:
            points = shares_of_answered_class(contributions, start, self._model.link_inverse, places[answered])
        possible = self._possible(answer, answered)
        return {
            "answer": classes[answered],
            "label": self.schema.target.label,
            "probability": float(probabilities[shown]),
            "probabilities": dict(zip(classes, probabilities.tolist(), strict=True)),
            "value": None,
            "interval": None,
            "reference": float(self._model.reference_[places[shown]]),
            "points": 100.0 * points,
            "possible": possible,
            # Where every other case is in doubt, a warning would only tire: the chance itself says it.
            "doubt": possible[1:] if self._share_in_doubt <= RARE_DOUBT else (),
        }

    def _possible(self, answer: np.ndarray, answered: int) -> tuple[str, ...]:
        """The answer, then the other classes that the real one may well be, the most probable first."""
        if not hasattr(self._model, "sets_of"):
            return ()
        classes, chances = self.schema.target.classes, answer[self._in_order].tolist()
        held = self._model.sets_of(answer[None])[0][self._in_order].tolist()
        others = [place for place, is_held in enumerate(held) if is_held and place != answered]
        return classes[answered], *(classes[place] for place in sorted(others, key=lambda place: -chances[place]))

    @property
    def _share_in_doubt(self) -> float:
        return getattr(self._model, "several_", 1.0)

    def _reasons(self, values: list[Value], points: np.ndarray) -> tuple[Reason, ...]:
        if not np.isfinite(points).all():
            return ()
        moved = points.tolist()
        order = sorted(range(len(moved)), key=lambda term: -abs(moved[term]))
        return tuple(
            Reason(
                *self._labels[term],
                self._terms.value_text(term, values),
                moved[term],
                "down" if moved[term] < 0 else "up",
            )
            for term in order
        )


def _places(classes: Sequence[str], known: Sequence[str]) -> list[int]:
    """Where the model has each class of the schema."""
    place = {str(name): position for position, name in enumerate(known)}
    return [place[name] for name in classes]
