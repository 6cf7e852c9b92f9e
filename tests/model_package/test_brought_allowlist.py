"""The second tuple of allowed names is what pipelines of scikit-learn name: nothing lacks, nothing is left over."""

import pickle

import numpy as np
import pytest
from sklearn.base import is_classifier
from sklearn.pipeline import Pipeline

from tests.model_package.brought_parts import fitted_parts, table
from tests.model_package.test_allowlist import named_pairs
from webapp.errors import PackageUntrusted
from webapp.estimators.brought import BroughtClassifier, BroughtRegressor
from webapp.model_package.allowlist import ALLOWED, ALLOWED_IN_BROUGHT
from webapp.model_package.golden_rows import pipeline_answers
from webapp.model_package.loader import PICKLE_PROTOCOL, pack_pipeline
from webapp.preprocessing import Preprocessor

COLUMNS = (("size", "number", 0, ()), ("age", "number", 1, ()), ("place", "level", 2, ("hill", "lake", "wood")))


def behind_the_form(brought):
    """The pipeline as a package has it."""
    frame, classes, values = table()
    X = frame.astype(object).where(frame.notna(), None).to_numpy()
    preprocessor = Preprocessor(list(frame.columns), ["number", "number", "category"]).fit(X)
    kind, y = (BroughtClassifier, classes) if is_classifier(brought) else (BroughtRegressor, values)
    model = kind(brought, columns=COLUMNS, categorical_features=[2], fitted=True, permutations=2)
    return Pipeline([("preprocess", preprocessor), ("model", model.fit(preprocessor.transform(X), y))]), X


@pytest.fixture(scope="module")
def packed():
    return {name: behind_the_form(brought) for name, brought in fitted_parts()}


def test_the_list_is_what_their_parts_name(packed):
    named = set()
    for pipeline, _ in packed.values():
        named |= named_pairs(pickle.dumps(pipeline, protocol=PICKLE_PROTOCOL))

    listed = sorted(named - set(ALLOWED))
    wanted = "\n".join(f'    ("{module}", "{name}"),' for module, name in listed)
    assert tuple(listed) == ALLOWED_IN_BROUGHT, f"webapp/model_package/allowlist.py should read:\n{wanted}"


def test_each_passes_the_door_and_answers_alike(packed):
    for name, (pipeline, X) in packed.items():
        loaded = pickle.loads(pack_pipeline(pipeline, "any"))

        assert np.array_equal(pipeline_answers(loaded, X), pipeline_answers(pipeline, X)), name


def test_a_part_of_somebody_s_own_is_refused_unless_its_module_is_trusted(packed):
    pipeline, _ = next(iter(packed.values()))
    pipeline.steps[-1][1].estimator_.steps.append(("own", Own()))

    with pytest.raises(PackageUntrusted, match="Own"):
        pack_pipeline(pipeline, "any")
    assert pack_pipeline(pipeline, "any", (__name__,))


class Own:
    """A class of a data scientist's own module."""
