"""A list of answers holds what was asked for, each once, in its order, and turns its pages by their last answer."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from tests.records.aftermath import churned, tell
from tests.records.cases import ADA, BEN, case, decision, prediction
from webapp.records import answer_list
from webapp.records.answer_list import (
    Wanted,
    all_answers,
    answers_by_reference,
    are_more_than,
    page_of_answers,
    versions_that_answered,
)
from webapp.records.decisions import decide, retire
from webapp.records.predictions import Case, record_prediction

CHURN = Wanted(model="churn")
LATER = "20261101T101010Z-0123abcd"


@pytest.fixture
def write(database, hands):
    """Write cases down, a minute after each other."""

    def written(*cases: Case):
        records = []
        for one in cases:
            with database.writing() as connection:
                records.append(record_prediction(connection, one))
            hands.move(minutes=1)
        return records

    return written


def pages(database, wanted, size):
    """Every page until the first that is not full."""
    found, after = [], ""
    while True:
        with database.reading() as connection:
            page = page_of_answers(connection, wanted, after, size)
        found.append(page)
        if len(page) < size:
            return found
        after = page[-1].reference


def listed(database, **wanted):
    [page] = pages(database, Wanted(**{"model": "churn"} | wanted), 100)
    return page


def test_the_newest_answer_comes_first_and_is_the_whole_record(database, write):
    first, second, _ = write(case(), case(), case(model="other"))

    assert listed(database) == [second, first]
    assert listed(database, order="oldest") == [first, second]


def test_pages_hold_every_answer_once(database, write, hands):
    written = [*write(*[case()] * 3), *write_at_once(database, 4), *write(*[case()] * 4)]

    for order in ("newest", "oldest"):
        found = pages(database, Wanted(model="churn", order=order), 3)

        assert [len(page) for page in found] == [3, 3, 3, 2]
        assert {record.id for page in found for record in page} == {record.id for record in written}
        moments = [record.at for page in found for record in page]
        assert moments == sorted(moments, reverse=order == "newest")


def write_at_once(database, count):
    with database.writing() as connection:
        return [record_prediction(connection, case()) for _ in range(count)]


def test_answers_of_one_chance_are_not_lost_between_pages(database, write):
    chances = [0.5, 0.9, 0.5, 0.1, 0.5, 0.30000000000000004, 0.3]
    write(*[case(prediction=prediction(probability=chance)) for chance in chances])

    for order in ("highest", "lowest"):
        found = [
            record.probability for page in pages(database, Wanted(model="churn", order=order), 2) for record in page
        ]

        assert found == sorted(chances, reverse=order == "highest")


def test_estimates_are_sorted_by_their_value(database, write):
    write(*[case(prediction=prediction(probability=None, value=value)) for value in (20.0, -3.5, 100.0)])

    assert [record.value for record in listed(database, order="highest")] == [100.0, 20.0, -3.5]


def test_a_page_that_begins_behind_no_answer_is_the_first(database, write):
    [elsewhere, first, second] = write(case(model="other"), case(), case())

    for after in ("00000000", "nothing", "", elsewhere.reference):
        with database.reading() as connection:
            assert page_of_answers(connection, CHURN, after, 1) == [second]
    with database.reading() as connection:
        assert page_of_answers(connection, CHURN, second.reference.lower(), 1) == [first]


def test_an_answer_is_found_by_its_reference_and_by_its_key(database, write):
    mine, same, _, elsewhere = write(*[case(business_key=key) for key in ("C-1", "C-1", "C-2")], case(model="other"))
    typed = f" {mine.reference[:4].lower()}-{mine.reference[4:]}"

    assert listed(database, named=typed) == [mine]
    assert listed(database, named="C-1") == [same, mine]
    assert listed(database, named="C-1", order="oldest") == [mine, same]
    assert listed(database, named=elsewhere.reference) == []
    assert listed(database, named="%") == []


def test_a_key_that_reads_like_a_reference_hides_neither(database, write):
    [mine] = write(case())
    [theirs] = write(case(business_key=mine.reference))

    assert listed(database, named=mine.reference) == [theirs, mine]


def test_every_filter_leaves_what_fits(database, write, hands):
    begun = hands.at
    fitting = {
        "answer": (case(prediction=prediction(answer="No")), "No"),
        "light": (case(prediction=prediction(light="red")), "red"),
        "channel": (case(channel="api"), "api"),
        "version": (case(prediction=prediction(version=LATER)), LATER),
        "who_id": (case(who=BEN), BEN.id),
    }
    written = dict(zip(fitting, write(*[one for one, _ in fitting.values()]), strict=True))

    for name, (_, value) in fitting.items():
        assert listed(database, **{name: value}) == [written[name]], name
    assert listed(database, who_id=ADA.id, light="red") == [written["light"]]
    assert listed(database, who_id=BEN.id, light="red") == []
    third = begun + timedelta(minutes=2)
    assert (
        listed(database, since=third)[-1]
        == listed(database, until=third + timedelta(seconds=1))[0]
        == written["channel"]
    )
    assert listed(database, since=third, until=third) == []


def test_whether_it_is_known_what_happened_follows_the_last_word(database):
    told, taken_back, corrected, unknown = (churned(database) for _ in range(4))
    for record, words in ((told, ["Yes"]), (taken_back, ["Yes", ""]), (corrected, ["Yes", "", "No"])):
        for seq, word in enumerate(words):
            tell(database, record, word, seq)

    assert {record.id for record in listed(database, known=True)} == {told.id, corrected.id}
    assert {record.id for record in listed(database, known=False)} == {taken_back.id, unknown.id}
    assert len(listed(database)) == 4


def test_only_what_somebody_asked_for_is_listed_unless_named(database, write):
    channels = ["form", "example", "api", "simulated", "batch", "shadow"]
    made = dict(zip(channels, write(*[case(channel=channel) for channel in channels]), strict=True))

    assert listed(database) == [made["batch"], made["api"], made["form"]]
    assert listed(database, channel="example") == [made["example"]]


def test_a_file_gets_everything_in_parts_up_to_its_limit(database, write, monkeypatch):
    monkeypatch.setattr(answer_list, "READ_AT_ONCE", 2)
    written = [record.reference for record in write(*[case()] * 5)]

    def filed(limit):
        return [row.reference for row in all_answers(database, CHURN, limit)]

    assert filed(100) == written[::-1]
    assert filed(3) == written[:1:-1]
    assert filed(4) == written[:0:-1]
    with database.reading() as connection:
        assert [are_more_than(connection, CHURN, count) for count in (4, 5)] == [True, False]


def test_references_name_answers_of_the_model_alone(database, write):
    first, second, elsewhere = write(case(), case(), case(model="other"))
    named = [second.reference, first.reference.lower(), second.reference, elsewhere.reference, "nothing", ""]

    with database.reading() as connection:
        assert answers_by_reference(connection, "churn", named) == [second, first]
        assert answers_by_reference(connection, "churn", []) == []


def test_every_version_that_was_in_charge_is_known_the_latest_first(database):
    decide(database, decision(), 0)
    decide(database, decision(LATER, words={"title": "without a number"}), 1)
    retire(database, "churn", ADA, "Enough")

    with database.reading() as connection:
        assert versions_that_answered(connection, "churn") == {LATER: None, decision().version: 7}
        assert versions_that_answered(connection, "other") == {}


@pytest.mark.parametrize("order", answer_list.ORDERS)
def test_what_belongs_on_a_page_is_found_in_one_index(database, write, order):
    write(*[case()] * 2)
    wanted = Wanted(
        model="churn",
        since=CHURN.since,
        answer="Yes",
        light="amber",
        version=decision().version,
        who_id=ADA.id,
        order=order,
    )
    asked = []
    with database.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
        page_of_answers(connection, wanted)
        statement, parameters = asked[-1]
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        if not database.is_sqlite:  # two rows are read sooner than any index
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        plan = " ".join(str(tuple(row)) for row in connection.exec_driver_sql(explain + statement, parameters))

    assert "ix_predictions_listed" in plan
    assert "COVERING INDEX" in plan if database.is_sqlite else "Filter" not in plan  # all conditions on the index
