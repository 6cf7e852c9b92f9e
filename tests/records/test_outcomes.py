"""What happened is recorded once, corrected with its history kept, and counted as it stands now."""

import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tests.records.aftermath import PRICES, RULE, churned, priced, tell
from tests.records.cases import ADA, BEN
from tests.records.racing import in_processes
from webapp.records import tables
from webapp.records.audit import Filter, entries
from webapp.records.database import Database
from webapp.records.outcomes import (
    CONFLICT,
    CORRECTED,
    RECORDED,
    SAME,
    TAKEN_BACK,
    By,
    Happened,
    outcome_history,
    record_outcomes,
)
from webapp.records.overrides import Decided, override, override_history
from webapp.records.remarks import MOST, NOTE, PROBLEM, USEFUL, Said, remark, remarks_about
from webapp.records.track_record import TrackRecord, track_record, track_records_by_answer, track_records_by_bucket

TOLD = datetime(2026, 11, 1, tzinfo=UTC)


def history(database, record):
    with database.reading() as connection:
        return outcome_history(connection, record.id)


def counted(database, model="churn", **wanted):
    with database.reading() as connection:
        return track_record(connection, model, **wanted)


def trail(database):
    with database.reading() as connection:
        return [(row.action, row.subject, row.before, row.after) for row in entries(connection, Filter())]


def test_what_happened_is_recorded_with_who_said_so_and_when(database, hands):
    record = churned(database)
    kept = tell(database, record, "Yes", happened_at=TOLD)

    [row] = history(database, record)
    assert (kept.state, kept.before) == (RECORDED, None)
    assert (row.seq, row.value, row.at, row.who, row.source, row.happened_at) == (1, "Yes", hands.at, ADA, "form", TOLD)
    assert trail(database) == [
        ("outcome_recorded", f"prediction {record.reference}", None, {"outcome": "Yes", "source": "form"})
    ]


def test_the_same_outcome_again_changes_nothing(database):
    record = churned(database)
    states = [tell(database, record, "Yes", seq).state for seq in (0, 0, 1, 7)]

    assert states == [RECORDED, SAME, SAME, SAME]
    assert len(history(database, record)) == len(trail(database)) == 1


def test_a_correction_keeps_what_stood_there(database):
    record = churned(database)
    tell(database, record, "Yes")
    kept = tell(database, record, "No", 1, BEN)

    assert kept.state == CORRECTED
    assert [(row.value, row.who) for row in history(database, record)] == [("Yes", ADA), ("No", BEN)]
    assert trail(database)[0][2:] == ({"outcome": "Yes"}, {"outcome": "No", "source": "form"})


def test_whoever_did_not_see_the_last_outcome_is_told_about_it(database):
    record = churned(database)
    tell(database, record, "Yes")
    kept = tell(database, record, "No", 0, BEN)

    assert (kept.state, kept.before.who, kept.before.value) == (CONFLICT, ADA, "Yes")
    assert len(history(database, record)) == 1


def test_an_outcome_can_be_taken_back_and_recorded_again(database):
    record = churned(database)
    states = [tell(database, record, value, seq).state for seq, value in enumerate(("Yes", "", "Yes"))]

    assert states == [RECORDED, TAKEN_BACK, RECORDED]
    assert tell(database, churned(database), "").state == SAME
    assert counted(database) == TrackRecord(known=1, right=1, positive=1)


def say(url, record, start, report):
    own = Database(url)
    start.wait(30)
    states = [tell(own, record, value).state for value in ("Yes", "No")]
    own.dispose()
    report.put(states)


def test_of_many_at_once_one_is_recorded(url, database):
    record = churned(database)
    database.dispose()
    states = [state for both in in_processes(4, say, url, record) for state in both]

    assert states.count(RECORDED) == 1
    assert (states.count(SAME), states.count(CONFLICT)) == (3, 4)
    assert [row.value for row in history(database, record)] == ["Yes"]


