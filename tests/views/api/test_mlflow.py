"""Clients of MLflow ask unchanged: its four JSON shapes and its CSV, each understood to the letter or refused."""

import csv
import io
import json
from dataclasses import replace

import pytest

from tests.views.api.asking import INVOKE, ROW, ask, faults, row, without
from tests.views.filing import refer
from tests.views.making import SCHEMA, add_version

NAMES = [feature.name for feature in SCHEMA.features]
PLAIN = without("customer")
OTHER = PLAIN | {"months": 60, "contract": "long", "bill": None}
SHAPES = {
    "dataframe_split": {"index": [0, 1], "columns": NAMES, "data": [list(PLAIN.values()), list(OTHER.values())]},
    "dataframe_records": [PLAIN, OTHER],
    "instances": [PLAIN, OTHER],
    "inputs": {name: [PLAIN[name], OTHER[name]] for name in NAMES},
}
SHAPES_IN_ORDER = [
    {"instances": [list(PLAIN.values()), list(OTHER.values())]},
    {"inputs": [list(PLAIN.values()), list(OTHER.values())]},
    {"inputs": [PLAIN, OTHER]},
]


def invoke(client, content, **headers):
    return client.post(INVOKE, json=content, headers=headers)


def send_csv(client, text, content_type="text/csv"):
    content = text.encode() if isinstance(text, str) else text
    return client.post(INVOKE, data=content, content_type=content_type)


def said(client, *rows):
    return [one["answer"] for one in ask(client, *rows).json["predictions"]]


def understood(client, answer):
    return [client.get(f"/api/v1/predictions/{one}").json["row"] for one in answer.json["ids"]]


@pytest.mark.parametrize("content", [*({name: table} for name, table in SHAPES.items()), *SHAPES_IN_ORDER], ids=str)
def test_every_shape_means_the_same_rows(program, content):
    answer = invoke(program, content)

    assert answer.status_code == 200
    assert answer.json["predictions"] == said(program, PLAIN, OTHER)
    assert [one["bill"] for one in understood(program, answer)] == [70.5, None]
    assert [one["contract"] for one in understood(program, answer)] == ["monthly", "long"]


def test_a_missing_number_as_pandas_writes_it_is_missing_and_infinity_is_none(program):
    body = json.dumps({"dataframe_records": [PLAIN | {"bill": float("nan")}]})
    answer = program.post(INVOKE, data=body, content_type="application/json")
    refused = program.post(INVOKE, data=body.replace("NaN", "Infinity"), content_type="application/json")

    assert understood(program, answer)[0]["bill"] is None
    assert refused.status_code == 400


def test_a_table_in_csv_is_read_cell_by_cell(program):
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerows([["customer", *NAMES], ["C-1", 12, "", "monthly", "no", "2019-05-03"]])
    answer = send_csv(program, lines.getvalue())

    [record] = understood(program, answer)
    assert answer.json["predictions"] == said(program, PLAIN | {"bill": None})
    assert record == {"months": 12.0, "bill": None, "contract": "monthly", "senior": 0.0, "joined": "2019-05-03"}
    assert program.get(f"/api/v1/predictions/{answer.json['ids'][0]}").json["business_key"] == "C-1"


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffmonths,contract,senior,joined\r\n12,monthly,no,2019-05-03\r\n",
        'months,contract,senior,joined\n"12","monthly","no","2019-05-03"\n\n\n',
        "joined,senior,contract,months\n2019-05-03,no,monthly,12",
        "\ufeffmonths;contract;senior;joined\r\n12;monthly;no;2019-05-03\r\n",
        "months\tcontract\tsenior\tjoined\n12\tmonthly\tno\t2019-05-03\n",
    ],
)
def test_csv_as_spreadsheets_write_it_is_read(program, text):
    assert send_csv(program, text, "text/csv; charset=utf-8").json["predictions"] == said(
        program, PLAIN | {"bill": None}
    )


