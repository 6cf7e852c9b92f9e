"""The database's own clock: what several machines agree on."""

from datetime import datetime

from sqlalchemy import Connection, func, literal_column, select

from webapp.records.column_types import Moment

_ON_SQLITE = func.strftime("%Y-%m-%d %H:%M:%f000", "now", type_=Moment)
_ON_POSTGRES = literal_column("clock_timestamp()", Moment)
_QUERIES = {"sqlite": select(_ON_SQLITE), "postgresql": select(_ON_POSTGRES)}


def database_time(connection: Connection) -> datetime:
    """Now, in UTC; also in the middle of a transaction."""
    return connection.execute(_QUERIES[connection.dialect.name]).scalar_one()
