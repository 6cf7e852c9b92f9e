"""A new version beside the one in use: its answers, its questions, its table; where it passes and where not."""

from dataclasses import replace

import numpy as np
import pytest

from tests.training.known_tables import balances, csv_text, leaving, spec_of
from tests.training.succession import Rows, Version, buying
from webapp import clock
from webapp.training.columns.inference import infer_schema
from webapp.training.division.rows import divide_rows
from webapp.training.gates.champion import FEWEST_ROWS, NONE_IN_USE, no_feature_forgotten, not_worse
from webapp.training.gates.origin import data_not_outdated, right_version
from webapp.training.sources.table_source import table_from_bytes
from webapp.training.spec.file import FeatureSpec, read_spec
from webapp.training.spec.gate_limits import GateSpec
from webapp.training.succession.incumbent import Incumbent, NewRows, losses_of, never_seen, replayed

LIMITS = GateSpec()
UNKNOWN = Incumbent(0, problem="The database is away.")


def rows_of(columns, spec):
    table = table_from_bytes(csv_text(columns).encode(), "new", "new.csv")
    inference = infer_schema(table, spec)
    division = divide_rows(spec, inference, 0)
    return NewRows(table, spec, inference, division.holdout, division.large)


def asked_gate(incumbent, rows, allowed, asked=None):
    return no_feature_forgotten(incumbent, rows, asked or rows.inference.schema, allowed)


def worse_gate(old, new, limits=LIMITS, **facts):
    return not_worse(old.incumbent(**facts), new.kept_back, new.losses, limits)


TABLE = buying(2500, 5)


@pytest.fixture(scope="module")
def old():
    return Version(TABLE.first(1700))


@pytest.fixture(scope="module")
def new():
    return Version(TABLE)


@pytest.fixture(scope="module")
def spoiled():
    return Version(TABLE, learned=TABLE.with_noise_in(1.0, seed=0))


def test_without_a_version_in_use_there_is_nothing_to_compare_with(new):
    gates = [
        not_worse(None, new.kept_back, new.losses, LIMITS),
        asked_gate(None, new.kept_back, ()),
    ]

    assert {(gate.verdict, gate.reason) for gate in gates} == {("pass", NONE_IN_USE)}


def test_the_comparison_is_on_rows_that_neither_version_learned_from(old, new, spoiled):
    good, bad = worse_gate(old, new), worse_gate(old, spoiled)

    assert (good.verdict, bad.verdict) == ("pass", "refuse")
    assert "cases that neither of them had learned from" in good.reason
    assert "version 3" in bad.measured


def test_the_version_in_use_never_learned_from_the_rows_it_is_compared_on(old, new):
    replay = replayed(old.incumbent(), new.kept_back)
    learned = set(map(tuple, TABLE.first(1700).X[old.division.train].tolist()))

    compared = TABLE.X[new.division.holdout][replay.unseen]
    assert len(compared) > 0.9 * len(new.division.holdout)
    assert not learned & set(map(tuple, compared.tolist()))


@pytest.mark.parametrize("seed", [1, 2])
def test_of_rows_drawn_otherwise_only_those_that_were_kept_back_then_are_compared(seed, new):
    other = Version(TABLE, seed=seed)
    replay = replayed(other.incumbent(), new.kept_back)

    assert FEWEST_ROWS <= replay.unseen.sum() < 0.4 * len(new.division.holdout)
    assert set(new.division.holdout[replay.unseen]) <= set(other.division.holdout)


def test_common_cases_are_not_said_to_be_unseen():
    X = TABLE.X.copy()
    X[:500] = X[0]  # one row in five is the same
    rows = Rows(X, TABLE.y)
    version, again = Version(rows), Version(rows)
    replay = replayed(version.incumbent(), again.kept_back)
    is_common = np.all(again.inference.X[again.division.holdout] == X[0], axis=1)

    assert is_common.any()
    assert not replay.unseen[is_common].any()
    assert replay.unseen[~is_common].mean() > 0.9


