"""A prediction is written once, durably, and read back as it was."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from tests.records.cases import case, decision, prediction
from webapp import clock
from webapp.errors import FormcastError, InvalidValue
from webapp.prediction.values import Interval
from webapp.records import predictions as records
from webapp.records.decisions import decide
from webapp.records.tables import predictions


def read(database, record):
    with database.reading() as connection:
        return records.prediction_by_id(connection, record.id)


def row_count(database):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(predictions)).scalar()


def test_a_record_is_read_back_equal_field_by_field(database):
    row = decide(database, decision(), 0)

    record, created = records.record_or_follow(database, case(decision_id=row.id, business_key="7590-VHVEG"))

    assert created
    assert read(database, record) == record
    assert record.probability == 0.7301234567890123
    assert record.at.utcoffset() == timedelta(0)
    assert abs(clock.now() - record.at) < timedelta(minutes=1)


def test_a_number_keeps_its_interval(database):
    estimate = prediction(
        probability=None, probabilities=None, value=350.125, interval=Interval(300.5, 400.25, 0.8), warnings=()
    )

    record, _ = records.record_or_follow(database, case(prediction=estimate))

    assert read(database, record) == record
    assert record.interval == {"low": 300.5, "high": 400.25, "coverage": 0.8}


@pytest.mark.parametrize(
    "value",
    [
        1e300,
        -1e16,
        12345678901234567890.0,
        1e-300,
        0.1 + 0.2,
        -0.0,
        5e-324,
        9007199254740993,
        "\\u0000",
        "Ünï-日本 😀",
        True,
    ],
)
def test_both_databases_return_the_same_json_value(database, value):
    record, _ = records.record_or_follow(database, case(row={"b": value, "a": None}))

    stored = read(database, record).row

    assert stored == record.row == {"a": None, "b": value if value != 9007199254740993 else 9007199254740992.0}
    assert repr(stored) == repr(record.row)


def test_a_date_is_kept_as_text(database):
    record, _ = records.record_or_follow(database, case(row={"opened": np.datetime64("2026-10-03")}))

    assert read(database, record).row == {"opened": "2026-10-03"}


@pytest.mark.parametrize("broken", [float("nan"), float("inf"), float("-inf"), "a\x00b", "\ud800"])
@pytest.mark.parametrize("place", ["row", "key of answers", "business_key", "probability"])
def test_what_no_database_keeps_is_refused_before_it(database, broken, place):
    fields = {
        "row": {"row": {"a": [{"b": broken}]}},
        "key of answers": {"answers": {broken: "x"} if isinstance(broken, str) else {"x": broken}},
        "business_key": {"business_key": broken if isinstance(broken, str) else "x", "row": {"a": broken}},
        "probability": {"prediction": prediction(probability=broken if isinstance(broken, float) else float("nan"))},
    }[place]

    with pytest.raises(InvalidValue) as refusal:
        records.record_or_follow(database, case(**fields))

    assert isinstance(refusal.value, FormcastError)
    assert isinstance(refusal.value, ValueError)
    assert row_count(database) == 0


def test_the_same_key_again_returns_the_first_record(database):
    first, created = records.record_or_follow(database, case(idempotency_key="k"))
    second, created_again = records.record_or_follow(database, case(idempotency_key="k", answers={"tenure": "3"}))

    assert (created, created_again) == (True, False)
    assert second == first


def test_without_a_key_every_case_is_a_new_record(database):
    first, _ = records.record_or_follow(database, case())
    second, _ = records.record_or_follow(database, case())

    assert first.id != second.id
    assert row_count(database) == 2


def test_fifty_parallel_identical_cases_make_one_row(database):
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: records.record_or_follow(database, case(idempotency_key="k")), range(50)))

    assert sum(created for _, created in answers) == 1
    assert len({record.id for record, _ in answers}) == 1
    assert row_count(database) == 1


def test_a_taken_reference_is_drawn_again(database, monkeypatch):
    first, _ = records.record_or_follow(database, case())
    draws = iter([first.reference, first.reference, "00000000"])
    monkeypatch.setattr(records, "new_reference", lambda: next(draws))

    second, created = records.record_or_follow(database, case(idempotency_key="k"))

    assert created
    assert second.reference == "00000000"


def test_a_record_cannot_be_changed(database):
    records.record_or_follow(database, case())

    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(text("UPDATE predictions SET answer = 'No'"))


def test_a_decision_that_does_not_exist_is_refused(database):
    with pytest.raises(IntegrityError):
        records.record_or_follow(database, case(decision_id=99))


def test_a_record_is_found_by_reference_and_by_business_key(database):
    with database.writing() as connection:
        ours = records.record_prediction(connection, case(business_key="C-1"))
        theirs = records.record_prediction(connection, case(business_key="C-1", model="price"))
    typed = f" {ours.reference[:4].lower()}-{ours.reference[4:].lower()} "

    with database.reading() as connection:
        assert records.prediction_by_reference(connection, typed) == ours
        assert records.prediction_by_reference(connection, "no reference") is None
        assert records.prediction_by_id(connection, "unknown") is None
        assert records.find(connection, "churn", typed) == [ours]
        assert records.find(connection, "churn", "C-1") == [ours]
        assert {found.id for found in records.find(connection, None, " C-1 ")} == {ours.id, theirs.id}
        assert records.find(connection, "churn", "C-2") == []
        assert records.find(connection, None, "  ") == []


def test_lists_and_counts_leave_out_what_nobody_asked_for(database, monkeypatch):
    start = clock.now()
    moments = iter(start + timedelta(seconds=number) for number in range(10))
    monkeypatch.setattr(clock, "now", lambda: next(moments))
    channels = ["form", "example", "api", "simulated", "batch", "shadow"]
    made = {channel: records.record_or_follow(database, case(channel=channel))[0] for channel in channels}
    other, _ = records.record_or_follow(database, case(model="price"))

    with database.reading() as connection:
        assert records.latest(connection, "churn") == [made["batch"], made["api"], made["form"]]
        assert records.latest(connection, limit=2) == [other, made["batch"]]
        assert records.counts_since(connection, start, ["churn", "price", "other"]) == {"churn": 3, "price": 1}
        assert records.counts_since(connection, start, ["price"]) == {"price": 1}
        assert records.counts_since(connection, start, []) == {}
        assert records.counts_since(connection, start + timedelta(seconds=3), ["churn", "price"]) == {
            "churn": 1,
            "price": 1,
        }


def test_the_document_has_the_shape_of_the_api(database):
    record, _ = records.record_or_follow(database, case())

    shown = records.document(record)

    assert shown == records.document(read(database, record))
    assert list(shown) == [
        *("id", "reference", "model", "answer", "probability", "probabilities", "value", "interval"),
        *("reasons", "warnings", "light", "version", "at"),
    ]
    assert shown["interval"] is None
    assert shown["reasons"][0] == {
        "feature": "Contract",
        "label": "Contract",
        "value_text": "Month-to-month",
        "points": 21.25,
        "direction": "up",
    }
    assert shown["at"].endswith("Z")
