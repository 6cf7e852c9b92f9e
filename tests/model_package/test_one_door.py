"""Nothing in the service unpickles but the loader, and the loader does it in one place."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOADER = ROOT / "webapp" / "model_package" / "loader.py"
# Loads what a person hands over in training, at their own word; a service loads nothing of it.
BROUGHT = ROOT / "webapp" / "training" / "candidates" / "foreign_pickle.py"
DOORS = {LOADER: ["pickle.Unpickler"], BROUGHT: ["joblib.load"]}
MODULES = sorted([*ROOT.joinpath("webapp").rglob("*.py"), *ROOT.glob("*.py")])

UNPICKLERS = {"pickle", "_pickle", "cPickle", "joblib", "dill", "cloudpickle", "shelve", "marshal", "skops"}
LOADING = {"load", "loads", "Unpickler", "_Unpickler", "open"}


def unpickling_names(tree):
    """Every name by which a module could unpickle: pickle.load, `from joblib import load`, pandas.read_pickle ..."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = getattr(node.value, "id", "")
            if (owner in UNPICKLERS and node.attr in LOADING) or node.attr == "read_pickle":
                yield f"{owner}.{node.attr}"
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.asname and name.name in UNPICKLERS)
        if isinstance(node, ast.ImportFrom) and node.module in UNPICKLERS:
            yield from (f"{node.module}.{name.name}" for name in node.names if name.name in LOADING)
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and getattr(node.value, "value", True):
            yield "allow_pickle"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_loader_can_unpickle(path):
    found = list(unpickling_names(ast.parse(path.read_text(encoding="utf-8"))))

    assert found == DOORS.get(path, [])


def test_the_loader_unpickles_in_one_place():
    calls = [
        node.func
        for node in ast.walk(ast.parse(LOADER.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    ]
    made = [name for name in calls if isinstance(name, ast.Name) and name.id == "_PackageUnpickler"]
    loads = [name for name in calls if isinstance(name, ast.Attribute) and name.attr in LOADING]

    assert (len(made), len(loads)) == (1, 1)


@pytest.mark.parametrize(
    "source",
    [
        "import pickle\npickle.loads(b'')",
        "from pickle import loads",
        "from joblib import load as read",
        "import pickle as p",
        "import pandas\npandas.read_pickle('x')",
        "import numpy\nnumpy.load('x', allow_pickle=True)",
        "numpy.load('x', allow_pickle=flag)",
    ],
)
def test_a_second_door_would_be_noticed(source):
    assert list(unpickling_names(ast.parse(source)))
