"""Whatever a program sends, it hears in a problem document what is wrong, and nothing is predicted."""

import json
import time

import pytest

from tests.views.api.asking import INVOKE, PREDICT, ROW
from webapp.views.limits import MAX_BODY

JSON = "application/json"
LIMIT_S = 1.0  # of processor time, and the machine may be busy
GOOD = json.dumps({"rows": [ROW]}).encode()
REFUSED = {
    "NaN": (GOOD.replace(b"70.5", b"NaN"), 400),
    "Infinity": (GOOD.replace(b"70.5", b"Infinity"), 400),
    "too large": (GOOD.replace(b"70.5", b"1e400"), 400),
    "5,000 figures": (GOOD.replace(b"70.5", b"9" * 5_000), 400),
    "a large integer": (GOOD.replace(b"70.5", str(2**70 + 1).encode()), 400),
    "a name twice": (GOOD.replace(b'"months": 12', b'"months": 12, "months": 13'), 400),
    "half a surrogate pair": (GOOD.replace(b"C-17", b"\\ud800"), 400),
    "NUL": (GOOD.replace(b"C-17", b"\\u0000"), 400),
    "a wrong byte": (GOOD.replace(b"C-17", b"\xff"), 400),
    "UTF-16": (GOOD.decode().encode("utf-16"), 400),
    "a byte order mark": (b"\xef\xbb\xbf" + GOOD, 400),
    "100,000 brackets": (b"[" * 100_000, 400),
    "100,000 brackets inside": (b'{"rows": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    "a list": (b"[" + GOOD + b"]", 400),
    "a text": (b'"rows"', 400),
    "null": (b"null", 400),
    "nothing": (b"", 400),
    "10,000 columns": (json.dumps({"rows": [{f"c{place}": 1 for place in range(10_000)}]}).encode(), 400),
    "a long name": (json.dumps({"rows": [{"c" * 200_000: 1}]}).encode(), 400),
    "a long value": (GOOD.replace(b"C-17", b"x" * 200_000), 400),
    "50,000 rows": (json.dumps({"rows": [0] * 50_000}).encode(), 413),
    "a body beyond the limit": (GOOD + b" " * MAX_BODY, 413),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_hostile_document_is_refused_with_its_reason_at_little_cost(program, writes_nothing, kind):
    body, status = REFUSED[kind]
    began = time.process_time()
    answer = program.post(PREDICT, data=body, content_type=JSON)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert len(answer.json["detail"]) > 20
    assert time.process_time() - began < LIMIT_S


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                     "application/json; charset=utf-16", "text/csv"]
)  # fmt: skip
def test_another_type_is_refused_and_the_right_one_named(program, writes_nothing, content_type):
    answer = program.post(PREDICT, data=GOOD, content_type=content_type)

    assert answer.status_code == 415
    assert "application/json" in answer.json["detail"]


def test_a_charset_that_says_what_is_so_is_no_other_type(program):
    assert program.post(PREDICT, data=GOOD, content_type="application/json; charset=UTF-8").status_code == 201


def test_a_compressed_body_and_one_of_unknown_length_are_refused(program):
    assert program.post(PREDICT, data=GOOD, headers={"Content-Encoding": "gzip"}, content_type=JSON).status_code == 415
    chunked = program.post(
        PREDICT, content_type=JSON, input_stream=None, headers={"Transfer-Encoding": "chunked"}, content_length=None
    )
    assert chunked.status_code == 411


@pytest.mark.parametrize("url", [PREDICT, INVOKE, "/api/v1/models", "/api/v1/openapi.json", "/ping"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_another_method_is_told_the_right_ones(program, url, method):
    answer = program.open(url, method=method)

    assert answer.status_code == 405
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Allow"]


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a b", "ä", "a\tb"])
def test_a_key_of_a_request_that_cannot_be_kept_is_refused(program, writes_nothing, key):
    answer = program.post(PREDICT, data=GOOD, content_type=JSON, headers={"Idempotency-Key": key})

    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["detail"]