def test_many_are_recorded_in_one_transaction_with_one_entry_for_each_model(database):
    records = [churned(database) for _ in range(3)]
    tell(database, records[0], "Yes")
    tell(database, records[1], "No")
    many = [Happened(record, RULE, "Yes") for record in records] + [Happened(priced(database), PRICES, "5100")]
    by = By(ADA, "file", "told.csv")

    states = []
    for may_correct in (False, True, True):
        with database.writing() as connection:
            states.append([kept.state for kept in record_outcomes(connection, many, by, may_correct=may_correct)])

    assert states == [[SAME, CONFLICT, RECORDED, RECORDED], [SAME, CORRECTED, SAME, SAME], [SAME] * 4]
    assert [entry[1:] for entry in trail(database) if entry[0] == "outcomes_imported"] == [
        ("model churn", None, {"corrected": 1, "from": "told.csv"}),
        ("model prices", None, {"recorded": 1, "from": "told.csv"}),
        ("model churn", None, {"recorded": 1, "from": "told.csv"}),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        *("UPDATE outcomes SET value = 'No'", "UPDATE overrides SET why = 'x'", "UPDATE remarks SET text = 'x'"),
        "INSERT INTO outcomes SELECT * FROM outcomes",
    ],
)
def test_no_statement_rewrites_what_was_recorded(database, statement):
    record = churned(database)
    tell(database, record, "Yes")
    override(database, Decided(record, "No", "They called"), ADA, 0)
    remark(database, Said(record, PROBLEM), ADA)
    statements = [statement]
    if database.is_sqlite:
        statements += [f"REPLACE INTO {name} SELECT * FROM {name}" for name in ("outcomes", "overrides", "remarks")]
    else:
        statements += [f"TRUNCATE {name}" for name in ("outcomes", "overrides", "remarks")]

    for one in statements:
        with pytest.raises(IntegrityError), database.writing() as connection:
            connection.exec_driver_sql(one)
    assert [row.value for row in history(database, record)] == ["Yes"]


def test_a_person_may_decide_otherwise_and_take_it_back(database, hands):
    record = churned(database)
    assert override(database, Decided(record, "No", "They called"), ADA, 0) is None
    assert override(database, Decided(record, "No", "They called"), ADA, 0) is None
    overtaken = override(database, Decided(record, "No", "Another reason"), BEN, 0)
    assert (overtaken.who, overtaken.why) == (ADA, "They called")
    assert override(database, Decided(record, "", "They left after all"), BEN, 1) is None

    with database.reading() as connection:
        rows = override_history(connection, record.id)
    assert [(row.value, row.why, row.who, row.at) for row in rows] == [
        ("No", "They called", ADA, hands.at),
        ("", "They left after all", BEN, hands.at),
    ]
    about = f"prediction {record.reference}"
    assert trail(database) == [
        ("override_withdrawn", about, {"decision": "No"}, {"decision": ""}),
        ("overridden", about, None, {"decision": "No"}),
    ]


def test_remarks_are_kept_once_however_often_they_are_sent(database):
    record = churned(database)
    said = [
        *(Said(record, NOTE, "Called, no answer", key) for key in ("page 1", "page 1", "page 2")),
        *(Said(record, USEFUL), Said(record, USEFUL), Said(record, PROBLEM), Said(record, PROBLEM, "Wrong town")),
    ]
    assert all(remark(database, one, ADA) for one in said)
    assert remark(database, Said(record, USEFUL), BEN)

    with database.reading() as connection:
        kept = [(row.kind, row.text, row.who) for row in remarks_about(connection, record.id)]
    assert kept == [
        (NOTE, "Called, no answer", ADA),
        (NOTE, "Called, no answer", ADA),
        (USEFUL, "", ADA),
        (PROBLEM, "", ADA),
        (PROBLEM, "Wrong town", ADA),
        (USEFUL, "", BEN),
    ]
    assert "Wrong town" not in str(trail(database))


def test_there_is_an_end_to_remarks_about_one_answer(database):
    record = churned(database)
    said = [remark(database, Said(record, NOTE, str(number), str(number)), ADA) for number in range(MOST + 1)]

    assert said == [True] * MOST + [False]


