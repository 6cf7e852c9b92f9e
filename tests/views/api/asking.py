"""Rows that a program sends; each test states only what differs."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.views.conftest import Service
from tests.views.people import person
from webapp.records import api_keys

PREDICT = "/api/v1/models/leaving/predictions"
INVOKE = "/invocations"
ROW = {"months": 12, "bill": 70.5, "contract": "monthly", "senior": False, "joined": "2019-05-03", "customer": "C-17"}


def row(**overrides: Any) -> dict[str, Any]:
    return ROW | overrides


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ROW.items() if name not in names}


def ask(client: FlaskClient, *rows: Any, **headers: str) -> TestResponse:
    return client.post(PREDICT, json={"rows": list(rows or [ROW])}, headers=headers)


def faults(response: TestResponse) -> dict[str, str]:
    """What is wrong, by its pointer."""
    assert response.mimetype == "application/problem+json"
    return {fault["pointer"]: fault["detail"] for fault in response.json["errors"]}


def bearer(service: Service, role: str = "recorder", *scopes: str) -> dict[str, str]:
    """The header of a new key of somebody in that role."""
    owner = person(service, role)
    with service.parts.database.writing() as connection:
        _, text = api_keys.make(connection, owner.id, "Nightly", scopes or ("record",), 30)
    return {"Authorization": f"Bearer {text}"}
