"""The fixed list of hostile and awkward inputs: each is stored as what it means, or refused in words, and kept."""

import time
from urllib.parse import quote_plus

import pytest

from tests.attack.form_page import read_form
from tests.attack.odd_tables import MARKUP
from tests.attack.submissions import Forms
from tests.attack.target import Model
from tests.attack.wire import FORM, Answer, Request, ask

GOOD = {
    "data": "12", "errors": "3", "_id": "0", "f0": "0", "csrf_token": "0", "level 30": "0", "code 300": "K\u00e4se-007",
    "validate": ("1", "3", "2020"), "version": ("1", "3", "2020", "14:30"), "nonce": "0.5", "submit": "80", "business_key": "0",
    "Betrag": "12", "St\u00fcck": "3", "Datum": ("1", "3", "2021"), "errors ": "0", "Neu": "0",
    "width": "0.5", "height": "0.5", "colour": "0", "day": ("1", "3", "2019"),
}  # fmt: skip
CPU_S = 0.2  # within which a request that is too large must be refused


@pytest.fixture(scope="module")
def forms(target) -> Forms:
    client = target.app.test_client()
    pages = {model.name: read_form(client.get(model.path).text) for model in target.models.values()}
    return Forms(target.app, tuple(target.models.values()), pages, f"session={client.get_cookie('session').value}")


@pytest.fixture
def send(target, forms):
    """Post a form that is right but for the named answers; returns the answer and what was sent."""

    def send(model: str, **answers) -> tuple[Answer, dict[str, str]]:
        fields = filled(target.models[model], forms, answers)
        return post(target, forms, model, encoded(fields)), fields

    return send


def filled(model: Model, forms: Forms, answers: dict) -> dict[str, str]:
    fields = dict(forms.pages[model.name].hidden) | {"nonce": f"fixed-{time.monotonic_ns()}"}
    for question in model.questions:
        good = "0" if question.is_picked else GOOD[question.name]
        texts = answers.get(question.name, good)
        fields |= dict(zip(model.field_names(question), (texts,) if isinstance(texts, str) else texts, strict=True))
    return fields


def encoded(fields: dict[str, str]) -> bytes:
    pairs = (f"{quote_plus(name)}={quote_plus(value, errors='surrogatepass')}" for name, value in fields.items())
    return "&".join(pairs).encode()


def post(target, forms, model: str, body: bytes, content_type: str = FORM, **headers: str) -> Answer:
    request = Request("POST", f"/models/{model}", "", body, content_type, {"Cookie": forms.cookie, **headers})
    return ask(target.app, request)


def kept(answer: Answer, sent: dict[str, str]) -> bool:
    shown = read_form(answer.text).shown
    return all(shown[name] == sent[name] for name in shown if name in sent)


