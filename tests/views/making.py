"""A real small model, trained in the test session: who leaves, from five answers of every sort."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from webapp.clock import now
from webapp.estimators.additive import AdditiveClassifier
from webapp.model_package.compatibility import installed_versions
from webapp.model_package.format import (
    FORMAT,
    GOLDEN_ROWS,
    METADATA,
    MODEL_CARD,
    PIPELINE,
    PROFILE,
    ModelPackage,
    moment_text,
)
from webapp.model_package.golden_rows import pack_golden_rows
from webapp.model_package.loader import pack_pipeline
from webapp.model_package.signing import SigningKey
from webapp.model_store import ModelStore, StoredVersion
from webapp.preprocessing import Preprocessor
from webapp.records.actors import SYSTEM
from webapp.records.database import Database
from webapp.records.decisions import Decision, decide, standing_of
from webapp.reference_profile import fit_unusualness
from webapp.schema import Choice, Feature, Group, Schema, Target

KEY = SigningKey.generate()
ROWS = 240
FIRST_DAY = 18_000  # days since 1970

SCHEMA = Schema(
    model="leaving",
    features=(
        Feature(
            "months", "integer", "Months with us", unit="months", group="Contract", typical=24.0, minimum=0.0,
            observed=(0.0, 72.0), usual=(1.0, 70.0),
        ),
        Feature(
            "bill", "number", "Monthly bill", unit="$", group="Contract", typical=60.0, decimals=2,
            observed=(10.0, 120.0), usual=(15.0, 110.0), missing_seen=True, optional=True,
        ),
        Feature(
            "contract", "category", "Contract", group="Contract", typical="monthly",
            choices=(Choice("monthly", "Monthly"), Choice("yearly", "Yearly"), Choice("long", "Two years")),
        ),
        Feature("senior", "yes_no", "Senior", typical=0.0, choices=(Choice("yes", "Yes"), Choice("no", "No"))),
        Feature(
            "joined", "date", "Joined on", typical=float(FIRST_DAY + 100),
            observed=(float(FIRST_DAY), float(FIRST_DAY + 400)),
        ),
    ),
    target=Target("left", "classes", "Left", classes=("no", "yes"), positive="yes"),
    groups=(Group("Contract"),),
    id_column="customer",
    id_label="Customer number",
)  # fmt: skip

WORDS = {
    "title": "Customers leaving",
    "question": "Will this customer leave?",
    "case": "customer",
    "cases": "customers",
    "owner": "Retention team",
    "contact": "",
    "objective": "To call those who may leave before they do.",
    "geography": "",
    "timezone": "UTC",
    "notice": "",
    "outcomes": {},
    "decision": {"threshold": 0.4, "set_by": "", "set_on": ""},
    "trained_at": "2026-10-12T09:30:00Z",
    "trained_rows": ROWS,
    "quality": {"holdout_rows": 60, "precision": 0.7, "recall": 0.6, "calibrated": True},
}
GUESSING = {
    "name": "beats_baseline",
    "verdict": "refuse",
    "question": "Is it better than guessing?",
    "reason": "The same answer for everybody would be as good",
    "measured": "log loss 0.61, guessing gives 0.6",
}
GATES = [GUESSING]
BETTER = GUESSING | {"verdict": "pass", "reason": "Its answers are closer to what happened"}


def rows_and_answers(seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    rows = np.empty((ROWS, len(SCHEMA.features)), dtype=object)
    rows[:, 0] = random.integers(0, 73, ROWS).astype(float)
    rows[:, 1] = np.where(random.random(ROWS) < 0.1, None, np.round(random.uniform(10, 120, ROWS), 2).astype(object))
    rows[:, 2] = random.choice(["monthly", "yearly", "long"], ROWS)
    rows[:, 3] = random.integers(0, 2, ROWS).astype(float)
    rows[:, 4] = [np.datetime64(FIRST_DAY + int(day), "D") for day in random.integers(0, 400, ROWS)]
    leans = -1.0 + 1.5 * (rows[:, 2] == "monthly") - 0.03 * rows[:, 0].astype(float)
    leaves = random.random(ROWS) < 1 / (1 + np.exp(-leans.astype(float)))
    return rows, np.where(leaves, "yes", "no")


def payload(schema: Schema, seed: int, number: int, **facts: Any) -> dict[str, bytes]:
    """The files of a package, from a pipeline that really learned."""
    rows, answers = rows_and_answers(seed)
    names = [feature.name for feature in schema.features]
    rows = rows[:, [position for position, feature in enumerate(SCHEMA.features) if feature.name in names]]
    preprocessor = Preprocessor(names, [feature.kind for feature in schema.features]).fit(rows)
    encoded = preprocessor.transform(rows)
    estimator = AdditiveClassifier(categorical_features=preprocessor.categorical_columns_).fit(encoded, answers)
    pipeline = Pipeline([("preprocess", preprocessor), ("model", estimator)])
    identity = {"format": FORMAT, "model": schema.model, "number": number, "created_at": moment_text(now())}
    learned = {"schema": schema.to_json(), "words": WORDS, "gates": GATES, "seed": seed, **installed_versions()}
    distance = fit_unusualness(encoded, preprocessor.categorical_columns_, seed)
    return {
        PIPELINE: pack_pipeline(pipeline, schema.model),
        METADATA: json.dumps(identity | learned | facts).encode(),
        PROFILE: json.dumps({"rows": ROWS, "unusualness": distance.to_json()}).encode(),
        GOLDEN_ROWS: pack_golden_rows(pipeline, rows[:3]),
        MODEL_CARD: b"# Leaving",
    }


def add_version(store: ModelStore, schema: Schema = SCHEMA, seed: int = 0, **facts: Any) -> StoredVersion:
    return store.add(schema.model, lambda number: payload(schema, seed, number, **facts), KEY)


def promote(database: Database, store: ModelStore, stored: StoredVersion, **overrides: Any) -> None:
    """Put the version into use, or decide something else about it; `package` where it is open already."""
    package = overrides.pop("package", None) or store.load(stored.model, stored.version, (KEY.public,))
    decide_about(database, package, **overrides)


def decide_about(database: Database, package: ModelPackage, **overrides: Any) -> None:
    with database.reading() as connection:
        standing = standing_of(connection, package.model)
    told = {**WORDS, "schema": package.schema_json, "number": package.number, "version": package.version}
    said = {
        "model": package.model,
        "action": "promote",
        "version": package.version,
        "who": SYSTEM,
        "why": "A test wants it",
        "words": told,
        "manifest_sha": package.manifest_sha,
        "gate_report": [BETTER],
    }
    decide(database, Decision(**said | overrides), standing.seq if standing else 0)


def with_fewer_questions() -> Schema:
    return replace(SCHEMA, features=tuple(feature for feature in SCHEMA.features if feature.name != "senior"))
