"""A pipeline that was fitted elsewhere: what it takes, and whether the form's way to it is its own way."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import is_classifier

from webapp.errors import UnusableEstimator
from webapp.estimators.brought import class_text
from webapp.estimators.frames import as_frame
from webapp.preprocessing import Preprocessor
from webapp.schema import DATES, Schema
from webapp.training.candidates.brought import ADOPTED, Brought, frame_columns
from webapp.training.candidates.foreign_pickle import Adopted
from webapp.training.columns.features import NO_SPEC
from webapp.training.columns.inference import Inference, infer_schema
from webapp.training.sources.table_source import Table
from webapp.training.spec.file import Spec, TargetSpec

SAME = 1e-9
LISTED = 8
READ_ROWS = 20_000  # of the table, on which both ways of asking are laid side by side


def spec_for(adopted: Adopted, table: Table, spec: Spec) -> tuple[Spec, Inference]:
    """The spec with exactly the columns that the pipeline takes, and what the table is understood to be by it."""
    wanted = list(adopted.names)
    lacking = [name for name in wanted if name not in table.columns]
    if lacking:
        raise UnusableEstimator(
            f"{adopted.origin} takes columns that {table.location} does not have: {', '.join(lacking[:LISTED])}"
        )
    if spec.data.target in wanted:
        raise UnusableEstimator(f"{adopted.origin} takes “{spec.data.target}” as an input, so it cannot be the target")
    _refuse_directions(adopted, spec)
    others = tuple(name for name in table.columns if name not in (*wanted, spec.data.target, spec.data.id_column))
    kind = "classes" if is_classifier(adopted.estimator) else "number"
    said = TargetSpec(kind, spec.target.label, spec.target.unit, spec.target.decimals)
    spec = replace(spec, data=replace(spec.data, exclude=others), target=said)
    inference = infer_schema(table, spec)
    aside = {name: reason for name, reason in inference.set_aside if name in wanted}
    if aside:  # a person's own word for what the pipeline takes: it was fitted on it
        kinds = _kinds(as_pandas_reads(table, wanted), aside)
        features = {name: replace(spec.features.get(name, NO_SPEC), kind=kind) for name, kind in kinds.items()}
        spec = replace(spec, features={**spec.features, **features})
        inference = infer_schema(table, spec)
    still = {name: reason for name, reason in inference.set_aside if name in wanted}
    if still:
        name, reason = next(iter(still.items()))
        raise UnusableEstimator(
            f"{adopted.origin} takes “{name}”, which says nothing in this table: {reason}. Give one in which it varies"
        )
    _refuse_other_classes(adopted, inference)
    return spec, inference


def _refuse_directions(adopted: Adopted, spec: Spec) -> None:
    """Of a model in use, whose spec may ask for some; what was fitted elsewhere goes the way it goes."""
    directed = [name for name in adopted.names if spec.features.get(name, NO_SPEC).monotonic]
    if directed:
        raise UnusableEstimator(
            f"[features.{directed[0]}] monotonic cannot be kept to: {adopted.origin} was fitted elsewhere. Take "
            "it out, or give the pipeline a name of its own: --name"
        )


def _kinds(frame: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name in names:
        dtype = str(frame[name].dtype)
        found[name] = {"int64": "integer", "float64": "number", "bool": "yes_no"}.get(dtype, "category")
    return found


def _refuse_other_classes(adopted: Adopted, inference: Inference) -> None:
    if not is_classifier(adopted.estimator):
        return
    known = {class_text(name) for name in adopted.estimator.classes_}
    classes = set(inference.schema.target.classes)
    if known != classes:
        raise UnusableEstimator(
            f"{adopted.origin} tells apart {', '.join(sorted(known))}, and the target of the table is one of "
            f"{', '.join(sorted(classes))}"
        )


def as_pandas_reads(table: Table, names: Sequence[str]) -> pd.DataFrame:
    """The columns as pandas.read_csv has them: what a pipeline was probably fitted on."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(names)
    writer.writerows(zip(*(table.columns[name].tolist() for name in names), strict=True))
    written.seek(0)
    return pd.read_csv(written, decimal=table.decimal)


