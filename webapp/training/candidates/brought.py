"""What a data scientist brings: an estimator of their own as a candidate, or a pipeline that was fitted elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline

from webapp.errors import FormcastError, UnusableEstimator
from webapp.estimators.brought import BroughtClassifier, BroughtRegressor
from webapp.estimators.frames import FrameColumn
from webapp.preprocessing import Preprocessor
from webapp.schema import NUMBERS, Feature, Schema
from webapp.training.candidates.foreign_pickle import is_model
from webapp.training.own_code import own_code
from webapp.training.spec.file import Spec

OWN, ADOPTED = "own", "adopted"
BOOLEANS = {"True": True, "true": True, "TRUE": True, "False": False, "false": False, "FALSE": False}


@dataclass(frozen=True)
class Brought:
    """
    `name`: own or adopted; `origin` what it is called, "module:function" or a file. `dtypes`: how pandas read each
    column when an adopted one was tried, {} where that is not known.
    """

    name: str
    origin: str
    estimator: Any = field(repr=False)
    dtypes: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_fitted(self) -> bool:
        return self.name == ADOPTED

    @property
    def takes_columns(self) -> bool:
        """By name, as pipelines do; a bare estimator takes the encoded columns."""
        return self.is_fitted or isinstance(self.estimator, Pipeline | ColumnTransformer)


def candidates_of(
    spec: Spec, adopted: Brought | None, schema: Schema, preprocessor: Preprocessor, seed: int
) -> dict[str, Any]:
    """What of a Question is about estimators that somebody brought. Raises UnusableEstimator."""
    if adopted is not None:
        return {"adopted": as_candidate(adopted, schema, preprocessor, seed)}
    if not spec.training.estimator:
        return {}
    return {"own": ((OWN, as_candidate(own_estimator(spec.training.estimator), schema, preprocessor, seed)),)}


def told_of(spec: Spec, adopted: Brought | None, facts: Mapping[str, Any], model: Any) -> dict[str, Any]:
    """
    What the metadata say besides: whether reasons are exact, in what they are told (where logarithms were learned,
    effects multiply, so percent say more than amounts), and what is not known of a model fitted elsewhere.
    """
    told: dict[str, Any] = {
        "reasons": "exact" if getattr(model, "is_exact_", True) else "estimated",
        "reasons_in": "percent" if getattr(model, "log_target_", False) else "amounts",
    }
    if spec.training.estimator and adopted is None:
        told["own_estimator"] = spec.training.estimator
    if adopted is not None:
        told["adopted"] = dict(adopted.facts)
        told["notes"] = [*facts["notes"], *adopted.facts["notes"]]
        told["rows"] = {**facts["rows"], "train": None}
    return told


@contextmanager
def learning(origin: str) -> Iterator[None]:
    """Around code that somebody brought: what it raises, in words."""
    try:
        yield
    except FormcastError:
        raise
    except Exception as problem:  # whatever it raises
        raise UnusableEstimator(f"{origin} failed: {type(problem).__name__}: {problem}") from problem


def own_estimator(place: str) -> Brought:
    """What "module:function" gives, unfitted. Raises UnusableSpec or UnusableEstimator."""
    where = f"[training] estimator “{place}”"
    function = own_code(place, "[training] estimator")
    try:
        made = function()
    except Exception as problem:  # whatever a function of somebody's own raises
        raise UnusableEstimator(f"{where} gave no estimator: {type(problem).__name__}: {problem}") from problem
    if not is_model(made):
        raise UnusableEstimator(f"{where} must give an unfitted scikit-learn classifier, regressor or pipeline")
    return Brought(OWN, place, made)


def as_candidate(brought: Brought, schema: Schema, preprocessor: Preprocessor, seed: int) -> Any:
    """The estimator behind what every model here can do, still to be fitted. Raises UnusableEstimator."""
    wants_classes = schema.target.kind == "classes"
    if wants_classes != is_classifier(brought.estimator):
        kind = "a class" if wants_classes else "a number"
        raise UnusableEstimator(f"{brought.origin} does not answer with {kind}, and “{schema.target.name}” is one")
    if wants_classes and not hasattr(brought.estimator, "predict_proba"):
        raise UnusableEstimator(
            f"{brought.origin} gives no chances (predict_proba). scikit-learn's CalibratedClassifierCV gives it some"
        )
    encoded = [feature for feature, _, _ in preprocessor.encoded_]
    kind, names = BroughtRegressor, {}
    if wants_classes:
        kind, names = BroughtClassifier, {"class_names": schema.target.classes if brought.is_fitted else None}
    return kind(
        brought.estimator,
        columns=frame_columns(schema, preprocessor, brought.dtypes) if brought.takes_columns else None,
        groups=tuple(
            tuple(at for at, feature in enumerate(encoded) if feature == wanted) for wanted in sorted(set(encoded))
        ),
        categorical_features=list(preprocessor.categorical_columns_),
        fitted=brought.is_fitted,
        random_state=seed,
        **names,
    )


def frame_columns(schema: Schema, preprocessor: Preprocessor, dtypes: Mapping[str, str]) -> tuple[FrameColumn, ...]:
    """
    How each input is given to a pipeline that takes columns by name: as pandas reads such a column.

    Raises UnusableEstimator where an encoder of somebody's own has left nothing to make the column of.
    """
    if preprocessor.encoders_:
        name = schema.features[min(preprocessor.encoders_)].name
        raise UnusableEstimator(
            f"A pipeline takes columns by name, and [features.{name}] encoder leaves no such column. Put the encoder "
            "into the pipeline, or give a bare estimator"
        )
    encoded = [feature for feature, _, _ in preprocessor.encoded_]
    return tuple(
        (feature.name, *_given(feature, preprocessor.vocabularies_[at], encoded.index(at), dtypes.get(feature.name)))
        for at, feature in enumerate(schema.features)
    )


def _given(feature: Feature, vocabulary: Mapping[str, float] | None, first: int, dtype: str | None) -> tuple:
    if feature.kind in NUMBERS:
        is_whole = dtype == "int64" or (dtype is None and feature.kind == "integer" and not feature.missing_seen)
        return "whole" if is_whole else "number", first, ()
    if feature.kind == "yes_no":
        return "flag", first, _as_read([choice.value for choice in reversed(feature.choices)], dtype)
    if feature.kind == "category":
        return "level", first, _as_read(sorted(vocabulary, key=vocabulary.get), dtype or "str")
    is_text = dtype is not None and not dtype.startswith("datetime")
    return "date_text" if is_text and feature.kind == "date" else feature.kind, first, ()


def _as_read(texts: Sequence[str], dtype: str | None) -> tuple:
    """The levels as pandas reads them where a column holds nothing else: booleans, numbers or texts."""
    if dtype in (None, "bool") and set(texts) <= set(BOOLEANS):
        return tuple(BOOLEANS[text] for text in texts)
    if dtype in (None, "int64", "float64"):
        numbers = _numbers(texts)
        if numbers is not None:
            return tuple(map(int, numbers)) if all(number.is_integer() for number in numbers) else numbers
    return tuple(texts)


def _numbers(texts: Sequence[str]) -> tuple[float, ...] | None:
    try:
        numbers = tuple(map(float, texts))
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None
