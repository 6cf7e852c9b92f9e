"""Browsers, roles and changes, as a person would say them."""

import pytest

from webapp.records.api_keys import SCOPES as KEY_SCOPES
from webapp.records.users import ROLES as KNOWN_ROLES
from webapp.wording.browsers import browser_text
from webapp.wording.changes import change_text
from webapp.wording.roles import ROLES, SCOPES, all_that_may_be_done, role_choices, role_title, scopes_text

WINDOWS, MAC, LINUX = "(Windows NT 10.0; Win64; x64)", "(Macintosh; Intel Mac OS X 10_15_7)", "(X11; Linux x86_64)"
AGENTS = {
    f"Mozilla/5.0 {WINDOWS} AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0": "Edge on Windows",
    f"Mozilla/5.0 {LINUX} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36": "Chrome on Linux",
    f"Mozilla/5.0 {MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15": "Safari on a Mac",
    "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0": "Firefox on Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1": "Safari on an iPhone",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36": "Chrome on Android",
    "curl/8.5.0": "A browser",
    "": "A browser",
}


@pytest.mark.parametrize(("agent", "words"), AGENTS.items())
def test_a_browser_is_named_as_its_user_would(agent, words):
    assert browser_text(agent) == words


def test_every_role_and_everything_a_key_may_do_has_words():
    assert tuple(ROLES) == KNOWN_ROLES
    assert tuple(SCOPES) == KEY_SCOPES


def test_a_role_may_do_what_those_before_it_may():
    assert all_that_may_be_done("viewer") == "ask questions and read answers"
    assert all_that_may_be_done("approver").endswith("compare them; decide which version answers")
    assert role_choices()["viewer"] == "May ask questions and read answers"
    assert role_choices()["approver"] == "May also decide which version answers"


def test_what_another_release_knows_stays_as_it_is():
    assert (role_title("king"), all_that_may_be_done("king")) == ("king", "")
    assert scopes_text(("view", "rule")) == "Read what can be asked, and earlier answers. rule."


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (None, None, ""),
        ({"role": "viewer"}, {"role": "analyst"}, "role: viewer, now analyst"),
        (None, {"scopes": ["view", "record"], "label": "Nightly"}, "label: Nightly; scopes: view, record"),
        ({"label": "Nightly"}, None, "label: Nightly"),
        ({"state": "active"}, {"state": "active"}, "state: active"),
        (None, {"until": "2026-10-03T08:05:00.123456+00:00"}, "until: 3 Oct 2026, 08:05 UTC"),
        (None, {"why": "2026-13-45T99:99:99+00:00"}, "why: 2026-13-45T99:99:99+00:00"),
        (None, {"is_retired": True}, "is retired: yes"),
        (None, {"is_retired": False, "details": {"criteria": ["expires"], "contact": ""}}, "details: criteria expires"),
        (None, "something", ""),
    ],
)
def test_a_change_is_said_in_a_line(before, after, words):
    assert change_text(before, after) == words
