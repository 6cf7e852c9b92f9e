"""What may be sent to a form: checked before anything parses it, and never half understood."""

import time
from urllib.parse import quote_plus

import pytest

from tests.views.conftest import ASK

FORM = "application/x-www-form-urlencoded"
LIMIT_S = 1.0  # generous: the machine may be busy


def send(browser, body, content_type=FORM, **headers):
    return browser.client.post(ASK, data=body, content_type=content_type, headers=headers)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        pytest.param("&".join(f"a{i}=1" for i in range(501)), 413, "At most 500 fields", id="501 fields"),
        pytest.param("&".join(f"a{i}=1" for i in range(10_000)), 413, "At most 500 fields", id="10,000 fields"),
        pytest.param("&".join(f"a{i}=1" for i in range(200_000)), 413, "At most 256 kB", id="200,000 fields"),
        pytest.param("f0=" + "1" * 600_000, 413, "At most 256 kB", id="600 kB value"),
        pytest.param("f0=" + "1" * 10_001, 413, "at most 10 kB", id="10,001 characters"),
        pytest.param("f" * 101 + "=1", 413, "at most 100 characters", id="long name"),
        pytest.param("f" * 1_000_000 + "=1", 413, "At most 256 kB", id="1 MB name"),
        pytest.param("f0=1&f0=2", 400, "sent twice", id="sent twice"),
        pytest.param("f0=1&f%30=2", 400, "sent twice", id="sent twice, once in disguise"),
        pytest.param(b"f0=\xff", 400, "not text in UTF-8", id="raw wrong byte"),
        pytest.param("f0=ä".encode(), 400, "not text in UTF-8", id="raw letter"),
        pytest.param("f0=%ff", 400, "not text in UTF-8", id="quoted wrong byte"),
        pytest.param("f0=%ED%A0%80", 400, "not text in UTF-8", id="half a surrogate pair"),
        pytest.param("f0=1%00", 400, "not text in UTF-8", id="NUL"),
        pytest.param("f0=1".encode("utf-16"), 400, "not text in UTF-8", id="UTF-16"),
    ],
)
def test_what_is_beyond_the_limits_is_refused_with_the_limit(browser, service, body, status, said):
    began = time.perf_counter()
    page = send(browser, body)

    assert time.perf_counter() - began < LIMIT_S
    assert page.status_code == status
    assert said in page.text
    assert "<h1>" in page.text
    assert service.records() == 0


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        f"{FORM}; charset=utf-16",
    ],
)
def test_anything_but_a_form_is_refused(browser, content_type):
    page = send(browser, b"{}", content_type)

    assert page.status_code == 415
    assert "takes forms only" in page.text


def test_a_compressed_form_is_refused(browser):
    assert send(browser, b"\x1f\x8b", **{"Content-Encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize("body", [b"", b"&&&", b"=", b"%", b"f0", b"f0=%zz", b"=1", b"csrf_token=x&nonce=y"])
def test_an_odd_body_is_a_form_that_is_not_filled_in(browser, body):
    assert send(browser, body).status_code == 400


@pytest.mark.parametrize(
    "text", ["Zoë", "客户", "🙂", "a\u0301" * 20, "\u202eabc", "عربي", "<script>alert(1)</script>", "{{7*7}}"]
)
def test_any_text_is_kept_as_it_was_typed(browser, text):
    sent = browser.ask(business_key=text)
    page = browser.get("/", query_string={"q": text})

    assert sent.status_code == 303
    assert page.location == sent.location


@pytest.mark.parametrize(
    "query", ["%00", "%ff", "%ED%A0%80", quote_plus("x" * 2000), "%F0%9F%99%82", "'; DROP TABLE predictions; --"]
)
def test_any_search_is_answered(browser, query):
    page = browser.client.get(f"/?q={query}")

    assert page.status_code == 200
    assert "No answer has this reference or number" in page.text


def test_a_token_of_any_shape_is_no_failure(browser):
    for token in ("", ".", "a" * 5000, "\u202e", "...", "IjEi.x.y"):
        assert browser.ask(csrf_token=token).status_code == 400


def test_a_cookie_of_any_shape_is_no_failure(browser):
    for cookie in ("", "a.b.c", "x" * 3000, "eyJjc3JmX3Rva2VuIjoxfQ.aaaaaa.bbbb"):
        browser.client.set_cookie("session", cookie)

        assert browser.get().status_code == 200
