"""Who may ask from a program: holders of keys that may record, and nobody by a cookie or from another site."""

import json

import pytest

from tests.views.api.asking import INVOKE, PREDICT, ROW, ask, bearer
from tests.views.people import somebody, trail
from webapp.records.attempts import allow
from webapp.views.headers import headers_for
from webapp.views.quotas import BY_PROGRAM

READING = ("/api/v1/models", "/api/v1/models/leaving", "/api/v1/openapi.json")


class TestWhereOnlyThisMachineReachesIt:
    def test_no_key_is_needed(self, client):
        assert ask(client).status_code == 201

    def test_a_key_that_may_not_record_is_refused_all_the_same(self, service, client):
        assert ask(client, **bearer(service, "recorder", "view")).status_code == 403

    @pytest.mark.parametrize(
        "headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
    )
    def test_no_page_of_another_site_can_ask(self, service, client, headers):
        for url in (PREDICT, INVOKE):
            assert client.post(url, json={"rows": [ROW]}, headers=headers).status_code == 403
        assert service.records() == 0

    @pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
    def test_what_any_page_may_send_unasked_is_of_no_type_that_is_read(self, service, client, content_type):
        for url in (PREDICT, INVOKE):
            assert client.post(url, data=json.dumps({"rows": [ROW]}), content_type=content_type).status_code == 415
        assert service.records() == 0

    @pytest.mark.parametrize("url", [*READING, "/ping", "/api/v1/nothing", "/api/v1/predictions/x"])
    def test_every_reply_has_the_headers_of_every_page(self, client, url):
        answer = client.get(url)

        assert {name: answer.headers[name] for name in headers_for(False)} == headers_for(False)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Set-Cookie" not in answer.headers


class TestWhereOthersReachIt:
    @pytest.fixture(params=["open", "members"])
    def environ(self, request):
        return {"FORMCAST_ACCESS": request.param, "FORMCAST_BIND": "0.0.0.0"}

    def test_asking_takes_a_key_that_may_record(self, service, client):
        assert ask(client).status_code == 401
        assert ask(client, **bearer(service, "viewer", "view", "record")).status_code == 403
        assert ask(client, **bearer(service, "recorder", "view")).status_code == 403
        assert service.records() == 0
        assert ask(client, **bearer(service)).status_code == 201
        assert client.post(INVOKE, json={"instances": [ROW]}, headers=bearer(service)).status_code == 200

    def test_a_cookie_alone_asks_nothing(self, service):
        administrator = somebody(service, "administrator")

        for url in (PREDICT, INVOKE):
            assert administrator.client.post(url, json={"rows": [ROW]}).status_code == 401
        assert service.records() == 0

    def test_the_record_names_the_key(self, service, client):
        [prediction] = ask(client, **bearer(service)).json["predictions"]
        with service.parts.database.reading() as connection:
            [who] = connection.exec_driver_sql("SELECT who FROM predictions").scalars()

        assert json.loads(who)["kind"] == "key"
        assert prediction["id"]

    def test_a_key_may_ask_so_often_in_a_minute_and_is_told_when_to_come_back(self, service, client):
        ada, ben = bearer(service), bearer(service)
        key_id = ada["Authorization"].split("_")[1]
        with service.parts.database.writing() as connection:
            for _ in range(BY_PROGRAM.limit - 1):
                assert allow(connection, BY_PROGRAM.kind, key_id, BY_PROGRAM.limit, BY_PROGRAM.window_s) is None
        statuses = [ask(client, **ada).status_code for _ in range(3)]
        refused = ask(client, **ada)

        assert statuses == [201, 429, 429]
        assert 0 < int(refused.headers["Retry-After"]) <= 62
        assert "600 times a minute" in refused.json["detail"]
        assert len(trail(service, "limit_reached")) == 1
        assert ask(client, **ben).status_code == 201


class TestWithMembersOnly:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "members"}

    @pytest.mark.parametrize("url", READING)
    def test_reading_takes_a_key_too(self, service, client, url):
        assert client.get(url).status_code == 401
        assert client.get(url, headers=bearer(service, "viewer", "view")).status_code == 200

    def test_an_answer_of_somebody_is_not_there_for_nobody(self, service, client):
        location = ask(client, **bearer(service)).headers["Location"]

        assert client.get(location).status_code == 401
        assert client.get(location, headers=bearer(service, "viewer", "view")).status_code == 200

    def test_whether_it_answers_may_be_asked_by_anybody(self, client):
        assert client.get("/ping").status_code == 200
