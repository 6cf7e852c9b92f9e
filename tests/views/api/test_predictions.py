"""A program gets what a person gets: the same values, answers, reasons and warnings, and the same records."""

import pytest

from tests.views.api.asking import PREDICT, ROW, ask, faults, row, without
from webapp.records.predictions import prediction_by_id
from webapp.views.api.rows import MAX_ROWS

SAID = ("answer", "probability", "probabilities", "value", "interval", "reasons", "warnings", "light", "version", "row")


def said(prediction):
    return {name: prediction[name] for name in SAID}


def test_a_row_is_answered_and_written_down(service, client):
    answer = ask(client)
    [prediction] = answer.json["predictions"]
    with service.parts.database.reading() as connection:
        record = prediction_by_id(connection, prediction["id"])

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/predictions/{prediction['id']}"
    assert prediction["probabilities"] == record.probabilities
    assert prediction["version"] == service.first.version
    assert (record.channel, record.business_key) == ("api", "C-17")
    assert prediction["row"] == record.row == {
        "months": 12.0, "bill": 70.5, "contract": "monthly", "senior": 0.0, "joined": "2019-05-03",
    }  # fmt: skip
    assert client.get(answer.headers["Location"]).json == prediction


def test_a_program_and_a_form_get_the_same_answer(browser, client):
    sent = browser.ask()
    by_form = client.get(f"/api/v1/predictions/{sent.location.rsplit('/', 1)[1]}").json
    [by_program] = ask(client, without("customer")).json["predictions"]

    assert said(by_program) == said(by_form)


def test_the_page_of_an_answer_leads_back_to_a_filled_form(browser, client):
    [prediction] = ask(client).json["predictions"]
    page = browser.get(f"/models/leaving?from={prediction['id']}")

    assert browser.get(f"/predictions/{prediction['id']}").status_code == 200
    for value in ('value="12"', 'value="70.5"', 'value="3"', 'value="5"', 'value="2019"', 'value="C-17"'):
        assert value in page.text


def test_many_rows_are_answered_in_their_order_as_each_alone(service, client):
    rows = [row(months=months, contract=contract) for months in range(0, 60, 7) for contract in ("monthly", "long")]
    together = ask(client, *rows).json["predictions"]
    alone = [ask(client, one).json["predictions"][0] for one in rows]

    assert [said(one) for one in together] == [said(one) for one in alone]
    assert service.records() == 2 * len(rows)


def test_as_many_rows_as_are_promised_and_no_more(service, client):
    small = [without("bill", "customer")] * MAX_ROWS

    assert len(ask(client, *small).json["predictions"]) == MAX_ROWS
    assert ask(client, *small, ROW).status_code == 413
    assert service.records() == MAX_ROWS


@pytest.mark.parametrize(
    ("name", "value", "understood"),
    [
        ("months", 12, 12.0),
        ("months", 12.0, 12.0),
        ("months", 1.2e1, 12.0),
        ("months", "12", 12.0),
        ("months", " +12 ", 12.0),
        ("months", "12 months", 12.0),
        ("bill", "$1,250.50", 1250.5),
        ("bill", "1e2", 100.0),
        ("bill", -0.0, 0.0),
        ("bill", None, None),
        ("bill", "", None),
        ("contract", "MONTHLY", "monthly"),
        ("contract", " Two years ", "long"),
        ("contract", "weekly", "weekly"),
        ("contract", "NA", "NA"),
        ("senior", True, 1.0),
        ("senior", 1, 1.0),
        ("senior", 0, 0.0),
        ("senior", "no", 0.0),
        ("joined", "2019-05-03T00:00:00", "2019-05-03"),
        ("joined", "3 May 2019", "2019-05-03"),
    ],
)
def test_every_kind_of_value_has_one_meaning(program, name, value, understood):
    [prediction] = ask(program, row(**{name: value})).json["predictions"]

    assert prediction["row"][name] == understood
    assert type(prediction["row"][name]) is type(understood)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("months", 3.7, "Months with us must be a whole number, like 24."),
        ("months", -1, "Months with us must be 0 months or more."),
        ("months", None, "Enter months with us."),
        ("months", True, "Months with us must not be true or false."),
        ("months", [12], "Months with us must be one value, not a list or an object."),
        ("months", {}, "Months with us must be one value, not a list or an object."),
        ("months", "nan", "Months with us must be a number, like 24."),
        ("months", 2**53 + 1, "Months with us must be a number of 15 figures or less."),
        ("bill", "12,5", "Monthly bill: use a full stop for decimals, like 12.5."),
        ("bill", 1e39, "Monthly bill must be a number of 30 characters or less."),
        ("contract", "a" * 501, "Contract must be 500 characters or less, without control characters."),
        ("contract", None, "Select an answer for contract."),
        ("contract", 1.5, "Contract must not be a number."),
        ("senior", 2, "Senior must not be a number."),
        ("senior", "perhaps", "Senior must be yes or no."),
        ("joined", "03.05.19", "Joined on must have a year of 4 figures, like 2024."),
        ("joined", "2019-02-29", "Joined on must be a real date, like 2024-03-27."),
        ("joined", 20190503, "Joined on must not be a number."),
        ("customer", "x" * 101, "“customer” must be a text of 100 characters or less."),
        ("customer", 1.5, "“customer” must be a text of 100 characters or less."),
        ("customer", True, "“customer” must be a text of 100 characters or less."),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_place(program, writes_nothing, name, value, sentence):
    answer = ask(program, row(**{name: value}))

    assert answer.status_code == 400
    assert faults(answer) == {f"/rows/0/{name}": sentence}


