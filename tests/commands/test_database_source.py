"""What a database is asked: one SELECT with its parameters bound, and nothing in it is ever changed."""

import sqlite3
from datetime import date, datetime

import psycopg
import pytest

from webapp.commands.database_source import read_query
from webapp.errors import UnusableTable
from webapp.training.sources.reading import SQL
from webapp.training.sources.table import Wanted
from webapp.training.sources.table_source import read_table

ROWS = [(1, "north", "2024-01-05", 1.5), (2, "south", "2024-02-05", None), (3, "it's", "2024-03-05", 2.0)]
ALL = "SELECT * FROM sales ORDER BY id"


@pytest.fixture(scope="module")
def postgres_sales(postgres):
    url = postgres.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE sales (id integer, region text, day date, amount double precision)")
        connection.cursor().executemany("INSERT INTO sales VALUES (%s, %s, %s, %s)", ROWS)
    return url


@pytest.fixture
def sqlite_sales(tmp_path):
    with sqlite3.connect(tmp_path / "sales.db") as connection:
        connection.execute("CREATE TABLE sales (id integer, region text, day text, amount real)")
        connection.executemany("INSERT INTO sales VALUES (?, ?, ?, ?)", ROWS)
    connection.close()
    return f"sqlite:///{tmp_path / 'sales.db'}"


@pytest.fixture(params=["sqlite_sales", "postgres_sales"])
def url(request):
    return request.getfixturevalue(request.param)


def ask(url, query=ALL, exclude=(), **parameters):
    return read_table(url, Wanted(query, parameters, exclude=exclude), {SQL: read_query})


def refusal(url, query=ALL, **parameters):
    with pytest.raises(UnusableTable) as problem:
        ask(url, query, **parameters)
    return str(problem.value)


def cells(table):
    return {name: list(column) for name, column in table.columns.items()}


def test_the_answer_is_a_table(url):
    table = ask(url)

    assert cells(table) == {
        "id": ["1", "2", "3"],
        "region": ["north", "south", "it's"],
        "day": ["2024-01-05", "2024-02-05", "2024-03-05"],
        "amount": ["1.5", "", "2"],
    }
    assert (table.name, table.rows, table.sha256, table.size) == ("sales" if "sqlite" in url else table.name, 3, "", 0)
    assert (table.origin.kind, table.origin.query) == ("sql", ALL)


def test_a_state_of_the_data_is_named(sqlite_sales, postgres_sales):
    assert ask(sqlite_sales).origin.object_version.startswith("changed 20")
    assert ask(postgres_sales).origin.object_version.startswith("snapshot ")
    assert ask(postgres_sales).origin.timezone == "UTC"


@pytest.mark.parametrize(
    ("condition", "parameters", "ids"),
    [
        ("region = :region", {"region": "it's"}, ["3"]),
        ("region = :region", {"region": "' OR 1=1 --"}, []),
        ("id >= :least AND id < :most", {"least": 2, "most": 3}, ["2"]),
        ("amount > :amount", {"amount": 1.75}, ["3"]),
        ("day >= :since", {"since": date(2024, 2, 1)}, ["2", "3"]),
        ("day < :until", {"until": datetime(2024, 2, 1, 12)}, ["1"]),
        ("region LIKE '%o%' OR region = ':none'", {}, ["1", "2"]),
    ],
)
def test_parameters_are_bound_and_never_part_of_the_query(url, condition, parameters, ids):
    query = f"SELECT id, region FROM sales WHERE {condition} ORDER BY id;"
    if ids:
        assert cells(ask(url, query, **parameters))["id"] == ids
    else:
        assert "has no rows" in refusal(url, query, **parameters)


def test_parameters_and_query_have_to_fit(url):
    query = "SELECT * FROM sales WHERE id > :least AND region = :region"

    assert "The query needs :least, :region: give it under [data]" in refusal(url, query)
    assert "The query has no parameter :other" in refusal(url, query, least=1, region="north", other=2)


