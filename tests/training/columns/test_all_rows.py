"""A sample is understood by what all rows hold, and every row is read by the schema that comes of it."""

import numpy as np
import pytest

from tests.training.sources.test_sampled import as_csv, read, rows
from webapp.errors import UnusableTable
from webapp.reference_profile import feature_counts
from webapp.training.columns.inference import infer_schema
from webapp.training.sources import seen
from webapp.training.spec.file import DataSpec, FeatureSpec, Spec

SPEC = Spec("customers", data=DataSpec("customers", target="left"))


@pytest.fixture
def understood(tmp_path, monkeypatch):
    """A table of which 200 rows are learned from, after a change of each row."""
    monkeypatch.setattr(seen, "MOST_LEVELS", 100)

    def understood(change=lambda row, number: row, count=200, spec=SPEC):
        folder = tmp_path / "customers"
        folder.mkdir(exist_ok=True)
        (folder / "a.csv").write_bytes(as_csv([change(row, number) for number, row in enumerate(rows())]))
        table = read(folder, count)
        return infer_schema(table, spec)

    return understood


def test_a_sample_is_understood_as_its_table_is(understood):
    sample, whole = understood(), understood(count=1_200)

    assert [(one.name, one.kind, one.decimals) for one in sample.schema.features] == [
        (one.name, one.kind, one.decimals) for one in whole.schema.features
    ]
    assert sample.set_aside == whole.set_aside
    assert (len(sample.y), len(whole.y)) == (200, 1_200)
    assert (sample.all_rows.rows, whole.all_rows) == (1_200, None)


def test_the_profile_is_that_of_all_rows(understood):
    sample, whole = understood(), understood(count=1_200)
    profile = sample.all_rows.profile(sample.schema)
    full = feature_counts(whole.schema, whole.X)

    assert profile["plan"] == full["plan"]
    fee = whole.X[:, [one.name for one in whole.schema.features].index("fee")].astype(float)
    assert profile["fee"]["counts"] == np.bincount(np.searchsorted(profile["fee"]["edges"], fee)).tolist()
    assert sum(profile["fee"]["counts"]) == 1_200


@pytest.mark.parametrize(
    ("fee", "kind"), [("on request", "category"), ("NA", "number"), ("01234", "category"), ("1e3", "number")]
)
def test_one_cell_that_the_sample_lacks_decides_the_kind(understood, fee, kind):
    inference = understood(lambda row, number: row | ({"fee": fee} if number == 700 else {}))

    if kind == "category":
        assert "fee" in dict(inference.set_aside)
    else:
        assert inference.schema.by_name["fee"].kind == kind


def test_a_missing_value_that_the_sample_lacks_is_known(understood):
    inference = understood(lambda row, number: row | ({"fee": ""} if number == 700 else {}))

    assert inference.schema.by_name["fee"].missing_seen
    assert inference.all_rows.profile(inference.schema)["fee"]["missing"] == 1
    assert "Missing values: fee 1 (blank)" in inference.notes


def test_a_cell_that_does_not_fit_a_kind_that_was_said_is_refused(understood):
    spec = Spec("customers", data=SPEC.data, features={"fee": FeatureSpec(kind="number")})

    with pytest.raises(UnusableTable, match="“many” in the column “fee”"):
        understood(lambda row, number: row | ({"fee": "many"} if number == 700 else {}), spec=spec)


def test_what_the_sample_does_not_show_is_said(understood):
    def change(row, number):
        return row | ({"plan": "gold"} if number == 700 else {}) | ({"fee": "5000.00"} if number == 701 else {})

    notes = " ".join(understood(change).notes)

    assert "Learned from 200 of 1,200 rows, drawn by what stands in them, the same share of each class" in notes
    assert "All 1,200 rows with a target were read by this schema, and every cell fits it" in notes
    assert "Rows with categories that the sample does not name: plan 1; they count as others" in notes
    assert "Rows beyond what the sample shows: fee" in notes
    assert "every figure on the sample alone" in notes
    assert "same as another in every column" not in notes


def test_what_the_sample_has_decided_is_tried_on_all_rows(understood):
    """One row, which is not drawn, is another than all that are."""

    def change(row, number):
        is_odd = number == 1_190
        told = "no" if is_odd else row["left"]
        return row | {
            "told": {"yes": "gone", "no": "here"}[told],
            "two": "77.25" if is_odd else row["fee"],
            "flag": "off" if is_odd else "on",
            "size": "" if is_odd else str(number % 7 + 0.5),
            "left": "yes" if is_odd else row["left"],
        }

    notes = " ".join(understood(change).notes)

    assert "two was set aside because it repeats fee in the sample, and does not in 1 of 1,200 rows" in notes
    assert (
        "told was set aside because it gives left away in the sample; over all rows it does so less (AUC 0.9" in notes
    )
    assert "Only one value in the sample, so nothing was learned from flag" in notes
    assert "Missing values that the sample does not have: size 1" in notes


def test_copies_of_rows_are_counted_in_all_of_them(understood):
    notes = understood(lambda row, number: rows()[0] if number in (3, 900, 901) else row).notes

    assert "4 rows are the same as another in every column" in notes


def test_a_class_that_the_sample_lacks_is_refused(understood):
    with pytest.raises(UnusableTable, match="The class “maybe” of “left” has 1 of 1,200 rows, and the sample none"):
        understood(lambda row, number: row | ({"left": "maybe"} if number == 700 else {}))
