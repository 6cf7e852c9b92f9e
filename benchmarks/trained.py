"""A store with one promoted model of the made-up table, in a folder of its own."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.pipeline import Pipeline

from benchmarks import churn_like
from webapp.commands.promotion import Workplace, promote
from webapp.config import Config
from webapp.estimators.boosting import BoostingClassifier
from webapp.model_package.signing import SigningKey
from webapp.model_store import StoredVersion
from webapp.prediction.predictor import Predictor
from webapp.preprocessing import Preprocessor, typed_table
from webapp.records.actors import SYSTEM
from webapp.records.migrate import migrate
from webapp.reference_profile import fit_unusualness
from webapp.schema import Door, Schema
from webapp.training.run import Options, train
from webapp.training.sources.table_source import table_from_bytes
from webapp.training.spec.file import DataSpec, Spec

MODEL = "leaving"
SECRET = "only for measuring, 32 bytes and more"
WITHOUT_BOOSTING_S = 0.0  # a budget that is spent at once


@dataclass(frozen=True)
class Workshop:
    """A folder with a trained and promoted version, and the settings under which a service finds it."""

    folder: Path
    settings: dict[str, str]
    config: Config
    predictor: Predictor
    key: SigningKey


def set_up(folder: Path, database_url: str = "") -> Workshop:
    """With a SQLite file in the folder where no database is named."""
    key = SigningKey.generate()
    settings = {
        "SECRET_KEY": SECRET,
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'formcast.db'}",
        "FORMCAST_ACCESS": "open",
        "MODEL_STORE": str(folder / "model_store"),
        "FORMCAST_SPECS": str(folder / "specs"),
        "FORMCAST_TRUSTED_KEYS": key.public.text,
    }
    config = Config.for_service(settings, root=folder)
    place = Workplace.from_config(config)
    stored = _learned(place, key, seed=0)
    migrate(place.database)
    promote(place, stored, SYSTEM, "To be measured")
    place.database.dispose()
    package = place.store.load(MODEL, stored.version, place.trusted_keys)
    return Workshop(folder, settings, config, Predictor.from_package(package), key)


def another_version(workshop: Workshop, place: Workplace) -> StoredVersion:
    """A second one of the same table, which no decision names yet."""
    return _learned(place, workshop.key, seed=1)


def _learned(place: Workplace, key: SigningKey, seed: int) -> StoredVersion:
    table = table_from_bytes(churn_like.table(), MODEL, f"{MODEL}.csv")
    spec = Spec(MODEL, data=DataSpec(source=table.location, target=churn_like.TARGET))
    return train(table, spec, place.store, key, Options(budget_s=WITHOUT_BOOSTING_S, seed=seed)).stored


def boosting_predictor(schema: Schema) -> Predictor:
    """The same questions answered by gradient boosting as it is when nobody searched for better settings."""
    rows = churn_like.rows()
    columns = {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]}
    typed, _ = typed_table(columns, schema, Door.TABLE)
    preprocessor = Preprocessor([one.name for one in schema.features], [one.kind for one in schema.features])
    encoded = preprocessor.fit(typed).transform(typed)
    model = BoostingClassifier(preprocessor.categorical_columns_).fit(encoded, columns[churn_like.TARGET])
    distance = fit_unusualness(encoded, preprocessor.categorical_columns_, 0)
    return Predictor(schema, Pipeline([("preprocess", preprocessor), ("model", model)]), distance, "boosting")
