"""The fixed list of hostile requests: damaged, too large, of another kind, or to no address of ours."""

import time

import pytest

from tests.attack.filling import encoded
from tests.attack.wire import Request, ask

CPU_S = 0.2  # within which a request that is too large must be refused
MODEL = "every-kind"
DAMAGED = {
    "a raw byte": (lambda body: body.replace(b"f0=12", b"f0=\xff"), 400),
    "a raw letter": (lambda body: body.replace(b"f0=12", "f0=\u00e9".encode()), 400),
    "a quoted byte": (lambda body: body.replace(b"f0=12", b"f0=%ff"), 400),
    "a quoted zero": (lambda body: body.replace(b"f0=12", b"f0=%00"), 400),
    "half a letter": (lambda body: body.replace(b"f0=12", b"f0=%ED%A0%80"), 400),
    "UTF-16": (lambda body: body.decode().encode("utf-16"), 400),
    "sent twice": (lambda body: body + b"&f0=13", 400),
    "sent twice alike": (lambda body: body + b"&f0=12", 400),
    "sent twice in other letters": (lambda body: body + b"&%66%30=13", 400),
    "10,000 fields": (lambda body: body + b"".join(b"&g%d=" % number for number in range(10_000)), 413),
    "200,000 fields": (lambda body: b"&".join(b"g%d=" % number for number in range(200_000)), 413),
    "a value of 1 MB": (lambda body: body.replace(b"f0=12", b"f0=" + b"1" * 1_000_000), 413),
    "a value over the limit": (lambda body: body.replace(b"f0=12", b"f0=" + b"1" * 10_001), 413),
    "a name of 1 MB": (lambda body: body + b"&" + b"g" * 1_000_000 + b"=1", 413),
    "a name over the limit": (lambda body: body + b"&" + b"g" * 101 + b"=1", 413),
}
OTHER_TYPES = (
    "",
    "application/json",
    "text/plain",
    "application/xml",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=latin-1",
)
NO_ADDRESSES = (
    "/models/every-kind/",
    "/models/every-kind/../comma",
    "/models/%2e%2e/comma",
    "/models%2fevery-kind",
    "/models/\x00",
    "/models/a\\b",
    "/models/\u202e",
    "/models/\ud800",
    "/predictions/" + "A" * 22,
    "/predictions/../../etc/passwd",
    "/predictions/" + "A" * 100_000,
    "/static/../webapp/app.py",
    "/static/x/..%2f..%2fwebapp/app.py",
    "/static/x/../../webapp/app.py",
    "/" + "a" * 100_000,
)
HOSTS = (
    "evil.example",
    "x" * 64,
    "x" * 5_000,
    "a..b",
    ".",
    "\u00e9",
    "a b",
    "[::1",
    "localhost:99999",
    "localhost:x",
    "",
)


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_body_that_is_damaged_or_too_large_is_refused_at_little_cost(visitor, kind):
    damage, status = DAMAGED[kind]
    good = encoded(visitor.fields(MODEL))
    body = damage(good)
    began = time.process_time()
    answer = visitor.send(MODEL, body)

    assert body != good
    assert answer.status == status
    assert time.process_time() - began < CPU_S


def test_fields_that_the_form_does_not_have_change_nothing(target, visitor):
    strangers = {"data": "99", "errors": "99", "__proto__": "1", "f99": "1", "f0-day": "1", "f0[]": "99", "F0": "99"}
    plain, more = (visitor.send(MODEL, visitor.fields(MODEL) | fields) for fields in ({}, strangers))

    assert target.record_of(more.location).row == target.record_of(plain.location).row


@pytest.mark.parametrize("content_type", OTHER_TYPES)
def test_what_is_no_urlencoded_form_is_not_taken_for_one(visitor, content_type):
    assert visitor.send(MODEL, visitor.fields(MODEL), content_type).status == 415


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"f0": NaN}', b"\xef\xbb\xbf{}", b"9" * 5_000, b"[]", b""],
    ids=lambda body: ascii(body)[:20],
)
def test_json_is_no_form(visitor, body):
    assert visitor.send(MODEL, body, "application/json").status == (415 if body else 400)


def test_a_compressed_body_is_not_unpacked(visitor):
    assert visitor.send(MODEL, visitor.fields(MODEL), **{"Content-Encoding": "gzip"}).status == 415


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_turns_a_post_into_something_else(visitor, name):
    assert visitor.send(MODEL, visitor.fields(MODEL), **{name: "DELETE"}).status == 303


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "X" * 300])
def test_other_methods_are_not_allowed(target, method):
    assert ask(target.app, Request(method, f"/models/{MODEL}")).status == 405


@pytest.mark.parametrize("path", NO_ADDRESSES, ids=lambda path: ascii(path)[:40])
def test_an_address_that_is_none_is_not_found(target, path):
    assert ask(target.app, Request(path=path)).status == 404


@pytest.mark.parametrize("path", ["//", "//evil.example", "//evil.example/models/every-kind", f"//models//{MODEL}"])
def test_doubled_slashes_never_lead_to_another_site(target, path):
    answer = ask(target.app, Request(path=path))

    assert answer.status in (200, 308, 404)
    assert answer.location in ("", f"http://localhost/models/{MODEL}")


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: ascii(host)[:20])
def test_a_strange_name_of_this_host_is_no_error_of_ours(target, visitor, host):
    for path in ("/", f"/models/{MODEL}", "/nowhere"):
        assert ask(target.app, Request(path=path, headers={"Host": host})).status in (200, 400, 404)
    assert visitor.send(MODEL, visitor.fields(MODEL), Host=host).status in (303, 400, 403)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "\udfff"], ids=ascii)
def test_text_that_no_database_takes_is_refused_as_a_whole(visitor, text):
    assert visitor.send(MODEL, visitor.fields(MODEL, data=text)).status == 400