def brought_by(adopted: Adopted, table: Table, inference: Inference) -> Brought:
    """
    The pipeline as the only candidate, once the way through the form gives what the pipeline says by itself.

    Raises UnusableEstimator where it does not.
    """
    frame = as_pandas_reads(table, adopted.names).iloc[inference.kept_rows].reset_index(drop=True).iloc[:READ_ROWS]
    frame = _as_it_takes_dates(adopted, frame, inference.schema)
    dtypes = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    schema, X = inference.schema, inference.X[:READ_ROWS]
    preprocessor = Preprocessor([f.name for f in schema.features], [f.kind for f in schema.features]).fit(inference.X)
    Z = preprocessor.transform(X)
    named = ~(Z[:, preprocessor.categorical_columns_] == -1.0).any(axis=1)
    ours = as_frame(Z, frame_columns(schema, preprocessor, dtypes))[list(adopted.names)]
    tried = _refuse_other_answers(adopted, frame[named], ours[named])
    facts = {
        "file": adopted.origin,
        "sha256": adopted.sha256,
        "bytes": adopted.size,
        "kind": type(adopted.estimator).__name__,
        "tried_rows": tried,
        "rows_with_rare_levels": int((~named).sum()),
        "notes": [*adopted.notes, *_unknown_notes(~named)],
    }
    return Brought(ADOPTED, adopted.origin, adopted.estimator, dtypes, facts)


def _as_it_takes_dates(adopted: Adopted, frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Dates as texts, as read, or as moments where it cannot take the texts."""
    dated = [feature.name for feature in schema.features if feature.kind in DATES]
    whole = frame[frame.notna().all(axis=1)].iloc[:2]
    if not dated or not len(whole):
        return frame
    try:
        _answers(adopted.estimator, whole)
    except Exception:  # whatever somebody's pipeline raises for texts in place of moments
        return frame.assign(**{name: pd.to_datetime(frame[name], errors="coerce") for name in dated})
    return frame


def _refuse_other_answers(adopted: Adopted, direct: pd.DataFrame, ours: pd.DataFrame) -> int:
    """How many rows both ways were tried on; rows with gaps only if it can answer such."""
    try:
        said = [_answers(adopted.estimator, frame) for frame in (direct, ours)]
    except Exception:  # whatever it raises for a gap
        whole = direct.notna().all(axis=1).to_numpy()
        direct, ours = direct[whole], ours[whole]
        said = [_answered(adopted, frame) for frame in (direct, ours)]
    apart = ~(np.abs(said[1] - said[0]).max(axis=1) <= SAME * np.maximum(1.0, np.abs(said[0]).max(axis=1)))
    if apart.any():
        read = [
            name
            for name in adopted.names
            if not (direct[name].astype(str).to_numpy() == ours[name].astype(str).to_numpy()).all()
        ]
        raise UnusableEstimator(
            f"For {int(apart.sum()):,} of {len(direct):,} rows the form would get another answer than {adopted.origin} "
            f"gives by itself. Columns that are read otherwise: {', '.join(read[:LISTED]) or 'none that can be named'}"
        )
    return len(direct)


def _answered(adopted: Adopted, frame: pd.DataFrame) -> np.ndarray:
    if not len(frame):
        raise UnusableEstimator(
            f"No row of the table can be tried with {adopted.origin}: give one with whole rows of frequent categories"
        )
    try:
        return _answers(adopted.estimator, frame)
    except Exception as problem:  # whatever somebody's pipeline raises
        why = f"{type(problem).__name__}: {str(problem).rstrip('.')}"
        raise UnusableEstimator(
            f"{adopted.origin} cannot answer the rows of this table: {why}. It is given the columns as pandas reads "
            "them, so whatever was done to them before belongs into the pipeline"
        ) from problem


def _answers(estimator: Any, frame: pd.DataFrame) -> np.ndarray:
    if is_classifier(estimator):
        return np.asarray(estimator.predict_proba(frame), dtype=float)
    return np.asarray(estimator.predict(frame), dtype=float).reshape(len(frame), -1)


def _unknown_notes(rare: np.ndarray) -> list[str]:
    notes = [
        "It was fitted elsewhere: nobody here knows which rows it learned from. If rows of this table were among them, "
        "what was measured here looks better than it is",
        "Its reasons are estimates: its inside is not known",
        "Whether the file holds rows that it learned from is not known: one of neighbours or support vectors does",
    ]
    if rare.any():
        notes.append(
            f"{int(rare.sum()):,} rows hold a category with fewer than 5 rows, which the form does not offer by name"
        )
    return notes
