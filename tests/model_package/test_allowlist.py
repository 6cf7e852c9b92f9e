"""The tuple of allowed names is exactly what the candidates' pickles name: nothing lacks, nothing is left over."""

import pickle
import pickletools

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor
from webapp.estimators.boosting import BoostingClassifier, BoostingRegressor
from webapp.estimators.conformal import ConformalRegressor
from webapp.estimators.conformal_sets import ConformalClassifier
from webapp.estimators.forest import ForestClassifier, ForestRegressor
from webapp.model_package.allowlist import ALLOWED
from webapp.model_package.golden_rows import pipeline_answers
from webapp.model_package.loader import PICKLE_PROTOCOL, pack_pipeline
from webapp.preprocessing import Preprocessor

ROWS = 300
KINDS = ("number", "integer", "yes_no", "category", "date", "datetime")
CATEGORY_COLUMN = 3
TEXT_OPCODES = {"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"}
OTHER_NAMING_OPCODES = {"INST", "EXT1", "EXT2", "EXT4", "PERSID", "BINPERSID"}


def typed_rows(rng):
    day = np.datetime64("2024-01-01")
    X = np.empty((ROWS, len(KINDS)), dtype=object)
    X[:, 0] = rng.normal(size=ROWS)
    X[:, 1] = rng.integers(0, 50, ROWS).astype(float)
    X[:, 2] = rng.integers(0, 2, ROWS).astype(float)
    X[:, 3] = rng.choice(["north", "south", "west"], ROWS)
    X[:, 4] = [day + np.timedelta64(int(days), "D") for days in rng.integers(0, 900, ROWS)]
    X[:, 5] = [day.astype("datetime64[s]") + np.timedelta64(int(hours), "h") for hours in rng.integers(0, 9_000, ROWS)]
    X[::17] = None
    return X


def targets(X, rng):
    """One of each type that a table can give: texts as numpy's or Python's own, numbers with and without a tail."""
    signal = np.array([row[0] or 0.0 for row in X]) + rng.normal(scale=0.2, size=ROWS)
    two = np.where(signal > 0, "yes", "no")
    several = np.array(["low", "middle", "high"])[np.digitize(signal, [-0.5, 0.5])]
    return two, several, several.astype(object), signal, np.exp(3 * signal)


def candidates():
    rng = np.random.default_rng(12)
    X = typed_rows(rng)
    two, several, objects, numbers, skewed = targets(X, rng)
    columns = {"categorical_features": [CATEGORY_COLUMN]}
    quick = columns | {"max_iter": 5}
    few = columns | {"n_estimators": 5}
    directed = {"monotonic_cst": [1] + [0] * 12}
    scale = {"ordered_features": [CATEGORY_COLUMN]}
    yield "additive, two classes", AdditiveClassifier(**columns), X, two
    yield "additive, several", AdditiveClassifier(**columns), X, several
    yield "additive, objects", AdditiveClassifier(**columns), X, objects
    yield "boosting, two classes", BoostingClassifier(**quick), X, two
    yield "boosting, calibrated", BoostingClassifier(**quick, calibration="sigmoid"), X, two
    yield "boosting, several", BoostingClassifier(**quick), X, several
    yield "boosting, objects", BoostingClassifier(**quick), X, objects
    yield "additive, pairs", AdditiveClassifier(**columns, **directed, **scale, pairs=3), X, two
    yield "boosting, directed", BoostingClassifier(**quick, **directed, **scale), X, two
    yield "forest, two classes", ForestClassifier(**few), X, two
    yield "forest, several", ForestClassifier(**few, **scale), X, several
    yield "sets of the additive", ConformalClassifier(AdditiveClassifier(**columns)), X, several
    yield "sets of boosting", ConformalClassifier(BoostingClassifier(**quick, calibration="sigmoid")), X, two
    yield "sets of a forest", ConformalClassifier(ForestClassifier(**few)), X, objects
    for name, y in (("numbers", numbers), ("skewed", skewed)):
        yield f"additive, {name}", AdditiveRegressor(**columns), X, y
        yield f"boosting, {name}", BoostingRegressor(**quick, log_target=name == "skewed"), X, y
        yield f"forest, {name}", ForestRegressor(**few, log_target=name == "skewed"), X, y
        yield f"additive pairs, {name}", AdditiveRegressor(**columns, pairs=3), X, y
        yield f"conformal additive, {name}", ConformalRegressor(AdditiveRegressor(**columns)), X, y
        yield f"conformal boosting, {name}", ConformalRegressor(BoostingRegressor(**quick)), X, y


def named_pairs(content):
    """Every (module, name) a pickle would import, read from its opcodes without loading it."""
    texts, memo, pairs = [], [], set()
    written = None
    for opcode, argument, _ in pickletools.genops(content):
        assert opcode.name not in OTHER_NAMING_OPCODES
        if opcode.name == "MEMOIZE":
            memo.append(written)
        elif opcode.name == "GLOBAL":
            pairs.add(tuple(argument.split(" ")))
        elif opcode.name == "STACK_GLOBAL":
            pairs.add((texts[-2], texts[-1]))
        written = memo[argument] if opcode.name in ("BINGET", "LONG_BINGET") and memo else None
        written = argument if opcode.name in TEXT_OPCODES else written
        texts += [written] if written is not None else []
    return pairs


@pytest.fixture(scope="module")
def pipelines():
    fitted = {}
    for name, estimator, X, y in candidates():
        steps = [("preprocess", Preprocessor(list("abcdef"), list(KINDS))), ("model", estimator)]
        fitted[name] = (Pipeline(steps).fit(X, y), X)
    return fitted


def test_the_list_is_what_the_candidates_name(pipelines):
    named = set()
    for pipeline, _ in pipelines.values():
        named |= named_pairs(pickle.dumps(pipeline, protocol=PICKLE_PROTOCOL))

    wanted = "\n".join(f'    ("{module}", "{name}"),' for module, name in sorted(named))
    assert tuple(sorted(named)) == ALLOWED, f"webapp/model_package/allowlist.py should read:\n{wanted}"


def test_every_candidate_passes_the_door_and_answers_alike(pipelines):
    for name, (pipeline, X) in pipelines.items():
        loaded = pickle.loads(pack_pipeline(pipeline, "any"))

        assert np.array_equal(pipeline_answers(loaded, X), pipeline_answers(pipeline, X)), name


def test_names_are_read_from_every_way_of_writing_them():
    class Named:
        def __reduce__(self):
            return np.dtype, ("f8",)

    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        content = pickle.dumps([Named(), Named(), "text", Pipeline], protocol=protocol)
        assert {("numpy", "dtype"), ("sklearn.pipeline", "Pipeline")} <= named_pairs(content)
