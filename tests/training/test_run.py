"""A whole training run, and what it must never leave in a package."""

import io
import itertools
import json
import pickletools
import struct
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from tests.training.known_tables import KEY, QUICK, ROWS, Options, learn, leaving, rents, spec_of
from webapp.errors import ModelStoreError, UnusableSpec, UnusableTable
from webapp.model_store import ModelStore
from webapp.parsing.answers import OTHER
from webapp.training.run import train
from webapp.training.sources.table_source import table_from_bytes
from webapp.training.spec.file import TrainingSpec


def test_a_run_leaves_a_version_that_loads(store, outcome, package):
    metadata = package.metadata

    assert store.versions("leaving") == [outcome.stored]
    assert (metadata["model"], metadata["number"], metadata["seed"]) == ("leaving", 1, 0)
    assert metadata["rows"] == {"train": 256, "holdout": 64}
    assert metadata["split"] == "by time"
    assert metadata["data"]["rows"] == ROWS
    assert [gate["name"] for gate in metadata["gates"]] == [gate.name for gate in outcome.gates]
    names = [tried["name"] for tried in metadata["candidates"]]
    assert names[0] == "additive"
    assert {"additive with pairs", "boosting", "forest"} <= set(names)
    assert [tried["taken"] for tried in metadata["candidates"]].count(True) == 1
    assert {one["feature"] for one in metadata["selection"]} >= set(package.schema.by_name)
    assert metadata["timezone"] == "UTC"
    assert metadata["durations"]["training_s"] > metadata["durations"]["additive_s"]


def test_the_latest_rows_are_judged_on_and_none_of_them_is_learned_from(outcome, package):
    joined = sorted(leaving()["joined"])
    [feature] = [feature for feature in package.schema.features if feature.name == "joined"]
    days = package.profile["features"][feature.name]

    assert sum(days["counts"]) == package.profile["rows"] == 256
    assert max(days["edges"]) <= (np.datetime64(joined[256]) - np.datetime64("1970-01-01")).astype(int) * 1.01


def test_the_commit_is_that_of_the_code_whatever_the_folder(tmp_path, monkeypatch, package):
    monkeypatch.chdir(tmp_path)

    learned = learn(rents(), spec_of("rents", "rent"), tmp_path / "store")

    again = ModelStore(tmp_path / "store").load("rents", learned.stored.version, (KEY.public,))
    assert again.metadata["git_commit"] == package.metadata["git_commit"]


def test_the_same_table_and_seed_give_the_same_answers_twice(tmp_path):
    store = ModelStore(tmp_path)
    runs = [learn(rents(), spec_of("rents", "rent"), tmp_path) for _ in range(2)]

    first, second = (store.files("rents", run.stored.version) for run in runs)
    same = {name for name in first if first[name] == second[name]}
    assert {"golden_rows.json", "reference_profile.json", "pipeline.pkl"} <= same


def test_a_class_that_time_leaves_out_of_the_training_rows_is_refused(tmp_path):
    columns = {
        "day": [str(np.datetime64("2024-01-01") + day) for day in range(100)],
        "size": list(range(100)),
        "kind": ["old", "older"] * 45 + ["new"] * 10,
    }

    with pytest.raises(UnusableTable, match="The class “new” of kind has too few rows"):
        learn(columns, spec_of("kinds", "kind", time_column="day"), tmp_path)

    assert ModelStore(tmp_path).models() == []


def test_a_column_that_was_set_aside_cannot_be_the_time(tmp_path):
    columns = leaving() | {"joined": ["2024-01-01"] * ROWS}

    with pytest.raises(UnusableSpec, match="“joined” cannot say which rows are the latest, because it is set aside"):
        learn(columns, spec_of("leaving", "left", time_column="joined"), tmp_path)


def test_progress_is_told_step_by_step(tmp_path):
    said = []

    learn(rents(), spec_of("rents", "rent"), tmp_path, replace(QUICK, say=said.append))

    assert said == [
        "Reading the columns",
        "Learning the additive model",
        "Looking for columns that say more together",
        "Fitting the chosen model",
        "Judging it on the rows kept back",
        "Looking at each part of the rows and at each field",
        "Packing, signing and storing",
    ]


class _Interrupted(Exception):
    """Somebody pulls the plug."""


@pytest.mark.parametrize("step", ["Learning the additive model", "Packing, signing and storing"])
def test_a_run_that_ends_early_leaves_the_store_as_it_was(tmp_path, step):
    def say(message):
        if message == step:
            raise _Interrupted

    with pytest.raises(_Interrupted):
        learn(rents(), spec_of("rents", "rent"), tmp_path / "store", replace(QUICK, say=say))

    assert ModelStore(tmp_path / "store").models() == []
    assert not list(tmp_path.rglob("*.pkl"))


def test_a_store_that_cannot_be_written_is_an_error_in_words(tmp_path):
    (tmp_path / "store").write_text("in the way")

    with pytest.raises(ModelStoreError, match="cannot be used"):
        learn(rents(), spec_of("rents", "rent"), tmp_path / "store")


# Privacy: whatever stands once in the table stands nowhere in the package.

