"""The audit trail is only ever added to, can be searched, and says of decisions what the decisions say."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from tests.records.cases import ADA, BEN, decision
from webapp.errors import DecisionRefused, RecordsUnavailable
from webapp.records import audit, tables
from webapp.records.actors import SYSTEM, Actor
from webapp.records.audit import Filter, about_unknown_name, all_entries, entries, hidden, note
from webapp.records.database import Database
from webapp.records.decisions import decide, history, reinstate, retire, rollback

ROW = "(id, at, who, action, subject, from_where) VALUES (1, '2026-01-01', '{}', 'forged', 's', '')"
EVERYWHERE = [
    "UPDATE audit SET action = 'forged'",
    "UPDATE audit SET at = at, id = id + 100",
    "DELETE FROM audit",
    "DELETE FROM audit WHERE id = 1",
    f"INSERT INTO audit {ROW} ON CONFLICT (id) DO UPDATE SET action = 'forged'",
]
ON_SQLITE = [f"INSERT OR REPLACE INTO audit {ROW}", f"REPLACE INTO audit {ROW}", "UPDATE OR REPLACE audit SET id = 1"]
REST_OF_A_DECISION = [column.name for column in tables.decisions.columns if column.name != "id"]
ON_POSTGRES = ["TRUNCATE audit", "TRUNCATE audit, predictions CASCADE"]


def written(database, *actions, who=ADA, subject="user grace"):
    with database.writing() as connection:
        for action in actions:
            note(connection, who, action, subject)


def found(database, before_id=None, limit=50, **wanted):
    with database.reading() as connection:
        return [row.action for row in entries(connection, Filter(**wanted), before_id, limit)]


def everything(database):
    with database.reading() as connection:
        return connection.execute(select(tables.audit).order_by(tables.audit.c.id)).all()


@pytest.fixture
def of_this_kind(request):
    """The database that a test names by "sqlite" or "postgres"."""
    database = Database(request.getfixturevalue(f"{request.param}_url"))
    yield database
    database.dispose()


@pytest.mark.parametrize(
    ("of_this_kind", "statement"),
    [("sqlite", statement) for statement in EVERYWHERE + ON_SQLITE]
    + [("postgres", statement) for statement in EVERYWHERE + ON_POSTGRES],
    indirect=["of_this_kind"],
)
def test_no_statement_changes_or_removes_a_row(of_this_kind, statement):
    database = of_this_kind
    written(database, "first", "second")
    before = everything(database)

    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.exec_driver_sql(statement)

    assert everything(database) == before
    assert len(before) == 2


@pytest.mark.parametrize(
    ("of_this_kind", "statement"),
    [
        ("sqlite", "REPLACE INTO decisions SELECT * FROM decisions"),
        ("sqlite", "REPLACE INTO decisions SELECT id + 1, " + ", ".join(REST_OF_A_DECISION) + " FROM decisions"),
        ("postgres", "TRUNCATE decisions CASCADE"),
    ],
    indirect=["of_this_kind"],
)
def test_nor_is_a_decision_replaced_or_cut_off(of_this_kind, statement):
    decide(of_this_kind, decision("v1"), 0)

    with pytest.raises(IntegrityError, match="no replace|no truncate"), of_this_kind.writing() as connection:
        connection.execute(text(statement))


def test_a_row_is_read_back_as_it_was_written(database, hands):
    bea = Actor("person", "1", "Bea", "192.0.2.7")
    with database.writing() as connection:
        note(connection, bea, "role_changed", "user grace", {"role": "viewer"}, {"role": "analyst"})
        note(connection, SYSTEM, "exported", "audit", from_where="192.0.2.8")
        note(connection, Actor("command", "root", "root"), "invited", "user grace")

        [at_terminal, elsewhere, first] = entries(connection, Filter())

    assert (first.at, first.who, first.action, first.subject) == (hands.at, bea, "role_changed", "user grace")
    assert (first.before, first.after, first.from_where) == ({"role": "viewer"}, {"role": "analyst"}, "192.0.2.7")
    assert (elsewhere.before, elsewhere.after, elsewhere.from_where) == (None, None, "192.0.2.8")
    assert at_terminal.from_where == "terminal"


def test_rows_are_looked_for_by_person_action_subject_and_time(database, hands):
    written(database, "signed_in", "signed_out")
    hands.move(days=1)
    tomorrow = hands.at
    written(database, "signed_in", who=BEN)
    written(database, "promote", who=BEN, subject="model churn")

    assert found(database) == ["promote", "signed_in", "signed_out", "signed_in"]
    assert found(database, who_id=ADA.id) == ["signed_out", "signed_in"]
    assert found(database, action="signed_in", who_id=BEN.id) == ["signed_in"]
    assert found(database, subject="model churn") == ["promote"]
    assert found(database, since=tomorrow) == ["promote", "signed_in"]
    assert found(database, until=tomorrow) == ["signed_out", "signed_in"]
    assert found(database, since=tomorrow + timedelta(seconds=1)) == []


def test_a_long_trail_is_read_page_by_page_and_exported_whole(database, monkeypatch):
    monkeypatch.setattr(audit, "EXPORT_PAGE", 7)
    written(database, *(f"a{number}" for number in range(20)))

    with database.reading() as connection:
        first = entries(connection, Filter(), limit=8)
        second = entries(connection, Filter(), first[-1].id, limit=8)

    exported = [row.action for row in all_entries(database, Filter())]
    assert [row.action for row in first + second] == [f"a{number}" for number in range(19, 3, -1)]
    assert exported == [f"a{number}" for number in range(19, -1, -1)]
    assert list(all_entries(database, Filter(action="nothing"))) == []


def test_who_reads_an_export_slowly_holds_no_connection(database, monkeypatch):
    monkeypatch.setattr(audit, "EXPORT_PAGE", 2)
    written(database, "first", "second", "third")

    reading = all_entries(database, Filter())

    assert next(reading).action == "third"
    assert database.engine.pool.checkedout() == 0
    assert [row.action for row in reading] == ["second", "first"]


@pytest.mark.parametrize("wanted", [{"action": "a"}, {"subject": "s"}, {"who_id": "w"}, {}])
def test_a_page_of_a_long_trail_is_read_by_an_index(database, wanted):
    with database.reading() as connection:
        query = select(tables.audit).where(*audit._conditions(Filter(**wanted))).order_by(tables.audit.c.id.desc())
        statement = query.limit(50).compile(database.engine, compile_kwargs={"literal_binds": True})
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_sort = off"))
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = " ".join(map(str, connection.exec_driver_sql(f"{explain} {statement}").all()))

    assert "TEMP B-TREE" not in plan and "Sort" not in plan
    assert not wanted or f"ix_audit_{next(iter(wanted))}_id" in plan


def test_an_unknown_name_is_kept_as_a_hash_that_needs_the_secret():
    subject = about_unknown_name("my password in the wrong box", "secret")

    assert "password" not in subject
    assert subject == about_unknown_name("my password in the wrong box", "secret")
    assert hidden("a", "secret") != hidden("a", "another secret") != hidden("b", "another secret")
    assert len(hidden("\ud800", "secret")) == 32


def test_each_decision_writes_one_row_of_who_what_and_why(database):
    decide(database, decision("v1", who=SYSTEM, why="Newest"), 0)
    decide(database, decision("v2", who=ADA, why="Better"), 1)
    rollback(database, "churn", Actor(BEN.kind, BEN.id, BEN.name, "192.0.2.7"), "Worse")
    retire(database, "churn", BEN, "Old")
    reinstate(database, "churn", BEN, "Not that old")

    with database.reading() as connection:
        rows = list(reversed(entries(connection, Filter(subject="model churn"))))
        decided = list(reversed(history(connection, "churn")))

    assert [row.action for row in rows] == ["promote", "promote", "rollback", "retire", "reinstate"]
    assert [(row.action, row.who) for row in rows] == [(made.action, made.who) for made in decided]
    assert [row.before and row.before["version"] for row in rows] == [None, "v1", "v2", "v1", "v1"]
    assert [row.after for row in rows[:3]] == [
        {"is_retired": False, "version": "v1", "why": "Newest"},
        {"is_retired": False, "version": "v2", "why": "Better"},
        {"is_retired": False, "version": "v1", "why": "Worse"},
    ]
    assert [(row.before["is_retired"], row.after["is_retired"]) for row in rows[3:]] == [(False, True), (True, False)]
    assert rows[2].from_where == "192.0.2.7"


def test_a_decision_that_was_refused_is_not_in_the_trail(database):
    decide(database, decision("v1"), 0)

    with pytest.raises(DecisionRefused):
        decide(database, decision("v2"), 0)

    assert found(database) == ["promote"]


@pytest.mark.parametrize("place", ["sqlite_url", "own_postgres_url"])
def test_without_a_trail_nothing_is_decided(request, place):
    database = Database(request.getfixturevalue(place))
    with database.writing() as connection:
        connection.execute(text("DROP TABLE audit"))

    with pytest.raises(RecordsUnavailable):
        decide(database, decision("v1"), 0)

    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.decisions)).scalar() == 0
    database.dispose()
