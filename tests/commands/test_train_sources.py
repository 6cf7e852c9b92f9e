"""train.py --data takes tables from wherever they are, says what it read, and keeps no secret and no row of it."""

import gzip
import io
import json
import sqlite3
import tomllib

import openpyxl
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.commands.test_train_refuses import assert_refused
from tests.commands.workplace import QUICK
from tests.training.known_tables import csv_text, leaving
from tests.training.sources.loopback import running_site

TARGET = ("--target", "left")
QUERY = "SELECT * FROM customers ORDER BY customer"


@pytest.fixture
def site():
    with running_site() as running:
        yield running


def rows(columns):
    return list(zip(*columns.values(), strict=True))


def as_parquet(columns):
    written = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), written)
    return written.getvalue()


def as_json_lines(columns):
    return "\n".join(json.dumps(dict(zip(columns, row, strict=True))) for row in rows(columns)).encode()


def as_excel(columns):
    workbook = openpyxl.Workbook()
    workbook.active.append(["read me first"])
    sheet = workbook.create_sheet("customers")
    for row in [tuple(columns), *rows(columns)]:
        sheet.append(row)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def in_sqlite(path, columns):
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE customers ({', '.join(columns)})")
        connection.executemany(f"INSERT INTO customers VALUES ({', '.join('?' * len(columns))})", rows(columns))
    connection.close()
    return f"sqlite:///{path}"


def data_of(place, model="leaving"):
    return facts_of(place, model)["data"]


def facts_of(place, model="leaving"):
    stored = place.versions(model)[-1]
    return json.loads(place.store.files(model, stored.version)["metadata.json"])


def data_section(place, model="leaving"):
    return tomllib.loads((place.folder / "specs" / f"{model}.toml").read_text("utf-8"))["data"]