def test_what_a_version_was_judged_on_is_known_though_it_is_not_asked_with_all_that_it_could_have_been(old, new):
    incumbent = old.incumbent()
    features = incumbent.metadata["schema"]["features"]
    fewer = {**incumbent.metadata["schema"], "features": features[:1]}
    narrow = replace(incumbent, metadata={**incumbent.metadata, "schema": fewer})

    assert np.array_equal(never_seen(narrow, new.kept_back), never_seen(incumbent, new.kept_back))


def test_where_nobody_knows_what_it_learned_from_both_measurements_must_speak_against_the_new_one(old, new, spoiled):
    unknown = {"kept_back": None}
    surprised = {"evaluation": {"loss": 5.0, "holdout_rows": 200}}

    assert worse_gate(old, new, **unknown).verdict == "pass"
    assert worse_gate(old, spoiled, **unknown).verdict == "refuse"
    assert worse_gate(old, spoiled, **unknown, **surprised).verdict == "pass"
    assert "may have learned from some of them" in worse_gate(old, spoiled, **unknown).reason


def test_a_little_worse_is_only_warned_of(old, spoiled):
    assert worse_gate(old, spoiled, GateSpec(max_worse_percent=100)).verdict == "warn"


def test_a_version_that_cannot_be_opened_or_asked_for_is_warned_of(new):
    gate = not_worse(UNKNOWN, new.kept_back, new.losses, LIMITS)

    assert gate.verdict == "warn"
    assert gate.reason == (
        "It could not be compared with the version in use: it cannot be opened here. The database is away"
    )
    assert asked_gate(UNKNOWN, new.kept_back, ()).verdict == "warn"
    assert data_not_outdated(UNKNOWN, new.kept_back, "", LIMITS).verdict == "pass"


def test_too_few_rows_to_compare_on_are_warned_of(old):
    few = Version(buying(60, 9))

    assert "too few to tell" in worse_gate(old, few, kept_back=None).reason


def test_a_version_that_answers_another_question_is_not_compared(old):
    rows = rows_of(balances(), spec_of("balances", "balance"))

    gate = not_worse(old.incumbent(), rows, np.zeros(len(rows.rows)), LIMITS)
    assert gate.verdict == "warn"
    assert "it answers another question, “bought”" in gate.reason


def test_a_version_that_knows_other_classes_is_not_compared(old, new):
    target = replace(new.inference.schema.target, classes=("maybe", "no", "yes"))
    inference = replace(new.inference, schema=replace(new.inference.schema, target=target))

    gate = not_worse(old.incumbent(), replace(new.kept_back, inference=inference), new.losses, LIMITS)
    assert "it knows other classes of “bought”" in gate.reason


# Tables that changed between two versions


@pytest.fixture(scope="module")
def in_use(store, package):
    """The model `leaving`, learned by time."""
    return Incumbent(package.number, package.version, package.metadata, package)


def leaving_rows(columns=None, **data):
    spec = spec_of("leaving", "left", id_column="customer", time_column="joined", **data)
    return rows_of(columns or leaving(), spec)


def test_the_same_table_asks_the_same_and_is_answered_the_same(in_use, outcome):
    rows = leaving_rows()
    replay = replayed(in_use, rows)
    own = losses_of(in_use.package.pipeline, rows.inference.X[rows.rows], rows.y)

    assert np.array_equal(replay.losses, own)
    assert replay.readable.all()
    assert asked_gate(in_use, rows, ()).verdict == "pass"


def test_by_time_the_rows_after_the_last_month_it_learned_from_are_compared(in_use):
    rows = leaving_rows()
    replay = replayed(in_use, rows)
    days = np.array(rows.values("joined").tolist(), dtype="datetime64[D]")

    assert replay.unseen.any()
    assert np.array_equal(replay.unseen, days > np.datetime64(in_use.metadata["data_until"]))


def test_a_table_that_is_written_otherwise_is_read_the_same_by_the_version_in_use(in_use):
    """A comma as decimal sign, semicolons, another order of columns, and one that is taken for something else now."""
    columns = leaving()
    columns["fee"] = [fee.replace(".", ",") for fee in columns["fee"]]
    columns = dict(reversed(columns.items()))
    table = table_from_bytes(csv_text(columns, ";").encode(), "new", "new.csv")
    spec = spec_of("leaving", "left", id_column="customer", time_column="joined")
    spec = replace(spec, features={"months": FeatureSpec(kind="category")})
    inference = infer_schema(table, spec)
    same = leaving_rows()
    rows = replace(same, table=table, spec=spec, inference=inference)

    assert np.array_equal(replayed(in_use, rows).losses, replayed(in_use, same).losses)
    assert asked_gate(in_use, rows, ()).reason.endswith("but “Months” was a number and is one of a list")


