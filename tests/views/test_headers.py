"""The same set of headers on every answer, whatever kind it is."""

import pytest

from tests.views.conftest import ANSWERS, ASK

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
EXPECTED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), "
    "payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
EXPECTED_OVER_HTTPS = EXPECTED | {
    "Content-Security-Policy": f"{POLICY}; upgrade-insecure-requests",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
UNUSUAL = {"Content-Type", "Content-Length", "Vary", "Set-Cookie", "Location", "Allow", "Retry-After"}

REQUESTS = {
    "catalogue": ("GET", "/", {}, 200),
    "form": ("GET", ASK, {}, 200),
    "about": ("GET", f"{ASK}/about", {}, 200),
    "health": ("GET", "/readyz", {}, 200),
    "old stylesheet": ("GET", "/static/another/css/formcast.css", {}, 200),
    "redirect": ("GET", "//help", {}, 308),
    "nothing": ("GET", "/nothing", {}, 404),
    "no such file": ("GET", "/static/x/../../webapp/config.py", {}, 404),
    "wrong method": ("DELETE", ASK, {}, 405),
    "options": ("OPTIONS", ASK, {}, 200),
    "no token": ("POST", ASK, {"data": ANSWERS}, 400),
    "too large": ("POST", ASK, {"data": {"f0": "1" * 300_000}}, 413),
    "not a form": ("POST", ASK, {"json": {}}, 415),
    "foreign": ("POST", ASK, {"data": ANSWERS, "headers": {"Origin": "https://elsewhere.example"}}, 403),
}


@pytest.mark.parametrize(("method", "url", "more", "status"), REQUESTS.values(), ids=REQUESTS)
def test_every_answer_carries_the_set(browser, method, url, more, status):
    answer = browser.client.open(url, method=method, **more)

    assert answer.status_code == status
    assert {name: value for name, value in answer.headers if name not in UNUSUAL} == EXPECTED


def test_a_failure_carries_the_set(browser, service):
    def fail() -> None:
        raise ZeroDivisionError

    service.app.before_request_funcs[None].append(fail)
    answer = browser.get("/help")

    assert answer.status_code == 500
    assert {name: value for name, value in answer.headers if name not in UNUSUAL} == EXPECTED


def test_the_redirect_to_an_answer_carries_the_set(browser):
    answer = browser.ask()

    assert answer.status_code == 303
    assert {name: value for name, value in answer.headers if name not in UNUSUAL} == EXPECTED


def test_a_file_whose_address_changes_with_it_may_be_kept_for_ever(browser, service):
    with service.app.test_request_context():
        url = service.app.jinja_env.globals["asset"]("css/formcast.css")
    answer = browser.get(url)

    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert {name: value for name, value in answer.headers if name not in UNUSUAL | {"Cache-Control"}} == {
        name: value for name, value in EXPECTED.items() if name != "Cache-Control"
    }


def test_a_missing_file_is_not_kept(browser, service):
    fingerprint = service.app.extensions["formcast_assets"].fingerprint
    answer = browser.get(f"/static/{fingerprint}/css/nothing.css")

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_tells_what_runs_the_service(browser):
    for url in ("/", "/nothing", "/livez", "/readyz"):
        answer = browser.get(url)
        everything = f"{answer.headers} {answer.text}".lower()

        assert not any(name in everything for name in ("gunicorn", "werkzeug", "flask", "python/", "traceback"))


class TestOverHttps:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_HTTPS": "on", "TRUST_PROXY": "on"}

    @pytest.mark.parametrize("url", ["/", ASK, "/nothing", "/livez"])
    def test_browsers_are_told_to_insist_on_it(self, browser, url):
        answer = browser.get(url, headers={"X-Forwarded-Proto": "https"})

        assert {name: value for name, value in answer.headers if name not in UNUSUAL} == EXPECTED_OVER_HTTPS

    def test_the_cookie_stays_with_this_site_and_out_of_reach_of_scripts(self, browser):
        cookie = browser.get(headers={"X-Forwarded-Proto": "https"}).headers["Set-Cookie"]

        assert cookie.startswith("__Host-session=")
        assert set(cookie.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}

    def test_a_visitor_who_came_without_is_sent_there(self, browser):
        answer = browser.get(f"{ASK}?example=1")

        assert answer.status_code == 308
        assert answer.location == f"https://localhost{ASK}?example=1"

    def test_the_platform_may_ask_for_health_without(self, browser):
        assert browser.get("/livez").status_code == 200


def test_the_cookie_of_a_laptop_is_out_of_reach_of_scripts(browser):
    cookie = browser.get().headers["Set-Cookie"]

    assert cookie.startswith("session=")
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_a_proxy_is_believed_only_where_one_is_known(browser):
    answer = browser.ask()
    page = browser.get(answer.location, headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"})

    assert "http://localhost/predictions/" in page.text
    assert "evil.example" not in page.text


@pytest.mark.parametrize("host", ["a..b", ".", "x" * 100])
def test_a_name_that_cannot_be_one_is_refused(browser, host):
    answer = browser.get("/", headers={"Host": host})

    assert answer.status_code == 400
    assert {name: value for name, value in answer.headers if name not in UNUSUAL} == EXPECTED


class TestWithTrustedHosts:
    @pytest.fixture
    def environ(self):
        return {"TRUSTED_HOSTS": "forms.example.org, localhost"}

    def test_a_forged_host_is_refused(self, browser):
        assert browser.get("/", headers={"Host": "evil.example"}).status_code == 400
        assert browser.get("/", headers={"Host": "forms.example.org"}).status_code == 200