SECRET_TEXT = "Vera Quillfeather"
RARE_PLACE = "Lesser Wobbleton"
EXTREME = 98765432.123457
LOW = -31415926.535898
SECRET_DAY = "1907-03-19"
RARE_CLASS_WORD = "zzyzx-once"


def canary_columns():
    """400 rows; some hold what only one person, or four of them, could be known by."""
    random = np.random.default_rng(9)
    rows = 400
    income = random.normal(50_000, 9_000, rows).round(6)
    income[20], income[18] = EXTREME, LOW  # rows that are learned from, as all the others that stand out
    place = random.choice(["North", "South"], rows).astype(object)
    place[50:54] = RARE_PLACE
    word = random.choice(["a", "b", "c"], rows).astype(object)
    word[66] = RARE_CLASS_WORD
    born = [str(np.datetime64("1960-01-01") + int(day)) for day in random.integers(0, 15_000, rows)]
    born[82] = SECRET_DAY
    score = (income - 50_000) / 3_000 * np.where(place == "North", 1, -1)  # a product: boosting learns it
    return {
        "case": [f"ID-{number}" for number in random.permutation(900_000)[:rows] + 100_000],
        "passport": [f"P{number}" for number in random.permutation(9_000_000)[:rows] + 1_000_000],
        "note": [f"{SECRET_TEXT} called on row {row} about her {row} cats" for row in range(rows)],
        "income": income.tolist(),
        "place": place.tolist(),
        "word": word.tolist(),
        "born": born,
        "bought": np.where(random.random(rows) < expit(score), "yes", "no").tolist(),
    }


TAKEN = {"additive": (0.0, True), "additive with pairs": (600.0, True), "boosting": (600.0, False)}


@pytest.fixture(scope="module", params=list(TAKEN))
def canary_files(request, tmp_path_factory):
    store = ModelStore(tmp_path_factory.mktemp("canary"))
    budget_s, pairs = TAKEN[request.param]
    spec = replace(spec_of("canary", "bought", id_column="case"), training=TrainingSpec(pairs=pairs))
    learned = learn(canary_columns(), spec, store.root, Options(budget_s=budget_s))
    assert [one["name"] for one in learned.facts["candidates"] if one["taken"]] == [request.param]
    return store.files("canary", learned.stored.version)


def floats_in(content):
    """Every eight bytes of a pickle's strings of bytes that could be a float, and every float written as such."""
    found = []
    for _, argument, _ in pickletools.genops(io.BytesIO(content)):
        if isinstance(argument, float):
            found.append([argument])
        elif isinstance(argument, bytes | bytearray) and len(argument) >= 8:
            found += [np.frombuffer(argument[start : start + (len(argument) - start) // 8 * 8]) for start in range(8)]
    return np.concatenate([np.atleast_1d(part).astype(float) for part in found])


def test_a_package_holds_nobody_s_text(canary_files):
    columns = canary_columns()
    unique = [SECRET_TEXT, "Quillfeather", RARE_PLACE, "Wobbleton", RARE_CLASS_WORD, SECRET_DAY, "98765432", "31415926"]
    for text in itertools.chain(unique, columns["case"], columns["passport"], columns["note"]):
        holders = [name for name, content in canary_files.items() if text.encode() in content]
        assert not holders, text


def test_a_package_holds_nobody_s_number(canary_files):
    income = np.array(canary_columns()["income"])
    content = canary_files["pipeline.pkl"]
    written = b"".join(file for name, file in canary_files.items() if name != "pipeline.pkl")

    assert not any(struct.pack("<d", value) in content for value in income)
    assert not any(repr(value).encode() in written for value in income.tolist())
    with np.errstate(all="ignore"):
        for secret in (EXTREME, LOW):
            assert np.nanmin(np.abs(floats_in(content) / secret - 1)) > 1e-6
    day = float((np.datetime64(SECRET_DAY) - np.datetime64("1970-01-01")).astype(int))
    assert struct.pack("<d", day) not in content
    assert f"{int(day)}".encode() not in written


def test_limits_of_a_package_are_rounded_outward(canary_files):
    features = {feature["name"]: feature for feature in json.loads(canary_files["metadata.json"])["schema"]["features"]}

    assert features["income"]["observed"] == [-32_000_000.0, 99_000_000.0]
    assert len(f"{features['income']['typical']:g}") <= 5
    assert [choice["value"] for choice in features["place"]["choices"]] == ["North", "South"]
    assert features["place"]["other_rows"] == 4


def test_rare_categories_are_learned_as_one(tmp_path):
    table = table_from_bytes(b"".join(_lines(canary_columns())), "canary", "canary.csv")
    learned = train(table, spec_of("canary", "bought", id_column="case"), ModelStore(tmp_path), KEY, QUICK)
    names = [feature.name for feature in learned.inference.schema.features]

    assert "note" not in names
    assert set(learned.inference.X[:, names.index("place")]) <= {"North", "South", RARE_PLACE, OTHER}
    levels = json.loads(ModelStore(tmp_path).files("canary", learned.stored.version)["reference_profile.json"])
    assert set(levels["features"]["place"]["levels"]) == {"North", "South"}


def _lines(columns):
    yield (",".join(columns) + "\n").encode()
    for row in zip(*columns.values(), strict=True):
        yield (",".join(map(str, row)) + "\n").encode()