def test_a_cell_that_the_version_in_use_cannot_read_leaves_its_row_out(in_use):
    columns = leaving()
    columns["months"] = ["a few" if at % 2 else str(months) for at, months in enumerate(columns["months"])]
    rows = leaving_rows(columns)
    replay = replayed(in_use, rows)

    few = rows.table.columns["months"][rows.rows] == "a few"
    assert np.array_equal(replay.readable, ~few)
    assert not replay.unseen[few].any()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda columns: columns.pop("plan"), "the table has no column “plan”"),
        (lambda columns: columns.update(tariff=columns.pop("plan"), plans=[1, 2] * 160), "Is it “plans” now?"),
        (lambda columns: columns.update(plan=["max"] * 320), "“plan” was set aside, constant"),
        (lambda columns: columns.update(plan=columns["left"]), "“plan” was set aside, leak"),
    ],
)
def test_a_question_that_got_lost_refuses_and_says_why(in_use, change, why):
    columns = leaving()
    change(columns)
    rows = leaving_rows(columns)

    gate = asked_gate(in_use, rows, ())
    assert gate.verdict == "refuse"
    assert gate.reason.startswith("It no longer asks “plan”: ")
    assert why in gate.reason
    assert gate.measured == "if that is meant: --allow-removed plan"
    assert asked_gate(in_use, rows, ("plan",)).verdict == "pass"
    assert asked_gate(in_use, rows, ("fee",)).verdict == "refuse"


def test_a_question_that_was_found_to_be_no_help_is_only_said(in_use):
    rows = leaving_rows()
    schema = rows.inference.schema
    asked = replace(schema, features=tuple(feature for feature in schema.features if feature.name != "has_app"))

    gate = asked_gate(in_use, rows, (), asked)
    assert (gate.verdict, gate.reason) == ("warn", "It no longer asks “has_app”: its answers are no worse without")
    assert asked_gate(in_use, rows, ("has_app",), asked).verdict == "pass"


def test_a_question_left_out_by_the_spec_has_to_be_allowed_too(in_use):
    rows = leaving_rows(exclude=("plan", "fee"))

    gate = asked_gate(in_use, rows, ("plan",))
    assert (gate.verdict, gate.reason) == (
        "refuse",
        "It no longer asks “fee”: “fee” was set aside, left out by the spec",
    )
    assert not_worse(in_use, rows, np.full(len(rows.rows), 9.0), LIMITS).verdict == "refuse"  # it still has the columns


def test_without_a_column_that_it_needs_the_version_in_use_cannot_answer(in_use):
    columns = leaving()
    del columns["plan"]
    rows = leaving_rows(columns)

    gate = not_worse(in_use, rows, np.zeros(len(rows.rows)), LIMITS)
    assert gate.verdict == "warn"
    assert "the table no longer has “plan”, which it needs" in gate.reason


def data_gate(in_use, rows, until="2024-01-31", **limits):
    return data_not_outdated(in_use, rows, until, GateSpec(**limits))


@pytest.fixture
def until(in_use):
    return in_use.metadata["data_until"]


def test_the_very_same_table_is_warned_of(in_use, until):
    assert data_gate(in_use, leaving_rows(), until).verdict == "warn"
    assert "the very ones that version 1 learned from" in data_gate(in_use, leaving_rows(), until).reason


def test_the_very_same_rows_are_known_again_from_a_database_too(in_use, until):
    rows = leaving_rows()
    asked = replace(rows, table=replace(rows.table, sha256="", size=0))  # an answer to a query has no bytes of its own

    assert "the very ones that version 1 learned from" in data_gate(in_use, asked, until).reason
    other = replace(asked, table=replace(asked.table, rows_sha256="another"))
    assert "the very ones" not in data_gate(in_use, other, until).reason