HEADER = "months,bill,contract,senior,joined\n"
GOOD_LINE = "12,70.5,monthly,no,2019-05-03\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER + GOOD_LINE + GOOD_LINE.strip() + ",1\n", "This row has 6 values, for 5 columns."),
        (HEADER + "12,70.5,monthly,no\n", "This row has 4 values, for 5 columns."),
        (HEADER + "\n" + GOOD_LINE, "This row has 0 values, for 5 columns."),
        (HEADER + '12,70.5,"monthly,no,2019-05-03\n', "cannot be read as CSV"),
        (HEADER + '12,70.5,"mon"thly,no,2019-05-03\n', "cannot be read as CSV"),
        (HEADER.replace("bill", "months") + GOOD_LINE, "stands there twice"),
        ("," + HEADER + "0," + GOOD_LINE, "A column has no name"),
        (HEADER.replace("bill", "bil") + GOOD_LINE, "Did you mean “bill”?"),
        (HEADER, "There must be at least one row."),
        ("", "There must be at least one row."),
        (HEADER.encode() + b"12,70.5,m\xffnthly,no,2019-05-03\n", "not text in UTF-8"),
        ((HEADER + GOOD_LINE).encode("utf-16"), "not text in UTF-8"),
        (HEADER + GOOD_LINE.replace("monthly", "m\x00nthly"), "not text in UTF-8"),
        (HEADER + GOOD_LINE.replace("70.5", "70,5").replace("70,5", '"70,5"'), "use a full stop for decimals"),
        (HEADER + GOOD_LINE.replace("monthly", "x" * 140_000), "cannot be read as CSV"),
        (HEADER + "," * 200_000, "This row has 200,001 values"),
        (HEADER + GOOD_LINE * 1_001, "At most 1,000 rows"),
    ],
    ids=range(17),
)
def test_csv_that_could_mean_something_else_is_refused(program, writes_nothing, content, said):
    answer = send_csv(program, content)

    assert answer.status_code == (413 if "At most" in said else 400)
    assert said in answer.text


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"rows": [PLAIN]},
        {"instances": [PLAIN], "inputs": [PLAIN]},
        {"instances": [PLAIN], "more": 1},
        {"instances": [PLAIN], "params": {"method": "predict_proba"}},
        {"instances": PLAIN},
        {"instances": []},
        {"instances": [[1, 2]]},
        {"instances": [7]},
        {"instances": None},
        {"inputs": {}},
        {"inputs": {"months": 1}},
        {"inputs": {"months": [1], "bill": []}},
        {"inputs": "x"},
        {"dataframe_split": [PLAIN]},
        {"dataframe_split": {"columns": NAMES}},
        {"dataframe_split": {"columns": [1], "data": [[1]]}},
        {"dataframe_split": {"columns": [""], "data": [[1]]}},
        {"dataframe_split": {"columns": ["months", "months"], "data": [[1, 1]]}},
        {"dataframe_split": {"columns": NAMES, "data": {}}},
        {"dataframe_split": {"columns": NAMES, "data": [7]}},
        {"dataframe_split": {"columns": NAMES, "data": [[1, 2, 3, 4, 5, 6]]}},
        {"dataframe_records": {"months": {"0": 1}}},
        {"messages": []},
    ],
    ids=str,
)
def test_what_is_none_of_the_shapes_is_refused(program, writes_nothing, content):
    answer = invoke(program, content)

    assert answer.status_code == 400
    assert len(answer.json["detail"]) > 10


def test_a_row_that_cannot_be_used_is_named_with_its_place(program):
    table = {"columns": NAMES, "data": [list(PLAIN.values()), [-1, 2, "monthly", "?", "2019-05-03"]]}

    assert faults(invoke(program, {"dataframe_split": table})) == {
        "/dataframe_split/data/1/months": "Months with us must be 0 months or more.",
        "/dataframe_split/data/1/senior": "Senior must be yes or no.",
    }


def test_another_type_is_refused(program, writes_nothing):
    for content_type in ("text/plain", "application/json; charset=latin-1", "application/x-parquet"):
        assert program.post(INVOKE, data=json.dumps({"instances": [ROW]}), content_type=content_type).status_code == 415


def test_a_request_that_is_repeated_under_a_key_is_answered_once(service, client):
    first, again = (invoke(client, {"instances": [row()]}, **{"Idempotency-Key": "n-1"}) for _ in range(2))

    assert again.data == first.data
    assert service.records() == 1


def test_columns_of_the_table_that_the_model_does_not_ask_for_are_left_out(service, client):
    service.promote(add_version(service.parts.store, data={"columns": [*NAMES, "name", "left"]}))
    whole = PLAIN | {"name": "Ada", "left": None}
    split = {"columns": list(whole), "data": [list(whole.values())]}

    for content in ({"dataframe_split": split}, {"dataframe_records": [whole]}):
        assert invoke(client, content).json["predictions"] == said(client, PLAIN)
    refused = invoke(client, {"dataframe_records": [whole | {"nick": "A"}]})
    assert list(faults(refused)) == ["/dataframe_records/0/nick"]


def test_a_person_who_decides_is_named_beside_the_answers(service, client):
    before = invoke(client, {"instances": [row()]})
    refer(service, "A person decides.")
    after = invoke(client, {"instances": [row()]})

    assert (before.json["notice"], after.json["notice"]) == ("", "A person decides.")
    assert after.json["predictions"] == before.json["predictions"]


def test_the_only_model_answers(program):
    ping = program.get("/ping")

    assert (ping.status_code, ping.text) == (200, "\n")


class TestWithSeveralModels:
    @pytest.fixture
    def second(self, service):
        stored = add_version(service.parts.store, replace(SCHEMA, model="staying"))
        service.promote(stored)
        return stored

    def test_it_is_said_that_one_has_to_be_chosen(self, client, second):
        assert client.get("/ping").status_code == 404
        answer = invoke(client, {"instances": [PLAIN]})

        assert answer.status_code == 404
        assert "FORMCAST_INVOCATIONS" in answer.json["detail"]

    class TestAndOneChosen:
        @pytest.fixture
        def environ(self):
            return {"FORMCAST_INVOCATIONS": "staying"}

        def test_that_one_answers(self, client, second):
            answer = invoke(client, {"instances": [PLAIN]})

            assert client.get("/ping").status_code == 200
            assert client.get(f"/api/v1/predictions/{answer.json['ids'][0]}").json["model"] == "staying"

        def test_while_it_does_not_answer_nothing_else_does(self, client):
            assert client.get("/ping").status_code == 404
            assert invoke(client, {"instances": [PLAIN]}).status_code == 404
