"""Small real packages for the tests of the package, the store and their attackers."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import Pipeline

from webapp.model_package.compatibility import installed_versions
from webapp.model_package.format import FORMAT, GOLDEN_ROWS, METADATA, MODEL_CARD, PIPELINE, PROFILE
from webapp.model_package.golden_rows import pack_golden_rows
from webapp.model_package.loader import pack_pipeline
from webapp.model_package.manifest import seal
from webapp.model_package.signing import SigningKey
from webapp.schema import Feature, Schema, Target

KEY = SigningKey.generate()
TRUSTED = (KEY.public,)
# scikit-learn's own regression stands for a person's own estimator: it is no candidate, so it must be trusted by name.
OWN_MODULES = ("sklearn.discriminant_analysis",)

CREATED_AT = "2026-10-12T09:30:00Z"
SCHEMA = Schema(
    model="leaving",
    features=(Feature("age", "number", "Age"), Feature("visits", "integer", "Visits")),
    target=Target("left", "classes", "Left", classes=("no", "yes"), positive="yes"),
)
GOLDEN = np.array([[1.5, 2.0], [-4.0, 0.0], [0.25, 7.0]], dtype=object)


def fitted_pipeline(strength: float = 1.0) -> Pipeline:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(60, 2)).astype(object)
    y = np.where(X[:, 0].astype(float) > 0, "yes", "no")
    model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=strength / 10)  # on no list of what may be loaded
    return Pipeline([("model", model)]).fit(X, y)


def metadata(number: int = 1, model: str = "leaving", **changes: Any) -> dict[str, Any]:
    schema = replace(SCHEMA, model=model).to_json()
    facts = {"format": FORMAT, "model": model, "number": number, "created_at": CREATED_AT, "schema": schema}
    return json.loads(json.dumps(facts | installed_versions() | changes))


def payload(number: int = 1, model: str = "leaving", strength: float = 1.0, **changes: Any) -> dict[str, bytes]:
    """The files a trainer hands over; `changes` go into the metadata."""
    pipeline = fitted_pipeline(strength)
    return {
        PIPELINE: pack_pipeline(pipeline, model, OWN_MODULES),
        METADATA: json.dumps(metadata(number, model, **changes)).encode(),
        PROFILE: b'{"rows": 60}',
        GOLDEN_ROWS: pack_golden_rows(pipeline, GOLDEN),
        MODEL_CARD: "# Leaving\n\nWho leaves, and who stays – déjà vu.\n".encode(),
    }


def sealed(files: Mapping[str, bytes] | None = None, key: SigningKey = KEY) -> dict[str, bytes]:
    files = payload() if files is None else files
    facts = json.loads(files[METADATA])
    return seal(files, facts["model"], facts["number"], facts["created_at"], key)
