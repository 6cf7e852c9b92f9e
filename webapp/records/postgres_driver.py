"""How the driver of Postgres connects: impatiently."""

import psycopg

# The server ends a statement after 5 s; an answer that takes longer than this was lost on its way.
SILENCE_LIMIT_S = 6.0


class ImpatientConnection(psycopg.Connection):
    """A connection that gives up when the server, or the network before it, falls silent."""

    silence_limit_s: float | None = None  # where one connection has to be more patient than the others

    def wait(self, gen, interval=0.1, timeout=None):  # the driver's own signature
        try:
            return super().wait(gen, interval, timeout or self.silence_limit_s or SILENCE_LIMIT_S)
        except psycopg.OperationalError:
            if timeout is None and self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self.close()
            raise


def connect_impatiently(_dialect: object, _record: object, args: list, named: dict) -> psycopg.Connection:
    return ImpatientConnection.connect(*args, **named)