ACCEPTED = [
    ("data", "12", 12.0), ("data", " 12 ", 12.0), ("data", "+12", 12.0), ("data", "\uff11\uff12", 12.0),
    ("data", "\u0661\u0662", 12.0), ("data", "1,234", 1234.0), ("data", "1 234", 1234.0), ("data", "1'234", 1234.0),
    ("data", "1\u00a0234", 1234.0), ("data", "1\u202f234.5", 1234.5), ("data", "-5", -5.0), ("data", "\u22125", -5.0),
    ("data", "\u00a32,500", 2500.0), ("data", "-\u00a35", -5.0), ("data", ".5", 0.5), ("data", "", None), ("data", "\u00a0", None),
    ("data", "\u200b", None), ("data", "   ", None), ("data", "007", 7.0), ("errors", "3.0", 3.0), ("errors", "-3", -3.0),
    ("submit", "80 kg", 80.0), ("submit", "80kg", 80.0), ("submit", "-0", 0.0), ("code 300", "k\u00c4SE-007", "K\u00e4se-007"),
    ("code 300", "Ka\u0308se-007 ", "K\u00e4se-007"), ("validate", ("1", "March", "2020"), "2020-03-01"),
    ("validate", ("29", "2", "2020"), "2020-02-29"), ("version", ("1", "3", "2020", "9:05"), "2020-03-01T09:05:00"),
    ("business_key", "~", None), ("business_key", "other", "(another, not listed)"),
]  # fmt: skip
TOO_LONG = "Data must be a number of 30 characters or less"
UNSTORABLE = "must be 500 characters or less, without control characters"
REFUSED = [
    *[("data", text, "Data must be a number, like") for text in (
        "12,34", "1,23,4", "1_000", "0x10", "1e5", "\u00bd", "\u00b2", "12abc", "--5", "5-", "nan", "inf", "Infinity", "sNaN",
        "1e400", "1e39", "$5", "27%", "80 kg", "1 2", "0,123", "1,,234", "1,234,5678", "-", ".", "e", MARKUP, "{{7*7}}",
        "\u202e12", "\U0001f600", "' OR 1=1 --", "True", "None",
    )],
    ("data", "12,5", "Data: use a full stop for decimals, like 12.5"),
    ("data", "1.234,5", "Data: use a full stop for decimals, like 12.5"),
    *[("data", text, TOO_LONG) for text in ("9" * 31, "9" * 400, "0." + "1" * 40)],
    *[("data", text, UNSTORABLE) for text in ("9" * 5_000, "a" * 9_999)],
    ("errors", "", "Enter errors"), ("errors", "\u200b", "Enter errors"), ("errors", "3.7", "Errors must be a whole number"),
    ("nonce", "27%", "Nonce must be a number"), ("nonce", "1.5", "Nonce must be between 0 and 1"),
    ("nonce", "-0.1", "Nonce must be between 0 and 1"), ("submit", "-1", "Submit must be 0 kg or more"),
    ("_id", "", "Select yes or no for id"), ("_id", "7", "Select yes or no for id"), ("_id", "yes", "Select yes or no for id"),
    ("csrf_token", "", "Select a csrf token"), ("csrf_token", "None", "Select a csrf token from the list"),
    ("csrf_token", "-1", "Select a csrf token from the list"), ("csrf_token", "00", "Select a csrf token from the list"),
    ("csrf_token", "0 ", "Select a csrf token from the list"), ("csrf_token", "999", "Select a csrf token from the list"),
    ("csrf_token", "other", "Select a csrf token from the list"), ("csrf_token", "~", "Select a csrf token from the list"),
    ("code 300", "K\u00e4se-999", "we do not know \u201cK\u00e4se-999\u201d"), ("code 300", "", "Enter code 300"),
    ("code 300", MARKUP, f"we do not know \u201c{MARKUP}\u201d"), ("code 300", "e" + "\u0301" * 100, "we do not know"),
    ("code 300", "\u0645\u0631\u062d\u0628\u0627", "we do not know"), ("validate", ("30", "2", "2020"), "must be a real date"),
    ("validate", ("1", "13", "2020"), "must be a real date"), ("validate", ("", "3", "2020"), "must be a real date"),
    ("validate", ("1", "3", "20"), "must have a year of 4 figures"), ("validate", ("1.0", "3", "2020"), "must be a real date"),
    ("validate", ("", "", ""), "Enter validate"), ("version", ("1", "3", "2020", ""), "must have a time, like 14:30"),
    ("version", ("1", "3", "2020", "24:00"), "must have a time, like 14:30"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed", "stored"), ACCEPTED, ids=[f"{name}-{typed!a}" for name, typed, _ in ACCEPTED]
)
def test_an_awkward_answer_is_stored_as_what_it_means(target, send, name, typed, stored):
    answer, _ = send("every-kind", **{name: typed})

    assert answer.status == 303
    assert target.record_of(answer.location).row[name] == stored
    assert ask(target.app, Request(path=answer.location)).status == 200


def test_minus_nothing_is_stored_as_nothing(target, send):
    answer, _ = send("every-kind", data="-0")

    assert str(target.record_of(answer.location).row["data"]) == "0.0"


@pytest.mark.parametrize(
    ("name", "typed", "sentence"), REFUSED, ids=[f"{name}-{typed!a:.40}" for name, typed, _ in REFUSED]
)
def test_a_hostile_answer_is_refused_in_words_and_kept(send, name, typed, sentence):
    answer, sent = send("every-kind", **{name: typed})

    [error] = read_form(answer.text).errors
    assert (answer.status, sentence in error) == (422, True), error
    is_choice = name in ("_id", "csrf_token")
    assert kept(answer, {field: text for field, text in sent.items() if not (is_choice and text == typed)})


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("12,5", 12.5), ("1.234,5", 1234.5), ("1.234", 1234.0), ("1 234,50", 1234.5), (",5", 0.5), ("-0,25", -0.25)],
)
def test_where_the_comma_is_the_decimal_sign_it_is_read_as_one(target, send, typed, stored):
    answer, _ = send("comma", Betrag=typed)

    assert target.record_of(answer.location).row["Betrag"] == stored


@pytest.mark.parametrize("typed", ["12.5", "1,234.5", "1,2,3", "12,5,", "1.23,4"])
def test_where_the_comma_is_the_decimal_sign_a_full_stop_is_not(send, typed):
    answer, sent = send("comma", Betrag=typed)

    assert answer.status == 422
    assert kept(answer, sent)


