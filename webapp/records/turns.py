"""One after the other: whoever adds to a prediction waits until whoever adds to the same one is done."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, FromClause, select

from webapp.errors import AnswersGone
from webapp.records.tables import predictions

GONE = "This answer has been deleted meanwhile"


def take_turn(connection: Connection, prediction_ids: Collection[str]) -> None:
    """
    Always in the same order, so that no two wait for each other; on SQLite there is one writer anyway.

    Raises AnswersGone where one of them was deleted meanwhile.
    """
    own = select(predictions.c.id).where(predictions.c.id.in_(sorted(prediction_ids))).order_by(predictions.c.id)
    if connection.dialect.name == "postgresql":
        own = own.with_for_update(key_share=True)
    if len(connection.execute(own).all()) < len(set(prediction_ids)):
        raise AnswersGone(GONE)


def is_last(table: FromClause) -> ColumnElement[bool]:
    """Whether a row is the last one about its prediction."""
    later = table.alias()
    newer = (later.c.prediction_id == table.c.prediction_id, later.c.seq > table.c.seq)
    return ~select(later.c.seq).where(*newer).exists()