def everything_in(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


FILES = {
    "leaving.parquet": (as_parquet, "parquet"),
    "leaving.jsonl": (as_json_lines, "json lines"),
    "leaving.csv.gz": (lambda columns: gzip.compress(csv_text(columns).encode()), "csv"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_format_is_learned_from(terminal, name):
    make, kind = FILES[name]
    said = terminal.train("--data", terminal.place.table(name, make(leaving())), *TARGET, "--no-promote", *QUICK)

    assert said.code == 0, said.err
    data = data_of(terminal.place)
    assert (data["kind"], data["rows"], data["source"], data["name"]) == (kind, 320, name, "leaving")
    assert data["column_sha256"].keys() == leaving().keys()
    assert terminal.train("leaving", "--dry-run").code == 0


def test_another_sheet_of_a_workbook_is_kept_in_the_spec(terminal):
    table = terminal.place.table("leaving.xlsx", as_excel(leaving()))
    first = terminal.train("--data", table, *TARGET)
    said = terminal.train("--data", table, *TARGET, "--sheet", "customers", "--no-promote", *QUICK)

    assert (first.code, said.code) == (1, 0)
    assert "say which with sheet under [data]" in first.err
    assert data_section(terminal.place)["sheet"] == "customers"
    assert data_of(terminal.place)["sheet"] == "customers"


def test_a_table_of_the_web_is_learned_from(terminal, site):
    site.pages["/leaving.csv"] = csv_text(leaving()).encode()
    site.headers["ETag"] = '"v1"'
    url = f"{site.address}/leaving.csv"
    said = terminal.train("--data", url, *TARGET, "--no-promote", *QUICK)

    assert said.code == 0, said.err
    assert said.out.startswith(f"leaving: 320 rows of {url}\n")
    assert "Snapshot" not in said.out
    assert data_section(terminal.place)["source"] == url
    assert (data_of(terminal.place)["source"], data_of(terminal.place)["object_version"]) == (url, 'ETag "v1"')


def test_a_bundled_table_is_learned_from(terminal):
    said = terminal.train("--data", "sklearn:iris", "--target", "target", "--no-promote", *QUICK)

    assert said.code == 0, said.err
    data = data_of(terminal.place, "iris")
    assert (data["kind"], data["source"], data["sha256"], data["bytes"]) == ("sklearn", "sklearn:iris", None, None)
    assert data_section(terminal.place, "iris")["source"] == "sklearn:iris"


def test_a_database_is_asked_and_its_question_is_kept(terminal):
    url = in_sqlite(terminal.place.folder / "customers.db", leaving())
    said = terminal.train("--data", url, *TARGET, "--query", QUERY, "--name", "leaving", "--no-promote", *QUICK)

    assert said.code == 0, said.err
    assert data_section(terminal.place)["query"] == QUERY
    data = data_of(terminal.place)
    assert (data["kind"], data["query"], data["source"]) == ("sql", QUERY, "sqlite:///customers.db")
    assert str(terminal.place.folder).encode() not in everything_in(terminal.place.folder / "model_store")
    assert terminal.train("leaving", "--dry-run").code == 0


def test_parameters_of_the_spec_are_bound_and_recorded_by_name(terminal):
    url = in_sqlite(terminal.place.folder / "customers.db", leaving())
    (terminal.place.folder / "specs").mkdir()
    spec = terminal.place.folder / "specs" / "leaving.toml"
    query = "SELECT * FROM customers WHERE joined > :since AND customer <> :whom"
    spec.write_text(
        f"[data]\nsource = '{url}'\ntarget = 'left'\nquery = '{query}'\n"
        "parameters = { since = 2020-03-17, whom = 'C-99999' }\n"
    )
    said = terminal.train("leaving", "--no-promote", *QUICK)

    assert said.code == 0, said.err
    assert data_of(terminal.place)["parameters"] == ["since", "whom"]
    assert data_of(terminal.place)["rows"] == sum(day > "2020-03-17" for day in leaving()["joined"])


def test_a_password_is_neither_printed_nor_stored(terminal, postgres, monkeypatch):
    url = postgres.create_database()
    columns = leaving()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE ROLE ada LOGIN PASSWORD 'hunter2'")
        typed = ", ".join(f'"{name}" text' for name in columns)
        connection.execute(f"CREATE TABLE customers ({typed})")
        connection.execute("GRANT SELECT ON customers TO ada")
        holes = ", ".join(["%s"] * len(columns))
        connection.cursor().executemany(f"INSERT INTO customers VALUES ({holes})", rows(columns))
    monkeypatch.setenv("SALES_PASSWORD", "hunter2")
    source = url.replace("postgres:@", "ada:${SALES_PASSWORD}@")
    arguments = ("--data", source, *TARGET, "--query", QUERY, "--name", "leaving", "--snapshot")
    monkeypatch.setattr("sys.argv", ["train.py", *arguments])
    said = terminal.train(*arguments, "--no-promote", *QUICK)
    wrong = terminal.train("--data", source.replace("ada:", "eve:"), *TARGET, "--query", QUERY, "--name", "other")

    assert said.code == 0, said.err
    assert wrong.code == 1
    assert data_of(terminal.place)["source"] == source
    assert data_section(terminal.place)["source"] == source
    assert "hunter2" not in said.out + said.err + wrong.out + wrong.err
    assert b"hunter2" not in everything_in(terminal.place.folder)


def test_the_same_name_with_other_content_is_noticed(terminal):
    columns = leaving()
    path = terminal.place.table("leaving.csv", columns)
    first = terminal.train("--data", path, *TARGET, *QUICK)
    again = terminal.train("leaving", "--no-promote", *QUICK)
    longer = leaving(330)
    longer["fee"][3] = "77.77"
    terminal.place.table("leaving.csv", {name: columns[name] + longer[name][320:] for name in columns})
    appended = terminal.train("leaving", "--no-promote", "--dry-run")
    terminal.place.table("leaving.csv", columns | {"fee": longer["fee"][:320], "region": ["north", "south"] * 160})
    changed = terminal.train("leaving", "--no-promote", *QUICK)

    assert "is not what" not in first.out + again.out
    assert data_lines(appended) == [
        "leaving.csv is not what version 1 learned from: 10 rows more, its first 320 are as they were",
        "leaving.csv is not what version 2, the newest, learned from: 10 rows more, its first 320 are as they were",
    ]
    assert data_lines(changed)[0] == (
        "leaving.csv is not what version 1 learned from: as many rows, new: “region”, changed: “fee”"
    )


def data_lines(said):
    return [line[11:] for line in said.out.splitlines() if "is not what" in line]


def test_a_snapshot_is_said_to_hold_rows(terminal):
    said = terminal.train("--data", terminal.place.table("leaving.csv", leaving()), *TARGET, "--snapshot", *QUICK)
    name = data_of(terminal.place)["snapshot"]
    kept = terminal.place.folder / "model_store" / "leaving" / "snapshots" / name

    words = " ".join(said.out.split())
    assert f"leaving/snapshots/{name} in the store is a copy of the table. It holds the rows themselves" in words
    assert gzip.decompress(kept.read_bytes()).count(b"\n") == 321
    assert data_section(terminal.place)["snapshot"] is True
    assert terminal.webapp("verify").code == 0


def test_a_spec_may_be_given_a_snapshot_once(trained):
    said = trained.train("leaving", "--no-promote", "--snapshot", *QUICK)

    assert said.code == 0
    assert data_of(trained.place)["snapshot"]
    assert "snapshot" not in data_section(trained.place)


BAD = {
    "nested.jsonl": (lambda: b'{"left": "Yes", "tags": [1]}', "nested values (lists or objects) in the column “tags”"),
    "nan.jsonl": (lambda: b'{"left": "Yes", "fee": NaN}', "NaN, which JSON does not have"),
    "twice.jsonl": (lambda: b'{"left": "Yes", "fee": 1, "fee": 2}', "the key “fee” twice"),
    "half.parquet": (lambda: as_parquet(leaving())[:500], "is a damaged Parquet file"),
    "list.parquet": (lambda: as_parquet({"left": ["Yes"], "tags": [[1]]}), "nested values"),
    "half.xlsx": (lambda: as_excel(leaving())[:5000], "is a damaged Excel workbook"),
    "half.csv.gz": (lambda: gzip.compress(csv_text(leaving()).encode())[:500], "is a damaged gzip archive"),
    "page.csv": (lambda: b"<html><body>Sign in</body></html>", "is a web page or XML and no table"),
    "old.xls": (lambda: b"\xd0\xcf\x11\xe0" * 500, "is an old Excel workbook or one with a password"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_words(terminal, name):
    make, words = BAD[name]
    said = terminal.train("--data", terminal.place.table(name, make()), *TARGET, "--snapshot", *QUICK)

    assert_refused(said, terminal.place)
    assert words in said.err


@pytest.mark.parametrize(
    ("location", "more", "words"),
    [
        ("http://127.0.0.1:1/leaving.csv", (), "cannot be read: Connection refused"),
        ("https://ada:hunter2@127.0.0.1/leaving.csv", (), "holds a password, key or token"),
        ("postgresql://ada:hunter2@127.0.0.1/sales", ("--query", "SELECT 1"), "holds a password, key or token"),
        ("postgresql://ada:${NOT_SET}@127.0.0.1/sales", ("--query", "SELECT 1"), "the environment variable NOT_SET"),
        ("postgresql://ada@127.0.0.1:1/sales", ("--query", "SELECT 1 AS a, 2 AS left"), "did not answer the query"),
        ("postgresql://ada@127.0.0.1:1/sales", (), "so it needs a query"),
        ("postgresql://ada@127.0.0.1:1/sales", ("--query", "DROP TABLE x"), "must be one SELECT"),
        ("sqlite:///nowhere.db", ("--query", "SELECT 1 AS a, 2 AS left"), "There is no database file"),
        ("http://[::1/leaving.csv", (), "cannot be read"),
        ("nosuch://somewhere/leaving.csv", (), "Protocol not known"),
        ("sklearn:iris", ("--sheet", "May"), "is no Excel workbook"),
        ("sklearn:california_housing", (), "There is no bundled table"),
        ("sklearn:iris", ("--query", "SELECT 1"), "is no database, so it takes no query"),
        ("examples:nothing", (), "There is no example table “nothing”"),
        ("memory://nowhere/leaving.csv", (), "There is nothing at memory://nowhere/leaving.csv"),
        ("sklearn:iris", ("--target", "nothing"), "has no column “nothing”"),
    ],
)
def test_a_bad_address_is_refused_in_words(terminal, location, more, words):
    said = terminal.train("--data", location, *TARGET, "--name", "leaving", *QUICK, *more)

    assert_refused(said, terminal.place)
    assert words in said.err
    assert "hunter2" not in said.err + said.out


@pytest.mark.parametrize("arguments", [("leaving", "--query", "SELECT 1"), ("leaving", "--sheet", "May")])
def test_a_spec_says_its_own_question(trained, arguments):
    said = trained.train(*arguments)

    assert said.code == 2
    assert "--query and --sheet go with --data and --target" in said.err