def first(columns, rows):
    return {name: column[:rows] for name, column in columns.items()}


@pytest.mark.parametrize(("rows", "verdict"), [(400, "pass"), (300, "warn"), (161, "warn"), (100, "refuse")])
def test_a_table_that_shrank_is_warned_of_or_refused(in_use, until, rows, verdict):
    gate = data_gate(in_use, leaving_rows(first(leaving(400), rows)), until)

    assert gate.verdict == verdict
    assert ("rows, the table of version 1 had 320" in gate.reason) == (verdict != "pass")


def test_the_share_of_rows_that_must_be_there_can_be_said(in_use, until):
    assert data_gate(in_use, leaving_rows(first(leaving(), 100)), until, fewest_rows_percent=30).verdict == "warn"


def test_a_table_that_ends_earlier_is_refused(in_use, until):
    rows = leaving_rows(leaving(400))

    assert data_gate(in_use, rows, until).verdict == "pass"
    gate = data_gate(in_use, rows, "2021-06-30")
    assert gate.verdict == "refuse"
    assert f"2021-06, not {until[:7]}. Is it an old copy?" in gate.reason


@pytest.mark.parametrize(
    ("today", "limit", "verdict"),
    [("2024-06-01", 400, "pass"), ("2024-06-01", 30, "refuse"), ("2031-01-01", None, "pass")],
)
def test_the_age_of_a_table_is_said_and_judged_where_there_is_a_limit(monkeypatch, today, limit, verdict):
    monkeypatch.setattr(clock, "datetime", _FixedDay(today))
    gate = data_gate(None, leaving_rows(), max_data_age_days=limit)

    assert gate.verdict == verdict
    assert gate.reason.startswith("Its latest rows are of February 2024" if limit else "Its latest rows are of")


class _FixedDay:
    def __init__(self, day):
        self.day = np.datetime64(day, "s").item()

    def now(self, zone):
        return self.day.replace(tzinfo=zone)


def test_a_limit_of_age_needs_a_column_of_dates():
    rows = rows_of(leaving(), spec_of("leaving", "left", id_column="customer"))

    assert data_gate(None, rows, max_data_age_days=30).verdict == "warn"
    assert data_gate(None, rows).verdict == "pass"


def test_dates_in_the_future_do_not_make_a_table_younger(monkeypatch):
    monkeypatch.setattr(clock, "datetime", _FixedDay("2023-01-01"))

    assert "2022" in data_gate(None, leaving_rows()).reason
    monkeypatch.setattr(clock, "datetime", _FixedDay("2019-01-01"))
    assert data_gate(None, leaving_rows()).verdict == "warn"


def test_a_spec_that_is_kept_in_a_file_can_be_found_again(tmp_path, monkeypatch):
    monkeypatch.setattr("webapp.training.gates.origin.git_commit", lambda: "1a2b3c4d5e6f7a8b")
    monkeypatch.setattr("webapp.training.gates.origin.git_dirty", lambda: False)
    path = tmp_path / "leaving.toml"
    path.write_text('[data]\nsource = "a.csv"\ntarget = "left"\n')
    spec = read_spec(path)

    assert right_version(spec).verdict == "pass"
    assert right_version(spec).measured == "commit 1a2b3c4d5e6f"
    path.write_text('title = "Another"\n[data]\nsource = "a.csv"\ntarget = "left"\n')
    assert right_version(spec).reason == "The spec was changed or removed while it learned"
    path.unlink()
    assert right_version(spec).verdict == "warn"
    assert right_version(spec_of("leaving", "left")).reason == "There is no spec in a file"


@pytest.mark.parametrize(
    ("commit", "dirty", "said"),
    [("unknown", None, "nobody knows which code it was"), ("1a2b3c4d5e6f7a8b", True, "nowhere on record")],
)
def test_code_that_cannot_be_found_again_is_warned_of(tmp_path, monkeypatch, commit, dirty, said):
    monkeypatch.setattr("webapp.training.gates.origin.git_commit", lambda: commit)
    monkeypatch.setattr("webapp.training.gates.origin.git_dirty", lambda: dirty)
    gate = right_version(spec_of("leaving", "left"))

    assert gate.verdict == "warn"
    assert said in gate.reason
