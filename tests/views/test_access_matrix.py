"""Every address, asked by everybody: nobody and each role, where sign-in is needed and where it is not."""

import pytest

from tests.views.conftest import Browser
from tests.views.people import browser_of, person
from webapp.records.users import ROLES
from webapp.views.access import permission_of, requires
from webapp.views.permissions import BY_ROLE

# Written down by hand, so that a slip in the product is not repeated here.
VIEWER = {"public", "account", "view", "list"}
MAY = {
    "viewer": VIEWER,
    "recorder": VIEWER | {"record"},
    "analyst": VIEWER | {"record", "analyse"},
    "approver": VIEWER | {"record", "analyse", "decide"},
    "administrator": VIEWER | {"record", "analyse", "decide", "administer"},
}
ANYBODY_MAY = {
    "open, this machine alone": {"public", "view", "list", "analyse", "record", "decide"},
    "open, reached by others": {"public", "view", "analyse"},
    "members": {"public"},
    "members, this machine alone": {"public"},
}
ENVIRONS = {
    "open, this machine alone": {"FORMCAST_ACCESS": "open"},
    "open, reached by others": {"FORMCAST_ACCESS": "open", "FORMCAST_BIND": "0.0.0.0"},
    "members": {"FORMCAST_ACCESS": "members", "FORMCAST_BIND": "0.0.0.0"},
    "members, this machine alone": {"FORMCAST_ACCESS": "members"},
}
NOBODY = "nobody"
LEADING_THERE = ("/sign-in", "/sign-out")  # to the sign-in page, for everybody
FOR_PROGRAMS = ("/metrics", "/api", "/invocations", "/ping")
SCRATCH = ("record", "analyse", "decide")  # needed by few addresses or none so far
VALUES = {
    "model": "leaving",
    "prediction_id": "A" * 22,
    "first_id": "A" * 22,
    "second_id": "B" * 22,
    "fingerprint": "x",
    "path": "favicon.svg",
    "token": "t" * 43,
    "session_id": "s" * 64,
    "key_id": "k" * 16,
    "user_id": "u" * 16,
    "version": "1",
    "criterion": "expires",
    "figure": "moved",
    "job_id": "J" * 22,
}


@pytest.fixture(params=ENVIRONS)
def mode(request):
    return request.param


@pytest.fixture
def environ(mode):
    return ENVIRONS[mode]


@pytest.fixture
def everywhere(service) -> list[tuple[str, str, str]]:
    """(method, address, permission) of every route, and of one each for the permissions that hardly any needs yet."""
    for permission in SCRATCH:
        for root in ("", "/api"):
            view = requires(permission)(lambda: "done")
            url = f"{root}/scratch/{permission}"
            service.app.add_url_rule(url, view_func=view, endpoint=url, methods=["GET", "POST"])
    found = []
    for rule in service.app.url_map.iter_rules():
        url = service.app.url_map.bind("localhost").build(
            rule.endpoint, {name: VALUES[name] for name in rule.arguments}
        )
        permission = permission_of(service.app.view_functions[rule.endpoint])
        found += [(method, url, permission) for method in sorted(rule.methods & {"GET", "POST", "PUT"})]
    return found


def outcome(browser: Browser, method: str, url: str) -> str:
    """What the step that asks for permission made of the request; whatever comes after it is not looked at."""
    page = browser.client.open(url, method=method)
    if page.status_code == 303 and (page.location or "").startswith("/sign-in"):
        return "sign in"
    return {401: "sign in", 403: "refused"}.get(page.status_code, "let in")


def expected(url: str, permission: str, role: str, mode: str) -> str:
    is_for_programs = url.startswith(FOR_PROGRAMS)
    if permission in ANYBODY_MAY[mode]:
        return "let in"
    if role == NOBODY or is_for_programs:  # there a cookie counts for nothing
        return "sign in"
    return "let in" if permission in MAY[role] else "refused"


def test_everybody_gets_exactly_where_they_may(service, everywhere, mode):
    browsers = {role: browser_of(service, person(service, role)) for role in ROLES}
    browsers[NOBODY] = Browser(service.app.test_client())
    wrong = []
    for role, browser in browsers.items():
        for method, url, permission in everywhere:
            if url in LEADING_THERE:
                continue
            wanted, got = expected(url, permission, role, mode), outcome(browser, method, url)
            if got != wanted:
                wrong.append(f"{role}: {method} {url} ({permission}): {got}, not {wanted}")

    assert len(everywhere) > 40
    assert wrong == []


def test_every_role_is_in_the_table():
    assert tuple(MAY) == ROLES == tuple(BY_ROLE)
    assert {role: set(granted) for role, granted in BY_ROLE.items()} == MAY
