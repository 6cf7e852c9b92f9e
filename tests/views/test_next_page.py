"""After signing in one is led to a page of this site, and never to one that acts."""

import pytest

from webapp.views.next_page import own_path, page_to_return_to

OWN = (
    "/",
    "/models/churn",
    "/models/churn?example=1",
    "/?q=C%2017",
    "/predictions/abc_-",
    "/models/churn?draft=a1b2c3",
)
OTHERS = (
    "",
    "models",
    "https://elsewhere.example/",
    "http:elsewhere.example",
    "//elsewhere.example",
    "///elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "/\t/elsewhere.example",
    "/\n/elsewhere.example",
    " /models",
    "/models\r\nSet-Cookie: a=b",
    "/modèles",
    "javascript:alert(1)",
    "/sign-out",
    "/sign-in?next=/sign-in",
    "/invitations/token",
    "/" + "x" * 1000,
)


@pytest.mark.parametrize("path", OWN)
def test_a_page_of_this_site_is_led_to(path):
    assert own_path(path) == path


@pytest.mark.parametrize("path", OTHERS)
def test_nothing_else_is(path):
    assert own_path(path) == ""


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("http://localhost/models/churn?example=1", "/models/churn?example=1"),
        ("http://localhost/", "/"),
        ("http://elsewhere.example/models/churn", ""),
        ("http://localhost.elsewhere.example/", ""),
        ("http://localhost:81/", ""),
        ("http://[", ""),
        ("http://localhost//elsewhere.example", ""),
        ("", ""),
    ],
)
def test_what_was_sent_leads_back_to_the_page_it_was_sent_from(service, referer, page):
    with service.app.test_request_context("/account/sessions/x/end", method="POST", headers={"Referer": referer}):
        assert page_to_return_to() == page
