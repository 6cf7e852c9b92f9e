"""A program sends a file of cases, asks how far it is and fetches what came of it."""

import pytest

from tests.views.api.asking import bearer
from tests.views.filing import COLUMNS, as_csv, rows, table, work

SEND = "/api/v1/models/leaving/batches"


def send(client, content, wish="", **headers):
    return client.post(f"{SEND}{wish}", data=content, content_type="text/csv", headers=headers)


def test_a_file_without_wrong_rows_is_answered_at_once(service, client):
    sent = send(client, as_csv(rows(12)))
    work(service)
    told = client.get(sent.location)

    assert (sent.status_code, sent.json["state"], sent.json["results"]) == (202, "checking", None)
    assert (told.json["state"], told.json["rows_answered"], told.json["rejected"]) == ("done", 12, None)
    results = table(client.get(told.json["results"]))
    assert [row["customer"] for row in results] == [row[0] for row in rows(12)]
    assert client.get(told.json["page"]).status_code == 200
    assert service.records() == 12


@pytest.mark.parametrize(("wish", "state", "answered"), [("", "checked", 0), ("?wrong_rows=leave_out", "done", 11)])
def test_wrong_rows_wait_for_a_person_or_are_left_out(service, client, wish, state, answered):
    wrong = rows(12)
    wrong[4][3], wrong[4][1] = "", "many"
    told = client.get(send(client, as_csv(wrong), wish).location)
    work(service)
    told = client.get(told.request.path).json

    assert (told["state"], told["rows_answered"], told["rows_rejected"]) == (state, answered, 1)
    assert told["problems"][0] == {
        "row": 6,
        "column": "Months with us",
        "found": "many",
        "detail": "Months with us must be a number, like 24",
    }
    assert [row["customer"] for row in table(client.get(told["rejected"]))] == ["C-4"]


def test_the_same_file_under_the_same_key_is_taken_once(service, client):
    first, again = (send(client, as_csv(rows(3)), **{"Idempotency-Key": "march"}) for _ in range(2))
    other = send(client, as_csv(rows(4)), **{"Idempotency-Key": "march"})
    work(service)

    assert first.location == again.location
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.status_code == 422
    assert service.records() == 3


@pytest.mark.parametrize(
    ("content", "kind", "wish", "status", "said"),
    [
        ("{}", "application/json", "", 415, "text/csv"),
        (as_csv(rows(1)), "text/csv", "?wrong_rows=maybe", 400, "wrong_rows must be wait or leave_out"),
        ("", "text/csv", "", 400, "The selected file is empty"),
        (as_csv(rows(1), (*COLUMNS[:5], "day")), "text/csv", "", 400, "column “joined” is missing"),
        ("x" * 10_100_000, "text/csv", "", 413, "must be smaller than 10MB"),
    ],
)
def test_what_cannot_be_taken_is_refused_as_a_problem(program, writes_nothing, content, kind, wish, status, said):
    response = program.post(f"{SEND}{wish}", data=content, content_type=kind)

    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert said in response.json["detail"]


def test_no_model_no_file(program):
    assert program.post("/api/v1/models/nothing/batches", data="x", content_type="text/csv").status_code == 404
    assert program.get(f"/api/v1/batches/{'J' * 22}").status_code == 404


class TestKeys:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "members"}

    def test_a_file_is_its_senders_alone(self, service, client):
        mine, theirs, reader = (bearer(service), bearer(service), bearer(service, "viewer", "view"))
        where = send(client, as_csv(rows(2)), **mine).location

        assert client.get(where, headers=mine).status_code in (200, 403)  # a key that may only record reads nothing
        for address in (where, f"{where}/results", f"{where}/rejected"):
            assert client.get(address, headers=bearer(service, "recorder", "view")).status_code == 404
        assert send(client, as_csv(rows(2)), **reader).status_code == 403
        assert send(client, as_csv(rows(2))).status_code == 401
        assert client.get(where, headers=theirs).status_code in (403, 404)
