"""From typed rows to a fitted pipeline: every candidate tried, one taken, inputs that do not help left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.pipeline import Pipeline

from webapp.preprocessing import Preprocessor
from webapp.schema import Feature, Schema
from webapp.training.candidates.brought import Brought, candidates_of
from webapp.training.candidates.choice import Choice, choose, fitted_for_good
from webapp.training.candidates.effort import Effort
from webapp.training.candidates.own_encoders import encoders_of
from webapp.training.candidates.question import Question, about_columns
from webapp.training.candidates.selection import Decided, Selection, select
from webapp.training.columns.features import learned_from
from webapp.training.columns.inference import Inference
from webapp.training.division.rows import Division
from webapp.training.spec.file import Spec


@dataclass(frozen=True)
class Lesson:
    """What is learned from: the table as it was understood, its rows, the spec, and what somebody brought."""

    inference: Inference
    division: Division
    spec: Spec
    seed: int
    adopted: Brought | None = None


@dataclass(frozen=True)
class Begun:
    """A lesson before anything is fitted but the preprocessor: typed rows X (n, d) and what candidates are asked."""

    schema: Schema
    X: np.ndarray
    preprocessor: Preprocessor
    question: Question


@dataclass(frozen=True)
class Learnt:
    """
    The fitted pipeline and what it was chosen from. `inference`, `schema` and the typed rows X (n, d) are those of the
    inputs that are left; the others are set aside in `inference`.
    """

    inference: Inference
    schema: Schema
    X: np.ndarray
    pipeline: Pipeline
    question: Question
    choice: Choice
    decided: tuple[Decided, ...]


def learn(lesson: Lesson, effort: Effort) -> Learnt:
    """Raises what `begin` raises."""
    begun, inference, spec = begin(lesson), lesson.inference, lesson.spec
    schema, X, preprocessor = begun.schema, begun.X, begun.preprocessor
    choice = choose(begun.question, effort)
    selection = select(schema, spec, begun.question, choice, effort)
    if selection.dropped:
        inference, schema, X = _without(selection, inference, schema, X)
        preprocessor = preprocessor_of(schema, spec, X).fit(X)
    effort.begin("final", "Fitting the chosen model")
    estimator = fitted_for_good(selection.choice.taken, selection.question)
    pipeline = Pipeline([("preprocess", preprocessor), ("model", estimator)])
    return Learnt(inference, schema, X, pipeline, selection.question, selection.choice, selection.decided)


def begin(lesson: Lesson) -> Begun:
    """Raises UnusableEstimator or UnusableSpec for what somebody brought and cannot be used."""
    X = lesson.inference.X[lesson.division.train]
    schema = learned_from(lesson.inference.schema, X, lesson.spec)
    preprocessor = preprocessor_of(schema, lesson.spec, X).fit(X)
    return Begun(schema, X, preprocessor, _question(lesson, schema, preprocessor, X))


def preprocessor_of(schema: Schema, spec: Spec, X: np.ndarray) -> Preprocessor:
    """Unfitted. Raises UnusableSpec for an encoder of somebody's own that cannot encode the rows X (n, d)."""
    features = schema.features
    return Preprocessor(
        [feature.name for feature in features],
        [feature.kind for feature in features],
        orders=[_order_of(feature) for feature in features],
        encoders=encoders_of(schema, spec, X),
    )


def _order_of(feature: Feature) -> Sequence[str] | None:
    is_scale = feature.kind == "category" and feature.ordered
    return [choice.value for choice in feature.choices] if is_scale else None


def _question(lesson: Lesson, schema: Schema, preprocessor: Preprocessor, X: np.ndarray) -> Question:
    brought = candidates_of(lesson.spec, lesson.adopted, schema, preprocessor, lesson.seed)
    wanted = lesson.spec.training
    return Question(
        Z=preprocessor.transform(X),
        y=lesson.inference.y[lesson.division.train],
        task=schema.target.task,
        classes=schema.target.classes,
        seed=lesson.seed,
        groups=lesson.division.groups,
        pairs=wanted.pairs,
        selection=wanted.selection and not brought,
        **about_columns(schema, preprocessor),
        **brought,
    )


def _without(
    selection: Selection, inference: Inference, schema: Schema, X: np.ndarray
) -> tuple[Inference, Schema, np.ndarray]:
    """The same without the inputs that were dropped, which stand among those set aside."""
    kept = list(selection.kept)
    aside = tuple((one.feature, f"does not help: {one.why}") for one in selection.dropped)
    names = {schema.features[place].name for place in kept}
    groups = {feature.group for feature in schema.features if feature.name in names}
    narrowed = replace(
        inference.schema,
        features=tuple(inference.schema.features[place] for place in kept),
        groups=tuple(group for group in schema.groups if group.title in groups),
    )
    left = replace(inference, schema=narrowed, X=inference.X[:, kept], set_aside=(*inference.set_aside, *aside))
    schema = replace(schema, features=tuple(schema.features[place] for place in kept), groups=narrowed.groups)
    return left, schema, X[:, kept]
