"""python -m webapp outcomes import: what happened, from a file, once however often it is imported."""

import json
import os
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select

from tests.commands.workplace import Terminal
from tests.records.aftermath import CHURN, PRICE, SAID, churned, priced
from tests.records.cases import decision
from webapp.records import tables
from webapp.records.audit import Filter, entries
from webapp.records.database import Database
from webapp.records.decisions import decide
from webapp.records.migrate import migrate
from webapp.records.outcomes import outcome_history
from webapp.records.track_record import track_record
from webapp.schema import Schema

# More than one transaction's worth; with FORMCAST_ATTACK=full the figure that is promised.
MANY, MOST_S = (10_000, 10.0) if os.environ.get("FORMCAST_ATTACK") == "full" else (1_200, 3.0)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request, place, monkeypatch):
    url = place.environment["DATABASE_URL"]
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").create_database()
        monkeypatch.setenv("DATABASE_URL", url)
    database = Database(url)
    migrate(database)
    yield database
    database.dispose()


def promoted(database, model: str, target, **words) -> int:
    """The decision behind the answers of a model."""
    schema = Schema(model, (), target, id_column="customer", id_label="Customer number").to_json()
    return decide(database, decision(model=model, words={"schema": schema, **words}), 0).id


@pytest.fixture
def churn(database):
    return promoted(database, "churn", CHURN, outcomes=SAID, decision={"threshold": 0.4})


@pytest.fixture
def prices(database):
    return promoted(database, "prices", PRICE)


@pytest.fixture
def imported(terminal: Terminal, place):
    def run(text: str | bytes, *arguments: str):
        return terminal.webapp("outcomes", "import", place.table("told.csv", text), *arguments)

    return run


def outcomes(database, record):
    with database.reading() as connection:
        return [row.value for row in outcome_history(connection, record.id)]


def total(database):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.outcomes)).scalar()


def test_outcomes_are_recorded_by_identifier_reference_and_number_of_the_case(database, churn, imported):
    records = [churned(database, decision_id=churn, business_key=f"C-{n}") for n in range(3)]
    said = imported(
        "prediction_id;reference;business_key;outcome;time;clerk\n"
        f"{records[0].id};;;Yes;2026-10-03;x\n"
        f";{records[1].reference.lower()};;staying;2026-10-03 14:30;y\n"
        f";{records[2].reference};C-2;no;;\n"
    )

    assert (said.code, said.err) == (0, "")
    assert said.out == "Outcomes: 3 recorded\nColumns that say nothing here: clerk\n"
    assert [outcomes(database, record) for record in records] == [["Yes"], ["No"], ["No"]]
    with database.reading() as connection:
        [row] = outcome_history(connection, records[1].id)
        [entry] = entries(connection, Filter(action="outcomes_imported"))
    assert (row.source, row.happened_at) == ("file", datetime(2026, 10, 3, 14, 30, tzinfo=UTC))
    assert (entry.subject, entry.after) == ("model churn", {"recorded": 3, "from": "told.csv"})


def test_importing_again_changes_nothing_and_says_so(database, churn, imported):
    record = churned(database, decision_id=churn)
    text = f"reference,outcome\n{record.reference},Yes\n{record.reference},leave\n"
    first, second = imported(text), imported(text)

    assert first.out == "Outcomes: 1 recorded; 1 outcome was recorded before\n"
    assert (second.code, second.out) == (0, "Nothing changed: 2 outcomes were recorded before\n")
    assert outcomes(database, record) == ["Yes"]


def test_a_conflict_is_listed_by_line_and_corrected_only_when_that_is_wanted(database, churn, imported):
    record, other = churned(database, decision_id=churn), churned(database, decision_id=churn)
    imported(f"reference,outcome\n{record.reference},Yes\n")
    text = f"reference,outcome\n{other.reference},Yes\n{record.reference},No\n"
    said = imported(text)

    assert said.code == 3
    assert "Outcomes: 1 recorded\n1 line say something else than what is recorded" in said.out.replace("says", "say")
    assert "  line 3: “No”, but “Yes” was recorded on 20" in said.out
    assert outcomes(database, record) == ["Yes"]
    assert imported(text, "--correct").out == "Outcomes: 1 corrected; 1 outcome was recorded before\n"
    assert outcomes(database, record) == ["Yes", "No"]


