"""Tables that come with scikit-learn, by name, and nothing over a network."""

import pytest
from sklearn import datasets

from webapp.errors import UnusableTable
from webapp.training.columns.inference import infer_schema
from webapp.training.sources.bundled import NAMES
from webapp.training.sources.table_source import read_table
from webapp.training.spec.file import DataSpec, Spec


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("breast_cancer", 569, 31),
        ("diabetes", 442, 11),
        ("digits", 1797, 65),
        ("iris", 150, 5),
        ("linnerud", 20, 6),
        ("wine", 178, 14),
    ],
)
def test_a_bundled_table_is_read_whole(name, rows, columns):
    table = read_table(f"sklearn:{name}")

    assert (table.name, table.rows, len(table.columns)) == (name, rows, columns)
    assert (table.origin.kind, table.sha256, len(table.rows_sha256)) == ("sklearn", "", 64)


def test_numbers_keep_every_digit():
    frame = datasets.load_diabetes(as_frame=True).frame
    table = read_table("sklearn:diabetes")

    assert [float(cell) for cell in table.columns["bmi"]] == frame["bmi"].tolist()


def test_classes_have_their_names():
    assert set(read_table("sklearn:iris").columns["target"]) == {"setosa", "versicolor", "virginica"}
    assert set(read_table("sklearn:digits").columns["target"]) == set("0123456789")
    assert "target" not in read_table("sklearn:linnerud").columns


def test_it_can_be_learned_from():
    spec = Spec("iris", data=DataSpec("sklearn:iris", target="target"))
    schema = infer_schema(read_table("sklearn:iris"), spec).schema

    assert [feature.kind for feature in schema.features] == ["number"] * 4
    assert schema.target.classes == ("setosa", "versicolor", "virginica")


def test_what_would_be_fetched_is_not_known():
    assert not any(name.startswith("fetch") or hasattr(datasets, f"fetch_{name}") for name in NAMES)
    with pytest.raises(UnusableTable, match="There is no bundled table sklearn:california_housing. scikit-learn has"):
        read_table("sklearn:california_housing")
