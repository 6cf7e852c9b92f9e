"""Real models whose answers may be changed, marked at random, and an opinion of its own on what is allowed."""

from dataclasses import replace

import numpy as np
from sklearn.pipeline import Pipeline

from tests.training.known_tables import KEY, learn, leaving, places, rents, spec_of
from webapp.estimators.boosting import BoostingClassifier, BoostingRegressor
from webapp.model_store import ModelStore
from webapp.prediction.predictor import Predictor
from webapp.preprocessing import Preprocessor
from webapp.reference_profile import fit_unusualness
from webapp.schema import Door, Feature, Schema

TREES = 25
TABLES = {
    "leaving": (leaving, spec_of("leaving", "left", id_column="customer")),
    "places": (places, spec_of("places", "place")),
    "rents": (rents, spec_of("rents", "rent")),
}
WISHES = {"leaving": ("", "No", "Yes"), "places": ("", "hill", "lake"), "rents": ("", "lower", "higher")}


def trained(root) -> dict[str, tuple[Predictor, np.ndarray]]:
    """An additive and a boosted model of each table, with the rows they learned from."""
    store, made = ModelStore(root), {}
    for name, (make, spec) in TABLES.items():
        outcome = learn(make(), spec, root)
        package = store.load(name, outcome.stored.version, (KEY.public,))
        learned = outcome.inference
        made[name] = Predictor.from_package(package), learned.X
        made[f"{name}, boosted"] = _boosted(learned), learned.X
    return made


def _boosted(learned) -> Predictor:
    features = learned.schema.features
    preprocessor = Preprocessor([feature.name for feature in features], [feature.kind for feature in features])
    Z = preprocessor.fit(learned.X).transform(learned.X)
    codes = preprocessor.categorical_columns_
    kind = BoostingRegressor if learned.schema.target.kind == "number" else BoostingClassifier
    model = kind(codes, max_iter=TREES).fit(Z, learned.y)
    pipeline = Pipeline([("preprocess", preprocessor), ("model", model)])
    return Predictor(learned.schema, pipeline, fit_unusualness(Z, codes), "trees")


def marked(predictor: Predictor, **by_name: dict) -> Predictor:
    """The same version whose spec says something else about its fields."""
    features = tuple(replace(feature, **by_name.get(feature.name, {})) for feature in predictor.schema.features)
    return with_features(predictor, features)


def marked_at_random(predictor: Predictor, random: np.random.Generator) -> Predictor:
    return with_features(predictor, tuple(_at_random(feature, random) for feature in predictor.schema.features))


def with_features(predictor: Predictor, features: tuple[Feature, ...]) -> Predictor:
    old = predictor.schema
    schema = Schema(old.model, features, old.target, old.groups, old.id_column, old.id_label)
    return Predictor(schema, predictor.pipeline, predictor._unusualness, predictor.version)


def _at_random(feature: Feature, random: np.random.Generator) -> Feature:
    marks = {
        "actionable": bool(random.random() < 0.75),
        "sensitive": bool(random.random() < 0.15),
        "direction": str(random.choice(["", "", "up", "down"])),
    }
    if feature.kind == "category":
        marks["ordered"] = bool(random.random() < 0.5)
        rare = random.random(len(feature.choices)) < 0.2
        marks["choices"] = tuple(
            replace(choice, rare=bool(is_rare)) for choice, is_rare in zip(feature.choices, rare, strict=True)
        )
    elif feature.usual is not None and random.random() < 0.4:
        ends = sorted(random.uniform(*feature.observed, 2).round(feature.decimals).tolist())
        marks["minimum"], marks["maximum"] = ends
    return replace(feature, **marks)


def case_at_random(predictor: Predictor, X: np.ndarray, random: np.random.Generator) -> list:
    """A row of the table with some answers drawn anew, left blank, or beyond everything seen."""
    values = X[random.integers(len(X))].tolist()
    for position, feature in enumerate(predictor.schema.features):
        chance = random.random()
        if chance < 0.08:
            values[position] = None
        elif chance < 0.3:
            values[position] = X[random.integers(len(X)), position]
        elif chance < 0.36:
            values[position] = "never seen" if feature.kind == "category" else values[position]
        elif chance < 0.42 and feature.kind in ("number", "integer"):
            low, high = feature.observed
            values[position] = float(round(random.choice([low - (high - low), high + (high - low)])))
    return values


def why_forbidden(feature: Feature, old: object, new: object) -> str:
    """What is wrong with changing `old` to `new`; written down apart from the product, from the rules alone."""
    if not feature.actionable or feature.sensitive or feature.kind in ("date", "datetime"):
        return "the field may not be changed"
    if old is None or new is None or old == new:
        return "nothing is changed, or a blank is"
    if feature.parse(feature.to_answers(new)[0], Door.FORM) != new:
        return "the form would not take it"
    if feature.kind == "category":
        return _forbidden_choice(feature, old, new)
    if feature.kind == "yes_no":
        moved = new - old
        return "rare" if feature.choices[0 if new else 1].rare else _forbidden_way(feature, moved)
    limits = [feature.usual, feature.observed, (feature.minimum, feature.maximum)]
    if any(low is not None and new < low or high is not None and new > high for low, high in limits):
        return "beyond a limit"
    if new != round(new, 0 if feature.kind == "integer" else feature.decimals):
        return "finer than the table"
    return _forbidden_way(feature, new - old)


def _forbidden_choice(feature: Feature, old: object, new: object) -> str:
    names = [choice.value for choice in feature.choices]
    if new not in names or feature.choices[names.index(new)].rare:
        return "unknown or rare"
    if not feature.direction:
        return ""
    if not feature.ordered or old not in names:
        return "a direction without a scale"
    return _forbidden_way(feature, names.index(new) - names.index(old))


def _forbidden_way(feature: Feature, moved: float) -> str:
    wrong = (feature.direction == "up" and moved <= 0) or (feature.direction == "down" and moved >= 0)
    return "the wrong way" if wrong else ""
