"""Everything one training run leaves behind, as the files of a package."""

import json
import locale
import platform
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
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
from webapp.training.golden import golden_rows
from webapp.training.model_card import model_card

CODE = Path(__file__).parent


@dataclass(frozen=True)
class Trained:
    """A fitted pipeline with the training rows it saw (typed X, encoded Z) and what is known about the run."""

    schema: Schema
    pipeline: Pipeline
    X: np.ndarray
    Z: np.ndarray
    facts: dict[str, Any]
    seed: int


def package_files(trained: Trained, number: int) -> dict[str, bytes]:
    """The payload of version `number`; the pipeline has been through the restricted loader when this returns."""
    metadata = _metadata(trained, number)
    return {
        PIPELINE: pack_pipeline(trained.pipeline, trained.schema.model),
        METADATA: _json(metadata),
        PROFILE: _json(_profile(trained)),
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
        "platform": platform.platform(),
        "timezone": trained.facts["words"]["timezone"] or "UTC",
        "locale": locale.setlocale(locale.LC_CTYPE),
        "geography": trained.facts["words"]["geography"],
        "git_commit": _git_commit(),
        "seed": trained.seed,
        "command": shlex.join(["python", *map(without_folders, sys.argv)]),
    }


def without_folders(argument: str) -> str:
    """A path without the folders of whoever trained: a package may be handed on, and a home folder bears a name."""
    return Path(argument).name if Path(argument).is_absolute() else argument


def _profile(trained: Trained) -> dict[str, Any]:
    preprocessor = trained.pipeline.steps[0][1]
    unusualness = fit_unusualness(trained.Z, preprocessor.categorical_columns_, trained.seed)
    return {
        "rows": len(trained.X),
        "features": feature_counts(trained.schema, trained.X),
        "unusualness": unusualness.to_json(),
    }


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1).encode()


def _git_commit() -> str:
    """The commit of the code that trained, where there is a checkout to ask."""
    try:
        answer = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=CODE, capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return answer.stdout.strip() if answer.returncode == 0 else "unknown"