def test_answers_are_counted_by_chance_and_by_what_they_came_down_to(database):
    for probability, value in ((0.73, "Yes"), (0.78, "No"), (0.45, "Yes"), (0.12, "No")):
        tell(database, churned(database, probability), value)
    tell(database, churned(database, channel="example"), "Yes")
    churned(database)

    assert counted(database) == TrackRecord(known=4, right=3, positive=2)
    assert counted(database, bucket=7) == TrackRecord(known=2, right=1, positive=1)
    assert counted(database, answered="Yes") == TrackRecord(known=3, right=2, positive=2)
    assert counted(database, bucket=4, answered="No") == counted(database, "other") == TrackRecord()
    with database.reading() as connection:
        buckets, answers = (by(connection, "churn") for by in (track_records_by_bucket, track_records_by_answer))
    assert {bucket: (found.known, found.right) for bucket, found in buckets.items()} == {
        1: (1, 1),
        4: (1, 1),
        7: (2, 1),
    }
    assert answers == {name: counted(database, answered=name) for name in ("Yes", "No")}


def test_a_correction_moves_the_counts(database):
    record = churned(database, 0.73)
    states = []
    for seq, value in enumerate(("Yes", "No", "", "No", "Yes")):
        tell(database, record, value, seq)
        found = counted(database, bucket=7)
        states.append((found.known, found.right, found.positive))

    assert states == [(1, 1, 1), (1, 0, 0), (0, 0, 0), (1, 0, 0), (1, 1, 1)]


def test_decisions_of_people_are_counted_with_and_without(database):
    told = [(0.73, "Yes", ""), (0.74, "No", "No"), (0.75, "Yes", "No"), (0.2, "No", "")]
    for probability, value, decided in told:
        record = churned(database, probability)
        tell(database, record, value)
        if decided:
            override(database, Decided(record, decided, "They called"), ADA, 0)
    back = churned(database, 0.1)
    tell(database, back, "No")
    override(database, Decided(back, "Yes", "They called"), ADA, 0)
    override(database, Decided(back, "", "A mistake"), ADA, 1)
    override(database, Decided(churned(database), "No", "Not known yet"), ADA, 0)

    found = counted(database)
    assert (found.known, found.right) == (5, 4)
    assert (found.overridden, found.overridden_right, found.overrides_right) == (2, 1, 1)
    assert (found.without_overrides, found.as_decided) == ((3, 3), (5, 4))
    with database.reading() as connection:
        assert track_records_by_bucket(connection, "churn")[7].overridden == 2


def test_estimates_are_counted_by_their_ranges(database):
    for value, real, decided in ((5000.0, "5900", "5800"), (5000.0, "7000", "5100"), (5000.0, "3999.99", "5050")):
        record = priced(database, value)
        tell(database, record, real, rule=PRICES)
        override(database, Decided(record, decided, "Seen by an expert"), ADA, 0)
    without_range = priced(database, interval=None)
    tell(database, without_range, "5000", rule=PRICES)
    override(database, Decided(without_range, "5000", "Seen by an expert"), ADA, 0)

    found = counted(database, "prices")
    assert (found.known, found.right, found.positive) == (3, 1, 0)
    assert (found.overridden, found.overridden_right, found.overrides_right) == (3, 1, 2)


def test_counting_reads_an_index_and_not_the_records(database):
    record = churned(database)
    same = {"prediction_id": record.id, "at": record.at, "who": ADA.to_json(), "source": "form", "value": "Yes"}
    same |= {"model": "churn", "answered": "Yes", "judged_change": 1, "positive_change": 1}
    rows = [{**same, "seq": seq, "bucket": seq % 10, "right_change": seq % 2} for seq in range(1, 5_001)]
    with database.writing() as connection:
        connection.execute(insert(tables.outcomes), rows)
        if not database.is_sqlite:
            connection.exec_driver_sql("ANALYZE outcomes")
    began = time.perf_counter()
    found = counted(database, bucket=7)

    assert found.known == found.right == 500
    assert time.perf_counter() - began < 0.5
    with database.reading() as connection:
        assert connection.execute(select(tables.outcomes.c.seq).limit(1)).scalar()
        if database.is_sqlite:
            wanted = "SELECT sum(right_change) FROM outcomes WHERE model = 'churn' AND bucket = 7"
            assert "COVERING INDEX ix_outcomes_counted" in str(
                connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {wanted}").all()
            )