def test_every_line_that_cannot_be_used_is_named_with_its_reason(database, churn, imported):
    record, another = churned(database, decision_id=churn), churned(database, decision_id=churn, business_key="C-1")
    churned(database, decision_id=churn, business_key="C-1")
    churned(database, decision_id=churn, business_key="C-9", channel="example")
    said = imported(
        "reference,business_key,outcome,time\n"
        f"{record.reference},,perhaps,\n"
        f"{record.reference},,,\n"
        "ZZZZZZZZ,,Yes,\n"
        ",C-7,Yes,\n"
        ",C-1,Yes,\n"
        ",C-9,Yes,\n"
        ",,Yes,\n"
        f"{record.reference},C-1,Yes,\n"
        f"{another.reference},,Yes,2999-01-01\n"
        f"{record.reference},,Yes\n"
        f'{record.reference},,"Y"es,\n'
        f"{record.reference},,Yes,\n"
        "\n"
        f"{record.reference},,No,\n",
        "--json",
    )
    document = json.loads(said.out)
    reasons = {(one["line"], one["problem"]): one["reason"] for one in document["not_recorded"]}

    assert said.code == 3
    assert (document["recorded"], outcomes(database, record)) == (1, ["Yes"])
    assert list(reasons) == [
        *((2, "refused"), (3, "refused"), (4, "unknown"), (5, "unknown"), (6, "unknown"), (7, "unknown")),
        *((8, "unknown"), (9, "unknown"), (10, "refused"), (11, "refused"), (12, "refused"), (15, "conflict")),
    ]
    assert reasons[2, "refused"] == "“perhaps” is no outcome here. Known are: No, Yes"
    assert reasons[5, "unknown"] == "no answer is called “C-7”"
    assert reasons[6, "unknown"].startswith("“C-1” names 2 answers")
    assert reasons[9, "unknown"].endswith("name different answers")
    assert reasons[11, "refused"] == "3 cells instead of 4"
    assert reasons[15, "conflict"] == "line 13 says “Yes” about the same answer"


def test_a_dry_run_says_what_would_happen_and_records_nothing(database, churn, imported):
    record = churned(database, decision_id=churn)
    said = imported(f"reference,outcome\n{record.reference},Yes\n", "--dry-run")

    assert said.out == "Outcomes: 1 would be recorded\n"
    assert total(database) == 0


def test_a_model_may_call_its_columns_its_own_way(database, churn, prices, imported):
    record = churned(database, decision_id=churn, business_key="C-1")
    newer = churned(database, decision_id=churn, business_key="C-1")
    priced(database, decision_id=prices, business_key="C-1")
    said = imported("Customer,CHURN\nC-1,Yes\n", "--model", "churn", "--newest")

    assert (said.code, said.out) == (0, "Outcomes: 1 recorded\n")
    assert (outcomes(database, record), outcomes(database, newer)) == ([], ["Yes"])
    assert imported(f"reference,model,outcome\n{record.reference},prices,5\n").code == 3
    assert "was ever promoted" in imported("Customer,Churn\nC-1,Yes\n", "--model", "nothing").err


def test_numbers_are_read_with_the_decimal_sign_of_the_file(database, prices, imported):
    records = [priced(database, decision_id=prices) for _ in range(2)]
    said = imported(f"reference;outcome\n{records[0].reference};5.100,75\n{records[1].reference};$4,5\n")
    assert (said.code, [outcomes(database, record) for record in records]) == (0, [["5100.75"], ["4.5"]])
    with database.reading() as connection:
        assert track_record(connection, "prices").right == 1

    unclear = f'reference,outcome\n{records[0].reference},"5,100"\n'
    assert "--decimal" in imported(unclear).err
    assert imported(unclear, "--decimal", ".", "--correct").out == "Outcomes: 1 corrected\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("reference,when\nA,B\n", "has no column that says what happened"),
        ("customer,outcome\nA,B\n", "has no column that names the answers"),
        ("reference,outcome,value\nA,B,C\n", "has two columns that say the same: “outcome” and “value”"),
        ("reference,outcome,time\nA,Yes,03/04/2019\n", "has days that could be read in two ways"),
        ('reference,outcome\n"A,B\n', "a quotation mark that is never closed"),
        (b"PK\x03\x04", "is a zip archive"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(terminal, place, text, said):
    answer = terminal.webapp("outcomes", "import", place.table("told.csv", text))

    assert (answer.code, answer.out) == (1, "")
    assert said in answer.err


def test_a_file_that_is_not_there_is_named(terminal, place):
    assert "nothing.csv cannot be read: No such file" in terminal.webapp("outcomes", "import", "nothing.csv").err


def test_thousands_of_lines_take_seconds(database, churn, imported):
    record = churned(database, decision_id=churn)
    with database.reading() as connection:
        row = connection.execute(select(tables.predictions)).mappings().one()
    copies = [{**row, "id": f"{n:022}", "reference": f"{n:08}", "business_key": f"C-{n}"} for n in range(MANY)]
    with database.writing() as connection:
        connection.execute(insert(tables.predictions), copies)
    text = "business_key,outcome\n" + "".join(f"C-{n},{'Yes' if n % 3 else 'No'}\n" for n in range(MANY))

    began = time.perf_counter()
    first = imported(text)
    took = time.perf_counter() - began
    second = imported(text)

    assert (first.out, total(database)) == (f"Outcomes: {MANY:,} recorded\n", MANY)
    assert second.out == f"Nothing changed: {MANY:,} outcomes were recorded before\n"
    assert took < MOST_S
    assert outcomes(database, record) == []
    with database.reading() as connection:
        assert track_record(connection, "churn", bucket=7).known == MANY
