"""What is attacked: the real service over three odd tables, trained and promoted in the test session."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from sklearn.pipeline import Pipeline

from tests.attack.form_page import FormPage, read_form
from tests.attack.odd_tables import OddTable, comma_numbers, every_kind, three_classes
from tests.attack.reference_parser import Question
from webapp.app import create_app
from webapp.commands.promotion import Workplace, promote
from webapp.config import Config
from webapp.estimators.boosting import BoostingClassifier
from webapp.model_package.signing import SigningKey
from webapp.model_store import StoredVersion
from webapp.preprocessing import Preprocessor
from webapp.records.actors import SYSTEM
from webapp.records.migrate import migrate
from webapp.records.predictions import PredictionRecord, prediction_by_id
from webapp.schema import Schema
from webapp.training.package.packing import Trained, builder
from webapp.training.run import Options, Outcome, train
from webapp.training.sources.table_source import table_from_bytes
from webapp.views.services import services_of

SECRET = "for the attack, and of 32 bytes or more"
WITHOUT_BOOSTING_S = 0.0  # a budget that is spent at once
BOOSTED, TREES = "trees", 40
TIMES = {"date": "datetime64[D]", "datetime": "datetime64[s]"}


@dataclass(frozen=True)
class Model:
    """One model with its questions in the order of the form, and its pipeline as it came out of the package."""

    name: str
    questions: tuple[Question, ...]
    pipeline: Pipeline
    schema: Schema

    @property
    def path(self) -> str:
        return f"/models/{self.name}"

    def field_names(self, question: Question) -> list[str]:
        name = f"f{self.questions.index(question)}"
        return [f"{name}-{part}" if part else name for part in question.parts]

    def chances(self, row: Mapping[str, Any]) -> np.ndarray:
        """What the pipeline says to a row as a record keeps it: chances of all classes, or one value."""
        X = np.empty((1, len(self.questions)), dtype=object)
        X[0] = [_typed(row[question.name], question.kind) for question in self.questions]
        is_number = self.schema.target.kind == "number"
        return self.pipeline.predict(X) if is_number else self.pipeline.predict_proba(X)[0]


@dataclass(frozen=True)
class Target:
    """The app, its settings and its models by name."""

    app: Flask
    settings: dict[str, str]
    models: dict[str, Model]

    def record(self, prediction_id: str) -> PredictionRecord:
        with services_of(self.app).database.reading() as session:
            return prediction_by_id(session, prediction_id)

    def record_of(self, location: str) -> PredictionRecord:
        return self.record(location.rsplit("/", 1)[1])

    def form(self, model: Model) -> FormPage:
        return read_form(self.app.test_client().get(model.path).text)


def set_up(folder: Path) -> Target:
    """Train, store and promote every table, one of them as boosting too, and open the service."""
    key = SigningKey.generate()
    settings = {
        "SECRET_KEY": SECRET,
        "DATABASE_URL": f"sqlite:///{folder / 'formcast.db'}",
        "MODEL_STORE": str(folder / "model_store"),
        "FORMCAST_SPECS": str(folder / "specs"),
        "FORMCAST_TRUSTED_KEYS": key.public.text,
        "LOG_LEVEL": "warning",
    }
    config = Config.for_service(settings, root=folder)
    place = Workplace.from_config(config)
    migrate(place.database)
    options = Options(budget_s=WITHOUT_BOOSTING_S)
    models = []
    for odd in (every_kind(), comma_numbers(), three_classes()):
        outcome = train(
            table_from_bytes(odd.content, odd.model, f"{odd.model}.csv"), odd.spec, place.store, key, options
        )
        models.append(_promoted(place, outcome.stored, odd))
    boosted = place.store.add(BOOSTED, builder(_boosted(outcome)), key)
    models.append(_promoted(place, boosted, odd))
    place.database.dispose()
    return Target(create_app(config), settings, {model.name: model for model in models})


def _promoted(place: Workplace, stored: StoredVersion, odd: OddTable) -> Model:
    promote(place, stored, SYSTEM, "To be attacked")
    package = place.store.load(stored.model, stored.version, place.trusted_keys)
    by_name = {question.name: question for question in odd.questions}
    questions = tuple(by_name[feature.name] for feature in package.schema.features)
    return Model(stored.model, questions, package.pipeline, package.schema)


def _boosted(outcome: Outcome) -> Trained:
    """The same table learned by a few trees."""
    learned = outcome.inference
    preprocessor = Preprocessor(
        [feature.name for feature in learned.schema.features], [feature.kind for feature in learned.schema.features]
    )
    encoded = preprocessor.fit(learned.X).transform(learned.X)
    trees = BoostingClassifier(preprocessor.categorical_columns_, max_iter=TREES).fit(encoded, learned.y)
    pipeline = Pipeline([("preprocess", preprocessor), ("model", trees)])
    return Trained(replace(learned.schema, model=BOOSTED), pipeline, learned.X, encoded, outcome.facts, 0)


def _typed(value: Any, kind: str) -> Any:
    return np.datetime64(value).astype(TIMES[kind]) if kind in TIMES and value is not None else value
