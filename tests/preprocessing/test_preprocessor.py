"""Typed values to encoded columns: one row and a million take the same meaning."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from webapp.preprocessing import FEW_ROWS, EncodedColumn, Preprocessor

KINDS = ["number", "category", "date", "datetime", "yes_no"]
NAMES = ["amount", "region", "day", "moment", "member"]

cells = st.tuples(
    st.none() | st.floats(-1e30, 1e30),
    st.sampled_from([None, np.nan, "North", "South", "north", "NA", "None", "unheard of"]),
    st.sampled_from([None, np.datetime64("NaT", "D")]) | st.dates().map(lambda day: np.datetime64(day, "D")),
    st.none() | st.datetimes().map(lambda moment: np.datetime64(moment.replace(microsecond=0), "s")),
    st.none() | st.sampled_from([0.0, 1.0]),
)


def table(rows):
    X = np.empty((len(rows), len(KINDS)), dtype=object)
    for position, row in enumerate(rows):
        X[position] = row
    return X


@pytest.fixture(scope="module")
def fitted():
    day, moment = np.datetime64("2024-02-29", "D"), np.datetime64("2024-02-29T18:30:00", "s")
    levels = ["North"] * 5 + ["South"] * 5 + ["NA"] * 5 + ["rare"] * 4
    return Preprocessor(NAMES, KINDS).fit(table([(1.0, level, day, moment, 1.0) for level in levels]))


@given(rows=st.lists(cells, min_size=1, max_size=FEW_ROWS))
def test_one_row_is_encoded_as_its_batch_is(fitted, rows):
    X = table(rows)
    many = np.vstack([X] * (FEW_ROWS // len(X) + 2))

    encoded = fitted.transform(many)[: len(X)]

    for position in range(len(X)):
        np.testing.assert_array_equal(fitted.transform(X[position : position + 1])[0], encoded[position])


def test_a_date_becomes_its_parts(fitted):
    X = table([(2.5, "South", np.datetime64("2024-02-29"), np.datetime64("1969-12-31T23:30:00", "s"), 0.0)])

    amount, region, *parts, member = fitted.transform(X)[0]

    assert (amount, region, member) == (2.5, fitted.vocabularies_[1]["South"], 0.0)
    assert parts == [2024, 2, 3, 19782, 1969, 12, 2, -1, 23.5]
    assert fitted.encoded[2] == EncodedColumn(2, "year", False)


def test_missing_is_missing_and_never_zero(fitted):
    encoded = fitted.transform(table([(None, None, None, None, None)]))

    assert np.isnan(encoded).all()


def test_a_category_with_few_rows_is_not_named(fitted):
    codes = fitted.transform(table([(0.0, level, None, None, None) for level in ("rare", "unheard of", "NA")]))[:, 1]

    assert list(codes[:2]) == [-1.0, -1.0]
    assert codes[2] == fitted.vocabularies_[1]["NA"]
    assert b"rare" not in pickle.dumps(fitted)


def test_a_dataframe_is_read_by_column_name(fitted):
    X = table([(1.0, "North", None, None, 1.0)])
    shuffled = pd.DataFrame(X, columns=NAMES)[NAMES[::-1]]

    np.testing.assert_array_equal(fitted.transform(shuffled), fitted.transform(X))


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.zeros((2, 4), dtype=object), "expecting 5 features"),
        (np.zeros((40, 4), dtype=object), "expecting 5 features"),
        (np.zeros(3, dtype=object), "2D"),
        (pd.DataFrame({"amount": [1.0]}), "region, day, moment, member"),
        (table([(float("inf"), "North", None, None, 1.0)]), "infinity"),
    ],
)
def test_another_shape_is_refused_in_words(fitted, X, message):
    with pytest.raises(ValueError, match=message):
        fitted.transform(X)


def test_it_keeps_the_contract_of_an_estimator(fitted):
    fresh = clone(fitted)

    assert fresh.get_params() == fitted.get_params()
    assert not hasattr(fresh, "encoded_")
    assert list(fitted.get_feature_names_out()[:3]) == ["amount:value", "region:level", "day:year"]
    assert fitted.transform(table([(1.0, "North", None, None, 1.0)])).flags.c_contiguous
