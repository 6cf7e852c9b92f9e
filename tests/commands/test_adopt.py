"""adopt: somebody's pickle gets a schema, gates and a form; and an estimator of one's own is a candidate."""

import json
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from tests.commands.workplace import QUICK
from tests.training.known_tables import leaving, rents

NUMBERS, TEXTS = ["months", "fee"], ["plan", "has_app"]
OWN = """
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.linear_model import LogisticRegression


class Own(LogisticRegression):
    "A class of its own, which a package names by this module."


def pairs():
    return Own(max_iter=1000)


def columns():
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OneHotEncoder

    taken = ColumnTransformer(
        [("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["first", "second"]),
         ("texts", OneHotEncoder(handle_unknown="ignore"), ["shade"])]
    )
    return make_pipeline(taken, PolynomialFeatures(2), LogisticRegression(max_iter=1000))


def nothing():
    return 7


def broken():
    raise KeyError("no such thing")
"""


def frame_of(table):
    return pd.read_csv(table)


def pipeline(estimator, unknown="ignore"):
    return Pipeline(
        [
            (
                "columns",
                ColumnTransformer(
                    [
                        ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), NUMBERS),
                        ("texts", OneHotEncoder(handle_unknown=unknown), TEXTS),
                    ]
                ),
            ),
            ("model", estimator),
        ]
    )


@pytest.fixture
def table(place):
    return place.table("leaving.csv", leaving())


@pytest.fixture
def pickled(place, table):
    frame = frame_of(table)
    fitted = pipeline(LogisticRegression()).fit(frame[NUMBERS + TEXTS], frame["left"])
    path = place.folder / "their-model.joblib"
    joblib.dump(fitted, path)
    return path, fitted


def adopt(terminal, path, table, *more):
    return terminal.webapp("adopt", str(path), "--data", table, "--target", "left", "--i-trust-this-file", *more)


def test_without_trust_nothing_is_loaded(terminal, table, tmp_path):
    hostile = tmp_path / "hostile.pkl"
    hostile.write_bytes(b"cos\nsystem\n(S'touch /tmp/never'\ntR.")

    said = terminal.webapp("adopt", str(hostile), "--data", table, "--target", "left")

    assert said.code == 2
    assert "runs whatever code is in it" in said.out
    assert "--i-trust-this-file" in said.out
    assert terminal.place.versions("hostile") == []


def test_a_pickle_gets_a_form_in_one_command(terminal, pickled, table):
    path, _ = pickled

    said = adopt(terminal, path, table)

    assert said.code == 0, said.err
    assert "Loading" in said.err and "which runs the code in it" in said.err
    assert "It answers now." in said.out
    assert "nobody here knows which rows it learned from" in said.out
    assert "Asks for   4 inputs" in said.out


def test_the_package_answers_as_the_pickle_does_by_itself(terminal, pickled, table):
    path, fitted = pickled
    adopt(terminal, path, table)
    [stored] = terminal.place.versions("their-model")
    package = terminal.place.open("their-model", stored.version)
    frame = frame_of(table)

    rows = [["basic", "Yes"], ["max", "No"]]
    X = np.array([[12.0, 55.5, *rows[0]], [40.0, None, *rows[1]]], dtype=object)
    names = [feature.name for feature in package.schema.features]
    order = [[*NUMBERS, *TEXTS].index(name) for name in names]
    X[:, 3] = [1.0, 0.0]
    ours = package.pipeline.predict_proba(X[:, order])
    theirs = fitted.predict_proba(
        pd.DataFrame({"months": [12, 40], "fee": [55.5, np.nan], "plan": ["basic", "max"], "has_app": ["Yes", "No"]})
    )

    assert frame["left"].nunique() == 2
    assert np.allclose(ours, theirs, atol=1e-12)


def test_what_is_not_known_is_said_and_not_guessed(terminal, pickled, table):
    path, _ = pickled
    adopt(terminal, path, table)

    facts = json.loads(terminal.webapp("show", "their-model", "--json").out)
    card = terminal.webapp("show", "their-model").out

    assert facts["rows"]["train"] is None
    assert facts["reasons"] == "estimated"
    assert facts["stability"] is None
    assert facts["adopted"]["file"] == "their-model.joblib"
    assert facts["schema"]["id_column"] == ""
    assert "fitted elsewhere" in card