def test_every_category_is_stored_as_the_text_of_the_table(target, forms, send):
    words = forms.pages["every-kind"].fields["f4"].options
    stored = [
        target.record_of(send("every-kind", csrf_token=posted)[0].location).row["csrf_token"]
        for posted in words
        if posted
    ]

    assert stored == [label for posted, label in words.items() if posted]
    assert {"None", "NA", "null", "x", "X", MARKUP} < set(stored)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "\udfff"], ids=ascii)
def test_text_that_no_database_takes_is_refused_as_a_whole(send, text):
    assert send("every-kind", data=text)[0].status == 400


def damaged(kind: str, body: bytes) -> bytes:
    return {
        "a raw byte": body.replace(b"f0=12", b"f0=\xff"),
        "a raw letter": body.replace(b"f0=12", "f0=\u00e9".encode()),
        "a quoted byte": body.replace(b"f0=12", b"f0=%ff"),
        "a quoted zero": body.replace(b"f0=12", b"f0=%00"),
        "UTF-16": body.decode().encode("utf-16"),
        "sent twice": body + b"&f0=13",
        "sent twice the same": body + b"&f0=12",
        "sent twice in other letters": body + b"&%66%30=13",
        "too many fields": body + b"&" + b"&".join(b"g%d=" % number for number in range(10_000)),
        "far too many fields": b"&".join(b"g%d=" % number for number in range(200_000)),
        "a large value": body.replace(b"f0=12", b"f0=" + b"1" * 1_000_000),
        "a value over the limit": body.replace(b"f0=12", b"f0=" + b"1" * 10_001),
        "a large name": body + b"&" + b"g" * 1_000_000 + b"=1",
        "a name over the limit": body + b"&" + b"g" * 101 + b"=1",
    }[kind]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("a raw byte", 400), ("a raw letter", 400), ("a quoted byte", 400), ("a quoted zero", 400), ("UTF-16", 400),
        ("sent twice", 400), ("sent twice the same", 400), ("sent twice in other letters", 400), ("too many fields", 413),
        ("far too many fields", 413), ("a large value", 413), ("a value over the limit", 413), ("a large name", 413),
        ("a name over the limit", 413),
    ],
)  # fmt: skip
def test_a_body_that_is_damaged_or_too_large_is_refused_at_little_cost(target, forms, kind, status):
    good = encoded(filled(target.models["every-kind"], forms, {}))
    body = damaged(kind, good)
    began = time.process_time()
    answer = post(target, forms, "every-kind", body)

    assert body != good
    assert answer.status == status
    assert time.process_time() - began < CPU_S


def test_fields_that_the_form_does_not_have_change_nothing(target, forms, send):
    fields = filled(target.models["every-kind"], forms, {})
    strangers = {"data": "99", "errors": "99", "__proto__": "1", "f99": "1", "f0-day": "1", "f0[]": "99"}
    answer = post(target, forms, "every-kind", encoded(fields | strangers))

    assert target.record_of(answer.location).row == target.record_of(send("every-kind")[0].location).row


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x", "application/xml", "",
        "application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded; charset=latin-1",
    ],
)  # fmt: skip
def test_what_is_no_urlencoded_form_is_not_taken_for_one(target, forms, content_type):
    body = encoded(filled(target.models["every-kind"], forms, {}))

    assert post(target, forms, "every-kind", body, content_type).status == 415


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"f0": NaN}', b"", b"\xef\xbb\xbf{}", b"9" * 5_000, b"[]"], ids=ascii
)
def test_json_is_no_form(target, forms, body):
    assert post(target, forms, "every-kind", body, "application/json").status in (400, 415)


def test_a_compressed_body_is_not_unpacked(target, forms):
    body = encoded(filled(target.models["every-kind"], forms, {}))

    assert post(target, forms, "every-kind", body, **{"Content-Encoding": "gzip"}).status == 415


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_turns_a_post_into_something_else(target, forms, name):
    body = encoded(filled(target.models["every-kind"], forms, {}))

    assert post(target, forms, "every-kind", body, **{name: "DELETE"}).status == 303


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "X" * 300])
def test_other_methods_are_not_allowed(target, method):
    assert ask(target.app, Request(method, "/models/every-kind")).status == 405


@pytest.mark.parametrize(
    "path",
    [
        "//", "/models//every-kind", "/models/every-kind/", "/models/every-kind/../comma", "/models/%2e%2e/comma", "/models/\x00",
        "/models/a\\b", "/models/\u202e", "/models/\ud800", "/predictions/" + "A" * 22, "/predictions/../../etc/passwd",
        "/static/../webapp/app.py", "/static/x/..%2f..%2fwebapp/app.py", "/" + "a" * 100_000, "/predictions/" + "A" * 100_000,
    ],
    ids=lambda path: ascii(path)[:40],
)  # fmt: skip
def test_an_address_that_is_none_is_not_found(target, path):
    assert ask(target.app, Request(path=path)).status == 404