def test_a_cast_is_no_parameter(postgres_sales):
    table = ask(postgres_sales, "SELECT id::text AS id, amount::numeric(9,2) FROM sales ORDER BY 1")

    assert cells(table)["amount"] == ["1.50", "", "2.00"]


def test_types_of_postgres_become_text(postgres_sales):
    table = ask(
        postgres_sales,
        """SELECT true AS yes, 5::smallint AS few, 0.1::real AS short, 1e400::numeric AS large, 'a'::char(3) AS padded,
        timestamptz '2024-07-01 10:00+02' AS zoned, timestamp '2024-07-01 10:00' AS plain, time '09:30' AS clock,
        interval '2 minutes' AS wait, 'NaN'::double precision AS nothing, gen_random_uuid() IS NULL AS no,
        'Zoë'::bytea IS NOT NULL AS bytes""",
    )
    found = {name: column[0] for name, column in table.columns.items()}

    assert found | {"large": ""} == {
        "yes": "true", "few": "5", "short": "0.1", "large": "", "padded": "a  ", "zoned": "2024-07-01T08:00:00+00:00",
        "plain": "2024-07-01T10:00:00", "clock": "09:30:00", "wait": "120", "nothing": "", "no": "false",
        "bytes": "true",
    }  # fmt: skip
    assert table.notes == ("wait holds durations; they are read as seconds",)


@pytest.mark.parametrize("nested", ["ARRAY[1, 2]", "'{\"a\": 1}'::jsonb", "ROW(1, 2)", "int4range(1, 5)"])
def test_nested_columns_are_refused_unless_they_are_left_out(postgres_sales, nested):
    query = f"SELECT id, region, {nested} AS tags FROM sales ORDER BY id"

    assert "in the column “tags”" in refusal(postgres_sales, query)
    assert cells(ask(postgres_sales, query, exclude=("tags",)))["tags"] == ["", "", ""]


WRITING = (
    "DELETE FROM sales",
    "INSERT INTO sales VALUES (9, 'x', '2024-01-01', 1)",
    "UPDATE sales SET id = 0",
    "DROP TABLE sales",
    "SELECT id, region INTO other FROM sales",
    "WITH gone AS (DELETE FROM sales RETURNING *) SELECT * FROM gone",
    "SELECT * FROM sales; DROP TABLE sales",
    "SELECT * FROM sales; COMMIT; DROP TABLE sales",
    "/* SELECT */ DELETE FROM sales",
    "-- SELECT\nDELETE FROM sales",
    "PRAGMA table_info(sales)",
    "EXPLAIN ANALYZE DELETE FROM sales",
    "CREATE TABLE other AS SELECT * FROM sales",
    "CALL something()",
    "",
    " ; ",
    "-- nothing",
)


@pytest.mark.parametrize("query", WRITING)
def test_anything_but_one_select_is_refused_and_changes_nothing(url, query):
    said = refusal(url, query)

    assert "must be one SELECT" in said or "more than one statement" in said or "needs a query" in said
    assert ask(url).rows == 3


# What a glance at the words does not see, the database itself has to refuse.
HIDDEN = (
    "WITH gone AS (SELECT 1) SELECT setval('numbers', 5), 1 AS a",
    "SELECT nextval('numbers') AS a, 1 AS b",
    "SELECT spoil() AS a, 1 AS b",
    "SELECT 1 AS a, 2 AS b /* /* */ ' */ ; COMMIT; DROP TABLE sales; -- '",
    "SELECT 1 AS a, 2 AS b FROM sales FOR UPDATE",
)


@pytest.mark.parametrize("query", HIDDEN)
def test_a_select_that_writes_is_refused_by_the_database(postgres, query):
    url = postgres.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE sales (id integer)")
        connection.execute("CREATE SEQUENCE numbers")
        connection.execute("CREATE FUNCTION spoil() RETURNS integer LANGUAGE sql AS 'DELETE FROM sales; SELECT 1'")
        connection.execute("INSERT INTO sales VALUES (1)")

    assert "did not answer the query" in refusal(url, query)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM sales").fetchone() == (1,)
        assert connection.execute("SELECT last_value, is_called FROM numbers").fetchone() == (1, False)


