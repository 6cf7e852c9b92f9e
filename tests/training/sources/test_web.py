"""Tables at http addresses: whole, within limits, and with nothing of a secret in what is said."""

import gzip
import time

import pytest

from tests.training.sources.loopback import send
from webapp.errors import UnusableTable
from webapp.training.sources.addresses import Address, address_of
from webapp.training.sources.fetching import Limits
from webapp.training.sources.table_source import read_table
from webapp.training.sources.web import fetch_web

TABLE = b"a,b\n1,x\n2,y\n"
QUICK = Limits(size=1000, seconds=1.0, silence_s=0.3)


def refusal(url, limits=QUICK):
    with pytest.raises(UnusableTable) as problem:
        fetch_web(Address(url, url), limits)
    return str(problem.value)


def test_a_table_is_read_with_what_its_server_says_of_it(site):
    site.pages["/tables/customers.csv"] = TABLE
    site.headers["ETag"] = '"abc"'
    table = read_table(f"{site.address}/tables/customers.csv?id=5")

    assert (table.name, table.rows, table.size) == ("customers", 2, len(TABLE))
    assert table.origin.object_version == 'ETag "abc"'
    assert site.asked[0][1] == "/tables/customers.csv?id=5"


def test_without_a_mark_the_day_of_change_is_its_version(site):
    site.pages["/a.csv"] = TABLE
    site.headers["Last-Modified"] = "Sun, 22 Nov 2026 10:00:00 GMT"

    assert read_table(f"{site.address}/a.csv").origin.object_version == "changed Sun, 22 Nov 2026 10:00:00 GMT"


def test_an_address_with_spaces_and_letters_of_other_scripts_is_asked_as_it_is_meant(site):
    site.pages["/export%20f%C3%BCr%20Mai.csv"] = TABLE

    assert read_table(f"{site.address}/export für Mai.csv").rows == 2


def test_a_packed_answer_is_unpacked(site):
    site.pages["/a.csv"] = gzip.compress(TABLE)
    site.headers["Content-Encoding"] = "gzip"

    assert read_table(f"{site.address}/a.csv").rows == 2


def test_a_password_goes_to_the_server_that_it_is_for_and_to_no_other(site):
    def elsewhere(handler):
        send(handler, 302, b"", {"Location": f"{site.address.replace('127.0.0.1', 'localhost')}/b.csv"})

    site.pages |= {"/a.csv": elsewhere, "/b.csv": TABLE}
    address = address_of(f"http://ada:${{PASSWORD}}@{site.address[7:]}/a.csv", {"PASSWORD": "p@ss"})

    assert fetch_web(address).content == TABLE
    assert [headers.get("Authorization") for _, _, headers in site.asked] == ["Basic YWRhOnBAc3M=", None]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "the server asks who you are (401)"),
        (403, "the server does not let you have it (403)"),
        (404, "the server has nothing there (404)"),
        (418, "the server refused (418)"),
        (503, "the server failed (503)"),
    ],
)
def test_a_refusal_is_said_in_words(site, status, words):
    site.pages["/a.csv"] = lambda handler: send(handler, status, b"secret page")
    address = address_of(f"{site.address}/a.csv?token=${{TOKEN}}", {"TOKEN": "t0ken"})

    with pytest.raises(UnusableTable) as problem:
        fetch_web(address)

    assert str(problem.value) == f"{site.address}/a.csv?token=${{TOKEN}} cannot be read: {words}"


def test_a_page_to_sign_in_is_no_table(site):
    site.pages["/a.csv"] = b"<!doctype html><title>Sign in</title>"

    with pytest.raises(UnusableTable, match="is a web page or XML and no table.*asks to sign in"):
        read_table(f"{site.address}/a.csv")


def test_a_table_that_is_too_large_is_refused_before_it_is_fetched(site):
    site.pages["/a.csv"] = b"x" * 1001
    limits = Limits(size=1000)

    assert "is larger than 0 MB. Download it and give its path" in refusal(f"{site.address}/a.csv", limits)


def test_a_table_of_unknown_size_ends_at_the_limit(site):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 500)
        except OSError:
            handler.close_connection = True

    site.pages["/a.csv"] = endless

    assert "is larger than" in refusal(f"{site.address}/a.csv")


def test_a_table_that_breaks_off_is_not_taken_for_a_smaller_one(site):
    site.pages["/a.csv"] = lambda handler: send(handler, 200, TABLE[:-4], {"Content-Length": str(len(TABLE))})

    assert f"broke off after {len(TABLE) - 4} of {len(TABLE)} bytes" in refusal(f"{site.address}/a.csv")


def test_a_chunk_that_breaks_off_is_not_taken_for_the_last(site):
    def broken(handler):
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"8\r\na,b\n1,x\n\r\n8\r\n2,")
        handler.close_connection = True

    site.pages["/a.csv"] = broken

    assert "cannot be read" in refusal(f"{site.address}/a.csv")


def test_a_server_that_says_nothing_is_not_waited_for(site):
    site.pages["/a.csv"] = lambda handler: time.sleep(0.6)

    assert "cannot be read: the server is silent" in refusal(f"{site.address}/a.csv")


def test_a_server_that_sends_a_byte_now_and_then_is_not_waited_for(site):
    def slow(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(40):
                handler.wfile.write(b"x")
                time.sleep(0.1)
        except OSError:
            handler.close_connection = True

    site.pages["/a.csv"] = slow
    started = time.monotonic()

    assert "was not there after 1 seconds" in refusal(f"{site.address}/a.csv")
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize("to", ["file:///etc/hostname", "ftp://127.0.0.1/a.csv", "/a.csv"])
def test_an_answer_sends_the_reader_nowhere_but_to_the_web_and_not_in_circles(site, to):
    site.pages["/a.csv"] = lambda handler: send(handler, 302, b"", {"Location": to})

    assert "cannot be read" in refusal(f"{site.address}/a.csv")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1/a.csv", "Connection refused"),
        ("http://nowhere.invalid/a.csv", "cannot be read"),
        ("http:///a.csv", "cannot be read"),
        ("http://[::1/a.csv", "cannot be read"),
        ("http://127.0.0.1:port/a.csv", "cannot be read"),
        ("http://127.0.0.1:99999/a.csv", "cannot be read"),
    ],
)
def test_an_address_with_nobody_behind_it_is_said_so(url, words):
    assert words in refusal(url)


def test_a_server_of_another_kind_is_said_so(site):
    def garbage(handler):
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        handler.close_connection = True

    site.pages["/a.csv"] = garbage

    assert "cannot be read" in refusal(f"{site.address}/a.csv")
    assert "cannot be read" in refusal(f"{site.address.replace('http', 'https')}/a.csv")
