"""Many predictions at once are the same records as one by one."""

import pytest
from sqlalchemy.exc import IntegrityError

from tests.records.cases import case, prediction
from webapp.prediction.values import Interval, Reason
from webapp.records import many_predictions
from webapp.records.many_predictions import records_of, write_records
from webapp.records.predictions import prediction_by_reference, record_prediction

CASES = (
    case(business_key="C-1", idempotency_key="one"),
    case(row={"note": 'Ü “x” \\ "y"\n', "tenure": 1e16}, answers={"tenure": ["3", "4"], "note": "=1"}),
    case(
        prediction=prediction(
            answer="",
            probability=None,
            probabilities=None,
            value=-0.0,
            interval=Interval(-1.5, 2.25, 0.9),
            reasons=(Reason("a", 'A "b"', "−1 €\t", -0.0, "up"), Reason("c", "C", "", 1e-20, "down")),
            warnings=(),
        )
    ),
    case(prediction=prediction(reasons=())),
)
OWN = ("id", "reference", "at", "idempotency_key")


def record_all(connection, cases):
    records = records_of(connection, cases)
    write_records(connection, records)
    return records.references


def test_they_read_back_as_those_that_were_written_one_by_one(database):
    with database.writing() as connection:
        references = record_all(connection, CASES)
        alone = [record_prediction(connection, one).reference for one in CASES[1:]]
    with database.reading() as connection:
        many = [prediction_by_reference(connection, reference) for reference in references]
        one_by_one = [prediction_by_reference(connection, reference) for reference in alone]

    assert many[0].idempotency_key == "one"
    for left, right in zip(many[1:], one_by_one, strict=True):
        for name in type(left).__slots__:
            assert name in OWN or repr(getattr(left, name)) == repr(getattr(right, name)), name


def test_a_reference_that_is_taken_is_drawn_again(database, monkeypatch):
    drawn = iter(["AAAAAAA1", "AAAAAAA1", "AAAAAAA2", "AAAAAAA3", "AAAAAAA2", "AAAAAAA4"])
    monkeypatch.setattr("webapp.records.predictions.new_reference", lambda: next(drawn))
    monkeypatch.setattr(many_predictions, "new_reference", lambda: next(drawn))

    with database.writing() as connection:
        first = record_all(connection, [case(), case()])
    with database.writing() as connection:
        [second] = record_all(connection, [case()])

    assert (first, second) == (["AAAAAAA2", "AAAAAAA3"], "AAAAAAA4")


def test_a_row_that_was_written_refuses_the_whole_transaction(database):
    with database.writing() as connection:
        record_all(connection, [case(idempotency_key="batch 1 2")])

    with pytest.raises(IntegrityError), database.writing() as connection:
        record_all(connection, [case(business_key="new"), case(idempotency_key="batch 1 2")])
    with database.writing() as connection:
        assert record_all(connection, []) == []