def test_everything_that_is_wrong_is_named_at_once_and_nothing_is_predicted(program, writes_nothing):
    answer = ask(program, ROW, row(months=-1, month=3, senior="?"), 7, without("joined", "bill"))

    assert answer.json["detail"] == "3 rows cannot be used; nothing was predicted."
    assert faults(answer) == {
        "/rows/1/month": "There is no column “month”. Did you mean “months”?",
        "/rows/1/months": "Months with us must be 0 months or more.",
        "/rows/1/senior": "Senior must be yes or no.",
        "/rows/2": "A row must be an object of column names and values.",
        "/rows/3/joined": "The column “joined” is missing.",
    }


def test_of_very_many_faults_the_first_are_named_and_the_others_counted(program):
    answer = ask(program, *[{"x": 1}] * 500)

    assert len(answer.json["errors"]) == 100
    assert answer.json["errors_left_out"] > 0
    assert answer.json["detail"].startswith("At least ")


def test_a_pointer_leads_to_a_name_with_a_slash(program):
    assert "/rows/0/a~1b~0c" in faults(ask(program, row(**{"a/b~c": 1})))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({}, "/rows"),
        ({"rows": None}, "/rows"),
        ({"rows": ROW}, "/rows"),
        ({"rows": [ROW], "row": 1}, "/row"),
    ],
)
def test_what_is_not_a_list_of_rows_is_named(program, content, place):
    assert place in faults(program.post(PREDICT, json=content))


def test_no_rows_are_no_question(program):
    assert program.post(PREDICT, json={"rows": []}).json["detail"] == "There must be at least one row."


def test_a_whole_number_will_do_as_the_number_of_a_case(program):
    assert ask(program, row(customer=17)).json["predictions"][0]["business_key"] == "17"
    assert ask(program, row(customer=None)).json["predictions"][0]["business_key"] == ""


def test_a_warning_says_what_lies_outside(program):
    [prediction] = ask(program, row(months=500, contract="weekly", bill=None)).json["predictions"]

    codes = {warning["code"]: warning["feature"] for warning in prediction["warnings"]}
    assert codes.items() >= {"outside_range": "months", "unknown_category": "contract", "missing": "bill"}.items()
    assert prediction["light"] == "red"


def test_a_model_that_nobody_knows_and_one_that_is_paused_say_so(service, client):
    unknown = client.post("/api/v1/models/nothing/predictions", json={"rows": [ROW]})
    service.promote(service.first, action="retire")
    retired = ask(client)

    assert (unknown.status_code, retired.status_code) == (404, 503)
    assert "no model “nothing”" in unknown.json["detail"]
    assert "taken out of use" in retired.json["detail"]
    assert retired.headers["Retry-After"] == "60"
    assert [(one["model"], one["state"]) for one in client.get("/api/v1/models").json["models"]] == [
        ("leaving", "retired")
    ]


def test_an_answer_that_is_not_there_is_not_found(program):
    for wrong in ("A" * 22, "x", "A" * 5_000):
        answer = program.get(f"/api/v1/predictions/{wrong}")
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_while_the_database_is_away_nothing_is_answered_and_nothing_half(client, database_away):
    with database_away():
        answer = ask(client)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert ask(client).status_code == 201
