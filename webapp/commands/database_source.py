"""
Tables that a database answers with. It stands here because the learning half knows no database.

One SELECT, in a transaction that can only read where the database has such a thing, and rolled back in any case.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, TextClause, create_engine, exc, make_url, text

from webapp.errors import UnusableTable
from webapp.training.sources.addresses import Address
from webapp.training.sources.cells import TextColumns
from webapp.training.sources.extras import first_line, naming
from webapp.training.sources.fetching import changed_at
from webapp.training.sources.pieces import Columns, Reading
from webapp.training.sources.table import Found, Wanted
from webapp.training.sources.text_table import NO_ROWS, ONE_COLUMN, named_columns

CONNECT_S = 10
ROWS_AT_ONCE = 4_096
SNAPSHOTS_SINCE = (13,)  # of Postgres: the function that names one
READING = ("select", "with", "values")
WRITING = frozenset(("insert", "update", "delete", "merge"))
POSTGRES, SQLITE = "postgresql", "sqlite"
SAY_READ_ONLY = ("mysql", "mariadb", "oracle")
# Texts, names in quotes and comments: what stands in them is no statement.
_QUOTED = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|--[^\n]*|/\*.*?\*/", re.DOTALL
)
_COLON = re.compile(r"(?<![:\w\\]):(?=\w)")  # which would begin a parameter


def read_query(address: Address, wanted: Wanted) -> Found:
    """What the database answers to the query. Raises UnusableTable."""
    statement = _statement(address, wanted)
    with _in_words(address):
        engine = _engine(make_url(address.opened), address)
        try:
            with engine.connect() as connection, _read_only(connection) as reading:
                return _found(reading, statement, wanted, address)
        finally:
            engine.dispose()


def read_query_in_pieces(address: Address, wanted: Wanted, rows: int) -> Iterator[tuple[Reading, Columns]]:
    """The same, some rows at a time, all of one state of the data. Raises UnusableTable."""
    statement = _statement(address, wanted)
    with _in_words(address):
        engine = _engine(make_url(address.opened), address)
        try:
            with engine.connect() as connection, _read_only(connection) as reading:
                yield from _pieces(reading, statement, wanted, address, rows)
        finally:
            engine.dispose()


def _pieces(
    connection: Connection, statement: TextClause, wanted: Wanted, address: Address, rows: int
) -> Iterator[tuple[Reading, Columns]]:
    state = Reading(address.written, kind="sql", object_version=_version(connection))
    state.timezone = "UTC" if connection.dialect.name == POSTGRES else ""
    streaming = connection.execution_options(stream_results=True, max_row_buffer=ROWS_AT_ONCE)
    bound = _bound(wanted.parameters, connection.dialect.name)
    with naming(f"The answer of {address.written}"), streaming.execute(statement, bound) as result:
        names = list(result.keys())
        if len(names) < 2:
            raise UnusableTable(ONE_COLUMN)
        for some in result.partitions(rows):
            columns = TextColumns(names, wanted.exclude)
            columns.add(some)
            state.rows += columns.rows
            state.has_fractions |= columns.decimal == "."
            state.notes = tuple(dict.fromkeys((*state.notes, *columns.notes)))
            yield state, named_columns(names, columns.texts)
        if not state.rows:
            raise UnusableTable(NO_ROWS)


def _found(connection: Connection, statement: TextClause, wanted: Wanted, address: Address) -> Found:
    version = _version(connection)
    streaming = connection.execution_options(stream_results=True, max_row_buffer=ROWS_AT_ONCE)
    bound = _bound(wanted.parameters, connection.dialect.name)
    with naming(f"The answer of {address.written}"), streaming.execute(statement, bound) as result:
        names = list(result.keys())
        if len(names) < 2:
            raise UnusableTable(ONE_COLUMN)
        columns = TextColumns(names, wanted.exclude)
        for some in result.partitions(ROWS_AT_ONCE):
            columns.add(some)
        if not columns.rows:
            raise UnusableTable(NO_ROWS)
        named = named_columns(names, columns.texts)
    return Found(
        kind="sql",
        columns=named,
        rows=columns.rows,
        decimal=columns.decimal,
        object_version=version,
        timezone="UTC" if connection.dialect.name == POSTGRES else "",
        notes=columns.notes,
    )


def _statement(address: Address, wanted: Wanted) -> TextClause:
    """The query, which only reads and has all its parameters. Raises UnusableTable."""
    if not wanted.query:
        raise UnusableTable(
            f"{address.written} is a database, so it needs a query: --query 'SELECT ...', or query under [data]"
        )
    _refuse_writing(wanted.query)
    unquoted = _QUOTED.sub(lambda found: _COLON.sub(r"\\:", found[0]), wanted.query)
    statement = text(unquoted.strip().rstrip(";"))
    asked, given = set(statement.compile().params), set(wanted.parameters)
    if asked - given:
        missing = ", ".join(f":{name}" for name in sorted(asked - given))
        raise UnusableTable(
            f"The query needs {missing}: give it under [data], as in parameters = {{ since = 2024-01-01 }}. "
            "A colon that begins no parameter is written \\:"
        )
    if given - asked:
        raise UnusableTable(f"The query has no parameter :{min(given - asked)}, which [data] parameters gives a value")
    return statement


def _refuse_writing(query: str) -> None:
    bare = _QUOTED.sub(" ", query).strip().rstrip(";").lower()
    words = re.findall(r"\w+", bare)
    if ";" in bare:
        raise UnusableTable("The query has more than one statement. A table is what one SELECT answers")
    if not words or words[0] not in READING or "into" in words or (words[0] == "with" and WRITING & set(words)):
        raise UnusableTable("The query must be one SELECT: a table is read, and nothing in a database is changed")


def _bound(parameters: Mapping[str, Any], dialect: str) -> dict[str, Any]:
    """SQLite knows no dates; they are texts in it."""
    if dialect != SQLITE:
        return dict(parameters)
    return {
        name: value.isoformat(" ")
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for name, value in parameters.items()
    }


def _engine(url: URL, address: Address) -> Engine:
    dialect = url.get_backend_name()
    if dialect == SQLITE:
        return _sqlite_engine(url, address)
    if dialect in ("postgres", POSTGRES):
        if "+" not in url.drivername:
            url = url.set(drivername=f"{POSTGRES}+psycopg")
        return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_S})
    return create_engine(url, poolclass=NullPool)


def _sqlite_engine(url: URL, address: Address) -> Engine:
    """Opened for reading, so that a file that is not there is not made."""
    path = Path(url.database or "")
    if not path.is_file():
        raise UnusableTable(f"There is no database file {address.written}. Check the path behind the three slashes")
    opened = url.set(database=f"file:{quote(str(path.absolute()))}", query={"mode": "ro", "uri": "true"})
    return create_engine(opened, poolclass=NullPool)


@contextmanager
def _read_only(connection: Connection) -> Iterator[Connection]:
    """A transaction that can write nothing, as far as the database has one; never committed."""
    name = connection.dialect.name
    if name == POSTGRES:
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with connection.begin() as transaction:
        if name == POSTGRES:
            connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        elif name == SQLITE:
            connection.exec_driver_sql("PRAGMA query_only = ON")
        elif name in SAY_READ_ONLY:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        try:
            yield connection
        finally:
            transaction.rollback()


def _version(connection: Connection) -> str:
    """Which state of its data a database answers from, where it can say."""
    if connection.dialect.name == SQLITE:
        file = connection.exec_driver_sql("PRAGMA database_list").first().file
        return changed_at(datetime.fromtimestamp(Path(file).stat().st_mtime, UTC))
    if connection.dialect.name == POSTGRES and connection.dialect.server_version_info >= SNAPSHOTS_SINCE:
        return f"snapshot {connection.exec_driver_sql('SELECT pg_current_snapshot()::text').scalar_one()}"
    return ""


@contextmanager
def _in_words(address: Address) -> Iterator[None]:
    """What the database or its driver says, without the secrets of the address."""
    try:
        yield
    except ImportError as problem:
        raise UnusableTable(f"{address.written} needs the driver {problem.name}, which is not installed") from problem
    except exc.DBAPIError as problem:
        said = address.without_secrets(first_line(problem.orig))
        raise UnusableTable(f"{address.written} did not answer the query: {said}") from problem
    except (exc.SQLAlchemyError, ValueError, OverflowError) as problem:
        said = address.without_secrets(first_line(problem))
        raise UnusableTable(f"{address.written} cannot be asked: {said}") from problem
