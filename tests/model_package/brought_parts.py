"""What pipelines that people bring are usually made of: one fitted example of each part."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from sklearn import (
    calibration,
    compose,
    decomposition,
    ensemble,
    feature_selection,
    impute,
    linear_model,
    model_selection,
    naive_bayes,
    neighbors,
    neural_network,
    pipeline,
    preprocessing,
    svm,
    tree,
)
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning

ROWS = 80


def table() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Two numbers with gaps and a category; a class and a number to predict."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"size": random.uniform(1, 10, ROWS), "age": random.integers(1, 60, ROWS).astype(float)})
    frame.loc[::9, "age"] = np.nan
    frame["place"] = random.choice(["hill", "lake", "wood"], ROWS)
    value = np.exp(0.2 * frame["size"].to_numpy() + (frame["place"] == "lake")) + 1
    return frame, np.where(value > np.median(value), "high", "low"), value


def prepared(numbers: Any, estimator: Any, encoder: Any = None) -> pipeline.Pipeline:
    """Columns by name, as such pipelines take them."""
    encoder = preprocessing.OneHotEncoder(handle_unknown="ignore") if encoder is None else encoder
    columns = compose.ColumnTransformer([("numbers", numbers, ["size", "age"]), ("texts", encoder, ["place"])])
    return pipeline.Pipeline([("columns", columns), ("model", estimator)])


def filled(*steps: Any) -> pipeline.Pipeline:
    return pipeline.make_pipeline(impute.SimpleImputer(), *steps)


def transformers() -> Iterator[tuple[Any, Any]]:
    """(what is done to the numbers, and to the texts)"""
    scalers = (
        preprocessing.StandardScaler(),
        preprocessing.MinMaxScaler(),
        preprocessing.MaxAbsScaler(),
        preprocessing.RobustScaler(),
        preprocessing.QuantileTransformer(n_quantiles=20),
        preprocessing.PowerTransformer(),
        preprocessing.KBinsDiscretizer(3, quantile_method="averaged_inverted_cdf"),
        preprocessing.PolynomialFeatures(),
        preprocessing.SplineTransformer(),
        preprocessing.FunctionTransformer(np.log1p),
        preprocessing.FunctionTransformer(np.sqrt),
        decomposition.PCA(1),
        feature_selection.VarianceThreshold(),
        feature_selection.SelectKBest(feature_selection.f_classif, k=1),
        feature_selection.SelectKBest(feature_selection.mutual_info_classif, k=1),
        pipeline.FeatureUnion([("same", preprocessing.MinMaxScaler()), ("parts", decomposition.PCA(1))]),
    )
    for scaler in scalers:
        yield filled(scaler), None
    yield impute.KNNImputer(), preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    yield impute.SimpleImputer(add_indicator=True), preprocessing.TargetEncoder(cv=2)


def estimators() -> Iterator[Any]:
    yield from (
        linear_model.LogisticRegression(),
        linear_model.LogisticRegressionCV(
            Cs=2, cv=2, l1_ratios=(0,), scoring="neg_log_loss", use_legacy_attributes=False
        ),
    )
    yield from (linear_model.LinearRegression(), linear_model.Ridge(), linear_model.RidgeCV(), linear_model.Lasso())
    yield from (
        linear_model.LassoCV(alphas=3, cv=2),
        linear_model.ElasticNet(),
        linear_model.ElasticNetCV(alphas=3, cv=2),
    )
    yield from (linear_model.HuberRegressor(), linear_model.PoissonRegressor(), linear_model.GammaRegressor())
    for family, names, few in (
        (tree, ("DecisionTree", "ExtraTree"), {}),
        (ensemble, ("RandomForest", "ExtraTrees", "GradientBoosting", "Bagging"), {"n_estimators": 2}),
        (ensemble, ("HistGradientBoosting",), {"max_iter": 2}),
    ):
        for name in names:
            yield getattr(family, f"{name}Classifier")(**few)
            yield getattr(family, f"{name}Regressor")(**few)
    yield ensemble.VotingClassifier([("a", naive_bayes.GaussianNB())], voting="soft")
    yield ensemble.VotingRegressor([("a", linear_model.Ridge())])
    yield ensemble.StackingClassifier([("a", naive_bayes.GaussianNB())], cv=2)
    yield ensemble.StackingRegressor([("a", linear_model.Ridge())], cv=2)
    yield from (neighbors.KNeighborsClassifier(), neighbors.KNeighborsRegressor(), naive_bayes.GaussianNB(), svm.SVR())
    yield from (
        neural_network.MLPClassifier((3,), max_iter=5),
        neural_network.MLPRegressor(hidden_layer_sizes=(3,), max_iter=5),
    )
    yield calibration.CalibratedClassifierCV(svm.LinearSVC(), cv=2)
    yield calibration.CalibratedClassifierCV(naive_bayes.GaussianNB(), method="isotonic", cv=2)
    yield compose.TransformedTargetRegressor(linear_model.Ridge(), func=np.log, inverse_func=np.exp)
    yield compose.TransformedTargetRegressor(linear_model.Ridge(), func=np.log1p, inverse_func=np.expm1)
    yield model_selection.GridSearchCV(linear_model.Ridge(), {"alpha": [1.0]}, cv=2)


def fitted_parts() -> Iterator[tuple[str, Any]]:
    """(name, fitted pipeline) for every part."""
    frame, classes, values = table()
    made = [prepared(*both[:1], linear_model.LogisticRegression(), both[1]) for both in transformers()]
    made += [prepared(filled(preprocessing.StandardScaler()), estimator) for estimator in estimators()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for one in made:
            y = classes if is_classifier(one) else values
            yield f"{one[0].transformers[0][1]} and {one[-1]}", one.fit(frame, y)
