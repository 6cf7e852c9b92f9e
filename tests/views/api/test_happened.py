"""A program says what really happened: recorded once, corrected in the open, and never rewritten."""

import pytest

from tests.views.api.asking import ask, bearer, faults
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.outcomes import outcome_history
from webapp.schema import Target
from webapp.views.api.happened import understood


@pytest.fixture
def url(client):
    return f"{ask(client).headers['Location']}/outcome"


def put(client, url, value, **more):
    return client.put(url, json={"value": value} | more)


def history(service, url):
    with service.parts.database.reading() as connection:
        return outcome_history(connection, url.split("/")[-2])


def test_what_happened_is_recorded_with_its_time_and_its_source(service, client, url):
    answer = put(client, url, "yes", happened_at="2026-10-03")
    [row] = history(service, url)

    assert answer.status_code == 201
    assert answer.json | {"at": ""} == {
        "prediction_id": row.prediction_id, "state": "recorded", "seq": 1, "value": "yes", "at": "",
        "happened_at": "2026-10-03T00:00:00Z",
    }  # fmt: skip
    assert (row.value, row.source) == ("yes", "api")
    assert "Recorded" in client.get(url.replace("/api/v1", "").removesuffix("/outcome")).text


def test_the_same_again_changes_nothing_and_another_value_corrects_it(service, client, url):
    states = [put(client, url, value) for value in ("yes", "YES", True, "no", None, None, "no")]

    assert [one.status_code for one in states] == [201, 200, 200, 200, 200, 200, 201]
    assert [one.json["state"] for one in states] == [
        "recorded", "same", "same", "corrected", "taken_back", "same", "recorded",
    ]  # fmt: skip
    assert [one.json["value"] for one in states] == ["yes", "yes", "yes", "no", None, None, "no"]
    assert [row.value for row in history(service, url)] == ["yes", "no", "", "no"]


def test_nothing_is_corrected_that_its_maker_did_not_see(service, client, url):
    seen = put(client, url, "yes", seq=0).json["seq"]
    put(client, url, "no")
    refused = put(client, url, None, seq=seen)

    assert refused.status_code == 412
    assert refused.mimetype == "application/problem+json"
    assert [row.value for row in history(service, url)] == ["yes", "no"]
    assert put(client, url, "yes", seq=2).status_code == 200


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({}, "/value"),
        ({"value": "perhaps"}, "/value"),
        ({"value": ""}, "/value"),
        ({"value": 7}, "/value"),
        ({"value": ["yes"]}, "/value"),
        ({"value": {}}, "/value"),
        ({"value": "yes", "valu": 1}, "/valu"),
        ({"value": "yes", "happened_at": "soon"}, "/happened_at"),
        ({"value": "yes", "happened_at": 20261003}, "/happened_at"),
        ({"value": "yes", "happened_at": "2999-01-01"}, "/happened_at"),
        ({"value": "yes", "seq": -1}, "/seq"),
        ({"value": "yes", "seq": "1"}, "/seq"),
        ({"value": "yes", "seq": True}, "/seq"),
        ({"value": "yes", "seq": 10**30}, "/seq"),
    ],
    ids=str,
)
def test_what_cannot_be_recorded_is_named(program, content, place):
    url = f"{ask(program).headers['Location']}/outcome"
    answer = program.put(url, json=content)

    assert answer.status_code == 400
    assert list(faults(answer)) == [place]
    assert put(program, url, "yes").json["seq"] == 1


def test_an_answer_that_is_not_there_has_no_outcome(program):
    assert put(program, f"/api/v1/predictions/{'A' * 22}/outcome", "yes").status_code == 404
    assert program.put(f"/api/v1/predictions/{'A' * 22}/outcome", data=b"yes").status_code == 415


@pytest.mark.parametrize("value", [1250.5, "1250.5", "$1,250.50", "1.2505e3"])
def test_a_number_may_be_sent_as_a_number_or_as_text(value):
    price = OutcomeRule(Target("price", "number", "Price", "$", decimal=","), None, {})

    assert understood({"value": value}, price) == ("1250.5", None)


class TestWithMembersOnly:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "members"}

    def test_recording_takes_a_key_that_may_record(self, service, client):
        url = f"{ask(client, **bearer(service)).headers['Location']}/outcome"

        assert put(client, url, "yes").status_code == 401
        for headers, status in ((bearer(service, "recorder", "view"), 403), (bearer(service), 201)):
            assert client.put(url, json={"value": "yes"}, headers=headers).status_code == status