def test_a_pipeline_that_refuses_an_unknown_category_answers_it_all_the_same(terminal, place, table):
    frame = frame_of(table)
    path = place.folder / "strict.joblib"
    joblib.dump(pipeline(LogisticRegression(), unknown="error").fit(frame[NUMBERS + TEXTS], frame["left"]), path)
    assert adopt(terminal, path, table).code == 0
    package = place.open("strict", place.versions("strict")[0].version)
    X = np.array([[feature.typical_value for feature in package.schema.features]] * 2, dtype=object)
    X[1, [feature.name for feature in package.schema.features].index("plan")] = "never seen"

    chances = package.pipeline.predict_proba(X)

    assert np.isfinite(chances).all()
    assert not np.allclose(chances[0], chances[1])


def test_a_number_gets_a_range(terminal, place):
    table = place.table("rents.csv", rents())
    frame = frame_of(table)
    columns = ColumnTransformer([("texts", OneHotEncoder(), ["where"])], remainder="passthrough")
    path = place.folder / "rent.pkl"
    joblib.dump(
        make_pipeline(columns, GradientBoostingRegressor(n_estimators=20)).fit(frame[["area", "where"]], frame.rent),
        path,
    )

    said = terminal.webapp("adopt", str(path), "--data", table, "--target", "rent", "--i-trust-this-file")

    assert said.code == 0, said.err
    facts = json.loads(terminal.webapp("show", "rent", "--json").out)
    assert facts["evaluation"]["coverage"] is not None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no pickle at all", "cannot be loaded"),
        (b"\x80\x04.", "cannot be loaded"),
        (b"\x80\x04K\x07.", "holds a int, which is no scikit-learn model"),
    ],
)
def test_a_file_that_is_no_model_is_said_so(terminal, table, tmp_path, content, sentence):
    path = tmp_path / "odd.pkl"
    path.write_bytes(content)

    said = adopt(terminal, path, table)

    assert said.code == 1
    assert sentence in said.err
    assert terminal.place.specs == []


def test_a_model_that_does_not_name_its_columns_is_refused(terminal, place, table):
    path = place.folder / "nameless.pkl"
    joblib.dump(LogisticRegression().fit([[0.0], [1.0]], ["No", "Yes"]), path)

    said = adopt(terminal, path, table)

    assert said.code == 1
    assert "Fit it on a DataFrame" in said.err


def test_a_table_that_lacks_what_it_takes_is_refused(terminal, pickled, place):
    narrow = place.table("narrow.csv", {name: cells for name, cells in leaving().items() if name != "plan"})

    said = adopt(terminal, pickled[0], narrow)

    assert said.code == 1
    assert "takes columns that" in said.err and "plan" in said.err
    assert place.versions("their-model") == []


def test_a_pipeline_that_wants_columns_mended_before_says_where_that_belongs(terminal, place, table):
    frame = frame_of(table)
    mended = frame[NUMBERS].fillna(0.0)
    names_only = ColumnTransformer([("numbers", StandardScaler(), NUMBERS)])
    path = place.folder / "mended.joblib"
    joblib.dump(make_pipeline(names_only, LogisticRegression()).fit(mended, frame["left"]), path)
    spoilt = {name: [" " if at == 3 else cell for at, cell in enumerate(cells)] for name, cells in leaving().items()}

    said = adopt(terminal, path, place.table("spoilt.csv", leaving() | {NUMBERS[0]: spoilt[NUMBERS[0]]}))

    assert said.code == 1
    assert "belongs into the pipeline" in said.err
    assert (place.versions("mended"), place.specs) == ([], [])


def test_a_direction_that_the_spec_asks_for_is_refused(terminal, pickled, table, place):
    spec = place.folder / "specs" / "their-model.toml"
    spec.parent.mkdir()
    asked = f"[data]\nsource = '{table}'\ntarget = 'left'\n\n[features.fee]\nmonotonic = 'up'\n"
    spec.write_text(asked)

    said = adopt(terminal, pickled[0], table)

    assert said.code == 1
    assert "[features.fee] monotonic cannot be kept to: their-model.joblib was fitted elsewhere" in said.err
    assert (place.versions("their-model"), spec.read_text()) == ([], asked)


