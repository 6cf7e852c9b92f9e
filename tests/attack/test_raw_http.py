"""Bytes that no client library would send, through the real server: every answer is a designed one."""

import socket

import pytest

from benchmarks.process import Service, running

PATH = "/models/every-kind"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
HOST = "Host: localhost\r\n"
WAIT_S = 10.0


@pytest.fixture(scope="module")
def service(target, tmp_path_factory):
    log = tmp_path_factory.mktemp("served") / "service.log"
    with running(target.settings, log, workers=1) as service:
        yield service
    assert "Traceback" not in log.read_text()


def status_of(service: Service, raw: bytes, *, ends: bool = True) -> int:
    """The status of the answer to these bytes; 0 where the server only hangs up."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=WAIT_S) as connection:
        connection.sendall(raw)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while b"\r\n" not in answer and (more := connection.recv(65536)):
            answer += more
    return int(answer.split()[1]) if answer else 0


def request(line: str, headers: str = "", body: bytes = b"") -> bytes:
    return f"{line} HTTP/1.1\r\n{HOST}{headers}Connection: close\r\n\r\n".encode("latin-1") + body


RAW = {
    "no request": (b"\r\n\r\n", (0, 400)),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (0, 400)),
    "another version": (b"GET / HTTP/9.9\r\n\r\n", (0, 400, 505)),
    "a long line": (request("GET /" + "a" * 10_000), (400, 414)),
    "200 headers": (request("GET /", "".join(f"X-{number}: 1\r\n" for number in range(200))), (400, 431)),
    "a huge cookie": (request("GET /", f"Cookie: session={'a' * 20_000}\r\n"), (400, 431)),
    "a large cookie": (request("GET /", f"Cookie: session={'a' * 8_000}\r\n"), (200,)),
    "a folded header": (request("GET /", "X-A: 1\r\n 2\r\n"), (200, 400)),
    "a header without a name": (request("GET /", ": 1\r\n"), (400,)),
    "two lengths": (request(f"POST {PATH}", FORM + "Content-Length: 1\r\nContent-Length: 2\r\n", b"ab"), (400,)),
    "a negative length": (request(f"POST {PATH}", FORM + "Content-Length: -1\r\n", b"ab"), (400,)),
    "a length in words": (request(f"POST {PATH}", FORM + "Content-Length: ten\r\n", b"ab"), (400,)),
    "a length that is no promise kept": (request(f"POST {PATH}", FORM + "Content-Length: 500\r\n", b"f0=1"), (400,)),
    "a huge length": (request(f"POST {PATH}", FORM + "Content-Length: 99999999999\r\n", b"f0=1"), (400, 413)),
    "length and chunks": (
        request(f"POST {PATH}", FORM + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
        (400,),
    ),
    "a broken chunk": (request(f"POST {PATH}", FORM + "Transfer-Encoding: chunked\r\n", b"zz\r\nf0=1\r\n"), (400, 411)),
    "another encoding": (request(f"POST {PATH}", FORM + "Transfer-Encoding: gzip\r\n", b"x"), (400, 501)),
    "a broken multipart": (
        request(f"POST {PATH}", "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n", b"--x\r\n"),
        (415,),
    ),
    "a proxy's address": (request("GET http://evil.example/"), (200, 400)),
    "a tunnel": (request("CONNECT evil.example:443"), (400, 404, 405)),
    "a star": (request("OPTIONS *"), (200, 400, 404)),
    "a quoted zero": (request("GET /models/%00"), (404,)),
    "half a quote": (request("GET /models/%f"), (404,)),
    "bytes in the address": (
        b"GET /models/\xff\xfe HTTP/1.1\r\n" + HOST.encode() + b"Connection: close\r\n\r\n",
        (400, 404),
    ),
    "a long name of the host": (b"GET / HTTP/1.1\r\nHost: " + b"x" * 100 + b"\r\nConnection: close\r\n\r\n", (400,)),
    "no name of the host": (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", (200, 400)),
}


@pytest.mark.parametrize("kind", RAW)
def test_no_bytes_bring_the_service_down(service, kind):
    raw, statuses = RAW[kind]

    assert status_of(service, raw) in statuses
    assert service.fetch("GET", "/livez").status == 200


def test_a_body_of_unknown_length_is_not_waited_for(service):
    chunk = b"4000\r\n" + b"a" * 0x4000 + b"\r\n"
    headers = f"{FORM}Transfer-Encoding: chunked\r\n"

    assert status_of(service, request(f"POST {PATH}", headers, 64 * chunk), ends=False) == 411
