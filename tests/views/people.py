"""People with accounts, and browsers in which they are signed in."""

import re
from functools import cache
from itertools import count

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.views.conftest import Browser, Service, hidden_fields
from webapp import passwords
from webapp.passwords import hash_password
from webapp.records import audit, sessions, users
from webapp.records.actors import SYSTEM
from webapp.records.audit import Entry, Filter
from webapp.records.tables import sign_in_attempts
from webapp.records.users import NewUser, User

PASSWORD = "four words in a row"
OTHER_PASSWORD = "quite another four words"
TOKEN = "_user_id"

_numbers = count(1)


@cache
def _hash(hasher: PasswordHasher) -> str:
    """Made once: it is slow on purpose."""
    return hash_password(PASSWORD)


def person(service: Service, role: str = "viewer", name: str = "") -> User:
    """Somebody active, whose password is PASSWORD."""
    name = name or f"{role}{next(_numbers)}"
    with service.parts.database.writing() as connection:
        return users.add(connection, NewUser(name, name.title(), role, _hash(passwords._HASHER)), SYSTEM)


def browser_of(service: Service, user: User, agent: str = "", address: str = "127.0.0.1") -> Browser:
    """A browser in which the person is signed in already."""
    client = service.app.test_client()
    with service.parts.database.writing() as connection:
        token = sessions.begin(connection, user.id, agent, address)
    with client.session_transaction() as cookie:
        cookie[TOKEN], cookie["whose"] = token, user.id
    return Browser(client)


def somebody(service: Service, role: str = "viewer") -> Browser:
    return browser_of(service, person(service, role))


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **more) -> TestResponse:
    """As a person does, from the page of that name."""
    environ = more.pop("environ_base", {})
    page = client.get("/sign-in", query_string=more, environ_base=environ)
    fields = hidden_fields(page) | {"name": name, "password": password}
    return client.post("/sign-in", data=fields, environ_base=environ)


def press(browser: Browser, page: str, to: str, **fields: str) -> TestResponse:
    """Send a form of that page to its address."""
    token = hidden_fields(browser.get(page))["csrf_token"]
    return browser.client.post(to, data={"csrf_token": token} | fields)


def token_in(client: FlaskClient) -> str | None:
    with client.session_transaction() as cookie:
        return cookie.get(TOKEN)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def problems(page: TestResponse) -> list[str]:
    """The sentences of the error summary."""
    [summary] = re.findall(r'<div class="problems".*?</div>', page.text, re.DOTALL)
    return re.findall(r"<li><a [^>]*>([^<]*)</a>", summary)


def trail(service: Service, action: str = "") -> list[Entry]:
    """The audit trail, the newest entry first."""
    with service.parts.database.reading() as connection:
        return audit.entries(connection, Filter(action=action), limit=1000)


def forget_attempts(service: Service) -> None:
    with service.parts.database.writing() as connection:
        connection.execute(sign_in_attempts.delete())
