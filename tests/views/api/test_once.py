"""A request that is sent again is answered once: the same answer, one set of records, whoever is first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.views.api.asking import INVOKE, ROW, ask, bearer, row
from webapp import clock
from webapp.records import api_requests
from webapp.records.api_requests import LEASE, Sent
from webapp.records.predictions import prediction_by_id

KEY = {"Idempotency-Key": "night-run-7"}


def test_the_same_request_again_gets_the_same_answer_and_no_second_record(service, client):
    first, again = (ask(client, ROW, row(months=3), **KEY) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert "Location" not in again.headers
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert service.records() == 2


def test_without_a_key_every_request_is_a_new_one(service, client):
    ask(client)
    ask(client)

    assert service.records() == 2


def test_another_request_under_the_same_key_is_refused(service, client):
    ask(client, **KEY)
    refused = ask(client, row(months=13), **KEY)

    assert refused.status_code == 422
    assert refused.mimetype == "application/problem+json"
    assert "sent before with something else" in refused.json["detail"]
    assert client.post(INVOKE, json={"instances": [ROW]}, headers=KEY).status_code == 422
    assert service.records() == 1


def test_what_failed_is_not_remembered(service, client):
    assert ask(client, row(months=-1), **KEY).status_code == 400
    assert ask(client, row(months="x"), **KEY).status_code == 400
    assert ask(client, **KEY).status_code == 201
    assert service.records() == 1


def test_a_failure_while_writing_gives_the_key_back(service, client, monkeypatch):
    monkeypatch.setattr(api_requests, "_write_and_finish", lambda *_: 1 / 0)
    assert ask(client, **KEY).status_code == 500
    monkeypatch.undo()

    assert ask(client, **KEY).status_code == 201
    assert service.records() == 1


def test_a_repeated_request_gets_its_answer_when_the_model_has_changed_since(service, client):
    first = ask(client, **KEY)
    service.promote(service.first, action="retire")

    assert ask(client, **KEY).data == first.data
    assert ask(client).status_code == 503


def claim(service, request):
    return service.parts.database.run(lambda connection: api_requests._claim(connection, request))


def claimed_by(client) -> Sent:
    """What a request under the key would be claimed as, seen where the product makes it."""
    seen = []
    real = Sent.of

    def note(*arguments):
        seen.append(real(*arguments))
        raise api_requests.RequestUnderWay(api_requests.UNDER_WAY)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sent, "of", note)
        ask(client, **KEY)
    return seen[0]


def test_a_request_that_is_being_answered_is_not_answered_twice(service, client):
    assert claim(service, claimed_by(client))
    refused = ask(client, **KEY)

    assert refused.status_code == 409
    assert refused.headers["Retry-After"] == "1"
    assert "being answered" in refused.json["detail"]
    assert service.records() == 0


def test_a_request_whose_process_died_is_answered_after_a_while(service, client, monkeypatch):
    assert claim(service, claimed_by(client))
    later = clock.now() + LEASE
    monkeypatch.setattr(clock, "now", lambda: later)

    assert ask(client, **KEY).status_code == 201
    assert service.records() == 1


def test_who_was_too_slow_writes_nothing(service, client, monkeypatch):
    request = claimed_by(client)
    slow = claim(service, request)
    later = clock.now() + LEASE
    monkeypatch.setattr(clock, "now", lambda: later)
    first = ask(client, **KEY)
    with pytest.raises(api_requests.RequestUnderWay):
        service.parts.database.run(lambda connection: api_requests._write_and_finish(connection, request, slow, []))

    assert ask(client, **KEY).data == first.data
    assert service.records() == 1


def test_what_was_answered_and_deleted_since_is_said(service, client):
    ask(client, **KEY)
    with service.parts.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM predictions")

    gone = ask(client, **KEY)
    assert gone.status_code == 410
    assert "deleted since" in gone.json["detail"]


class TestWithKeysOfPeople:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "members"}

    def test_the_same_key_of_a_request_means_another_one_for_somebody_else(self, service, client):
        ada, ben = bearer(service), bearer(service)
        first, other, again = (ask(client, **KEY, **who) for who in (ada, ben, ada))

        assert other.json["predictions"][0]["id"] != first.json["predictions"][0]["id"]
        assert again.data == first.data
        assert service.records() == 2


def test_of_fifty_at_once_one_set_of_rows_is_written(service):
    rows = [ROW, row(months=3), row(contract="long")]
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: ask(service.app.test_client(), *rows, **KEY), range(50)))
    made = [answer for answer in answers if answer.status_code == 201]

    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    assert len({answer.data for answer in made}) == 1
    assert len([answer for answer in made if "Idempotent-Replayed" not in answer.headers]) == 1
    assert service.records() == len(rows)
    assert ask(service.app.test_client(), *rows, **KEY).data == made[0].data


def test_a_key_is_kept_for_a_day_at_least_and_then_forgotten(service, client, monkeypatch):
    first = ask(client, **KEY)
    start = clock.now()
    for hours, is_same in ((25, True), (49, False)):
        later = start + timedelta(hours=hours)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        ask(client, **{"Idempotency-Key": f"another-{hours}"})  # whoever comes first in an hour empties
        assert (ask(client, **KEY).data == first.data) is is_same
    with service.parts.database.reading() as connection:
        assert prediction_by_id(connection, first.json["predictions"][0]["id"]) is not None