def test_other_classes_than_its_own_are_refused(terminal, pickled, place):
    other = place.table(
        "other.csv", {**leaving(), "left": ["gone" if x == "Yes" else "here" for x in leaving()["left"]]}
    )

    said = adopt(terminal, pickled[0], other)

    assert said.code == 1
    assert "tells apart No, Yes" in said.err


def test_an_untrusted_part_is_named_with_what_would_trust_it(terminal, place, table, monkeypatch, tmp_path):
    (tmp_path / "their_code.py").write_text("def doubled(X):\n    return X * 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import their_code  # noqa: PLC0415 - made a moment ago

    frame = frame_of(table)
    path = place.folder / "own-code.joblib"
    numbers = make_pipeline(SimpleImputer(), FunctionTransformer(their_code.doubled))
    columns = ColumnTransformer([("numbers", numbers, NUMBERS)])
    joblib.dump(make_pipeline(columns, LogisticRegression()).fit(frame[NUMBERS], frame["left"]), path)

    refused = adopt(terminal, path, table)
    monkeypatch.setenv("FORMCAST_TRUSTED_MODULES", "their_code")
    trusted = adopt(terminal, path, table)

    assert refused.code == 1
    assert "FORMCAST_TRUSTED_MODULES=their_code" in refused.err
    assert trusted.code == 0, trusted.err
    sys.modules.pop("their_code")


@pytest.fixture
def own_module(tmp_path, monkeypatch):
    (tmp_path / "my_estimators.py").write_text(OWN)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "my_estimators"
    sys.modules.pop("my_estimators", None)


def crossed(rows=400, seed=0):
    """The answer depends on whether two numbers have the same sign: no sum of effects can tell."""
    random = np.random.default_rng(seed)
    first, second = random.normal(size=(2, rows)).round(3)
    answer = np.where(random.random(rows) < np.where(first * second > 0, 0.92, 0.08), "yes", "no")
    shade = random.choice(["light", "dark"], rows)
    return {"first": first.tolist(), "second": second.tolist(), "shade": shade.tolist(), "answer": answer.tolist()}


def with_own(place, function, columns):
    place.table("crossed.csv", columns)
    specs = place.folder / "specs"
    specs.mkdir(exist_ok=True)
    text = f'[data]\nsource = "crossed.csv"\ntarget = "answer"\n[training]\nestimator = "my_estimators:{function}"\n'
    (specs / "crossed.toml").write_text(text)


def test_a_pipeline_of_one_s_own_is_taken_where_it_is_better(terminal, place, own_module):
    with_own(place, "columns", crossed())

    said = terminal.train("crossed", *QUICK)

    facts = json.loads(terminal.webapp("show", "crossed", "--json").out)
    assert said.code == 0, said.err
    assert facts["estimator"] == "own"
    assert facts["own_estimator"] == "my_estimators:columns"
    assert facts["reasons"] == "estimated"


def test_a_bare_estimator_gets_the_encoded_columns_and_loses_where_it_is_no_better(
    terminal, place, own_module, monkeypatch
):
    with_own(place, "pairs", crossed())
    monkeypatch.setenv("FORMCAST_TRUSTED_MODULES", own_module)

    said = terminal.train("crossed", *QUICK)

    facts = json.loads(terminal.webapp("show", "crossed", "--json").out)
    assert said.code in (0, 3), said.err
    assert "own" in [candidate["name"] for candidate in facts["candidates"]]
    assert facts["estimator"] != "own"


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        ("absent", "cannot be imported"),
        ("nothing", "must give an unfitted scikit-learn"),
        ("broken", "gave no estimator: KeyError"),
    ],
)
def test_an_estimator_that_is_none_is_said_so_and_nothing_is_stored(terminal, place, own_module, function, sentence):
    with_own(place, function, crossed())

    said = terminal.train("crossed", *QUICK)

    assert said.code == 1
    assert sentence in said.err
    assert place.versions("crossed") == []
