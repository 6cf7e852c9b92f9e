"""An answer together with whether anything was recorded about it since: one question instead of four."""

from sqlalchemy import Connection, bindparam, exists, or_, select

from webapp.records.predictions import RECORDED, PredictionRecord, record_of
from webapp.records.tables import outcomes, overrides, predictions, remarks

_LATER = or_(*(exists().where(table.c.prediction_id == predictions.c.id) for table in (outcomes, overrides, remarks)))
_BY_ID = select(*RECORDED, _LATER).where(predictions.c.id == bindparam("wanted", type_=predictions.c.id.type))


def answer_by_id(connection: Connection, prediction_id: str) -> tuple[PredictionRecord, bool] | None:
    row = connection.execute(_BY_ID, {"wanted": prediction_id}).first()
    return None if row is None else (record_of(row[:-1]), bool(row[-1]))
