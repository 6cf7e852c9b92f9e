"""Everything one training run leaves behind, as the files of a package."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from webapp import clock
from webapp.model_package.compatibility import installed_versions
from webapp.model_package.format import FORMAT, GOLDEN_ROWS, METADATA, MODEL_CARD, PIPELINE, PROFILE, moment_text
from webapp.model_package.golden_rows import pack_golden_rows
from webapp.model_package.loader import pack_pipeline
from webapp.reference_profile import feature_counts, fit_unusualness
from webapp.schema import Schema
from webapp.training.card.model_card import model_card
from webapp.training.columns.all_rows import AllRows
from webapp.training.package.circumstances import circumstances
from webapp.training.package.golden import golden_rows


@dataclass(frozen=True)
class Trained:
    """
    A fitted pipeline with the training rows it saw (typed X, encoded Z) and what is known about the run.

    `profile` is what profile_of makes of them, where that is known already; of a sample `all_rows` is what the whole
    table holds. Of `trusted_modules` a pickle may name
    everything that they define.
    """

    schema: Schema
    pipeline: Pipeline
    X: np.ndarray
    Z: np.ndarray
    facts: dict[str, Any]
    seed: int
    profile: dict[str, Any] | None = None
    trusted_modules: tuple[str, ...] = ()
    all_rows: AllRows | None = None


def package_files(trained: Trained, number: int) -> dict[str, bytes]:
    """The payload of version `number`; the pipeline has been through the restricted loader when this returns."""
    metadata = _metadata(trained, number)
    return {
        PIPELINE: pack_pipeline(trained.pipeline, trained.schema.model, trained.trusted_modules),
        METADATA: _json(metadata),
        PROFILE: _json(trained.profile or profile_of(trained)),
        GOLDEN_ROWS: pack_golden_rows(trained.pipeline, golden_rows(trained.schema, trained.seed)),
        MODEL_CARD: model_card(metadata).encode(),
    }


def builder(trained: Trained) -> Callable[[int], dict[str, bytes]]:
    """For ModelStore.add, which knows the number only under its lock."""
    return lambda number: package_files(trained, number)


def _metadata(trained: Trained, number: int) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "model": trained.schema.model,
        "number": number,
        "created_at": moment_text(clock.now()),
        "schema": trained.schema.to_json(),
        **trained.facts,
        **installed_versions(),
        **circumstances(),
        "timezone": trained.facts["words"]["timezone"] or "UTC",
        "geography": trained.facts["words"]["geography"],
        "seed": trained.seed,
    }


def profile_of(trained: Trained) -> dict[str, Any]:
    """What is remembered of the training rows: counts, and which columns go together."""
    preprocessor = trained.pipeline.steps[0][1]
    unusualness = fit_unusualness(trained.Z, preprocessor.categorical_columns_, trained.seed)
    of_all = trained.all_rows
    return {
        "rows": of_all.rows if of_all else len(trained.X),
        "features": of_all.profile(trained.schema) if of_all else feature_counts(trained.schema, trained.X),
        "unusualness": unusualness.to_json(),
    }


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1).encode()