def test_words_in_quotes_are_no_statements(url):
    query = """SELECT id, 'DROP; insert' AS "delete; into" FROM sales -- ; update
    /* ; merge */ ORDER BY id"""

    assert list(ask(url, query).columns) == ["id", "delete; into"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * FROM nowhere", "did not answer the query: "),
        ("SELECT id, FROM WHERE", "did not answer the query: "),
        ("SELECT id FROM sales", "has one column only"),
        ("SELECT * FROM sales WHERE id > 100", "has no rows"),
        ("SELECT id, id FROM sales", "has two columns of the same name: “id”"),
    ],
)
def test_what_is_no_table_is_said_in_words(url, query, words):
    said = refusal(url, query)

    assert words in said
    assert "\n" not in said


def test_a_database_without_a_question_asks_for_one(url):
    assert "so it needs a query: --query 'SELECT ...'" in refusal(url, "")


def test_a_question_without_a_database_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")

    assert "is no database, so it takes no query" in refusal(str(tmp_path / "a.csv"))
    assert "is no database, so it takes no query" in refusal("sklearn:iris")
    assert "is no database, so it takes no query" in refusal("http://127.0.0.1:1/a.csv")


def test_a_file_that_is_not_there_is_not_made(tmp_path):
    assert "There is no database file" in refusal(f"sqlite:///{tmp_path / 'none.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said_so(tmp_path):
    (tmp_path / "a.db").write_text("a,b\n" * 500)

    assert "did not answer the query: file is not a database" in refusal(f"sqlite:///{tmp_path / 'a.db'}")


def test_a_damaged_text_is_said_with_its_database(tmp_path):
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a, CAST(x'ff' AS text) AS b")
    connection.close()

    assert "did not answer the query" in refusal(f"sqlite:///{tmp_path / 'a.db'}", "SELECT * FROM t")


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("postgresql://ada:${SALES_PASSWORD}@127.0.0.1:1/sales", "did not answer the query: connection failed"),
        ("mysql+nosuchdriver://ada:${SALES_PASSWORD}@127.0.0.1/sales", "cannot be asked"),
        ("oracle://ada:${SALES_PASSWORD}@127.0.0.1/sales", "needs the driver"),
        ("nosuch://ada:${SALES_PASSWORD}@127.0.0.1/sales", "cannot be asked"),
        ("postgresql://ada:${SALES_PASSWORD}@127.0.0.1:port/sales", "cannot be asked"),
    ],
)
def test_a_database_that_cannot_be_asked_is_named_without_its_password(monkeypatch, location, words):
    monkeypatch.setenv("SALES_PASSWORD", "hunter2")
    said = refusal(location, "SELECT 1 AS a, 2 AS b")

    assert said.startswith(location)
    assert words in said
    assert "hunter2" not in said


def test_the_password_of_the_environment_opens_the_database(postgres, monkeypatch):
    url = postgres.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN PASSWORD 'p@ss/w:rd'")
    monkeypatch.setenv("SALES_PASSWORD", "p@ss/w:rd")
    table = ask(url.replace("postgres:@", "reader:${SALES_PASSWORD}@"), "SELECT current_user AS me, 1 AS one")

    assert cells(table) == {"me": ["reader"], "one": ["1"]}
    assert "p@ss" not in repr(table)


def test_many_rows_come_some_at_a_time(postgres_sales):
    table = ask(postgres_sales, "SELECT n, n / 2.0::float8 AS half FROM generate_series(1, 10000) AS n")

    assert (table.rows, table.columns["half"][-1], table.columns["n"][9998]) == (10_000, "5000", "9999")
