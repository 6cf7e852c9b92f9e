"""The fixed list of hostile and awkward answers: each is stored as what it means, or refused in words, and kept."""

import pytest

from tests.attack.form_page import read_form
from tests.attack.odd_tables import MARKUP
from tests.attack.wire import Request, ask

ACCEPTED = (
    ("data", "12", 12.0),
    ("data", " 12 ", 12.0),
    ("data", "+12", 12.0),
    ("data", "\uff11\uff12", 12.0),
    ("data", "\u0661\u0662", 12.0),
    ("data", "007", 7.0),
    ("data", ".5", 0.5),
    ("data", "1,234", 1234.0),
    ("data", "1 234", 1234.0),
    ("data", "1'234", 1234.0),
    ("data", "1\u00a0234", 1234.0),
    ("data", "1\u202f234.5", 1234.5),
    ("data", "-5", -5.0),
    ("data", "\u22125", -5.0),
    ("data", "\u00a32,500", 2500.0),
    ("data", "-\u00a35", -5.0),
    ("data", "", None),
    ("data", "   ", None),
    ("data", "\u00a0", None),
    ("data", "\u200b", None),
    ("errors", "3.0", 3.0),
    ("errors", "-3", -3.0),
    ("submit", "80 kg", 80.0),
    ("submit", "80kg", 80.0),
    ("code 300", "k\u00c4SE-007", "K\u00e4se-007"),
    ("code 300", "Ka\u0308se-007 ", "K\u00e4se-007"),
    ("validate", ("1", "March", "2020"), "2020-03-01"),
    ("validate", ("29", "2", "2020"), "2020-02-29"),
    ("version", ("1", "3", "2020", "9:05"), "2020-03-01T09:05:00"),
    ("business_key", "~", None),
    ("business_key", "other", "(another, not listed)"),
)
NOT_NUMBERS = (
    "1,23,4", "1_000", "0x10", "1e5", "\u00bd", "\u00b2", "12abc", "--5", "5-", "nan", "inf", "Infinity", "sNaN",
    "1e400", "1e39", "$5", "27%", "80 kg", "1 2", "1,,234", "1,234,5678", "-", ".", "e", MARKUP, "{{7*7}}", "\u202e12",
    "\U0001f600", "' OR 1=1 --", "True", "None",
)  # fmt: skip
WRONG_SIGN = ("12,5", "12,34", "0,123", "1.234,5")
TOO_LONG = ("9" * 31, "9" * 100, "0." + "1" * 40, "9" * 400)
FAR_TOO_LONG = ("9" * 5_000, "a" * 9_999)
PICKED_WRONG = ("None", "-1", "00", "0 ", "999", "other", "~", MARKUP)
REFUSED = (
    *(("data", text, "Data must be a number, like") for text in NOT_NUMBERS),
    *(("data", text, "Data: use a full stop for decimals, like 12.5") for text in WRONG_SIGN),
    *(("data", text, "Data must be a number of 30 characters or less") for text in TOO_LONG),
    *(("data", text, "must be 500 characters or less, without control characters") for text in FAR_TOO_LONG),
    *(("csrf_token", text, "Select an answer for csrf token from the list") for text in PICKED_WRONG),
    ("csrf_token", "", "Select an answer for csrf token"),
    ("_id", "", "Select yes or no for id"),
    ("_id", "yes", "Select yes or no for id"),
    ("errors", "", "Enter errors"),
    ("errors", "\u200b", "Enter errors"),
    ("errors", "3.7", "Errors must be a whole number"),
    ("nonce", "27%", "Nonce must be a number"),
    ("nonce", "1.5", "Nonce must be between 0 and 1"),
    ("nonce", "-0.1", "Nonce must be between 0 and 1"),
    ("submit", "-1", "Submit must be 0 kg or more"),
    ("code 300", "", "Enter code 300"),
    ("code 300", "K\u00e4se-999", "we do not know \u201cK\u00e4se-999\u201d"),
    ("code 300", MARKUP, f"we do not know \u201c{MARKUP}\u201d"),
    ("code 300", "e" + "\u0301" * 100, "we do not know"),
    ("code 300", "\u0645\u0631\u062d\u0628\u0627", "we do not know"),
    ("validate", ("30", "2", "2020"), "must be a real date"),
    ("validate", ("1", "13", "2020"), "must be a real date"),
    ("validate", ("", "3", "2020"), "must be a real date"),
    ("validate", ("1.0", "3", "2020"), "must be a real date"),
    ("validate", ("1", "3", "20"), "must have a year of 4 figures"),
    ("validate", ("", "", ""), "Enter validate"),
    ("version", ("1", "3", "2020", ""), "must have a time, like 14:30"),
    ("version", ("1", "3", "2020", "24:00"), "must have a time, like 14:30"),
)


@pytest.mark.parametrize(("name", "typed", "stored"), ACCEPTED, ids=ascii)
def test_an_awkward_answer_is_stored_as_what_it_means(target, visitor, name, typed, stored):
    answer = visitor.send("every-kind", visitor.fields("every-kind", **{name: typed}))

    assert answer.status == 303
    assert target.record_of(answer.location).row[name] == stored
    assert ask(target.app, Request(path=answer.location)).status == 200


@pytest.mark.parametrize(("name", "typed", "sentence"), REFUSED, ids=lambda value: ascii(value)[:40])
def test_a_hostile_answer_is_refused_in_words_and_kept(visitor, name, typed, sentence):
    sent = visitor.fields("every-kind", **{name: typed})
    answer = visitor.send("every-kind", sent)

    page = read_form(answer.text)
    assert answer.status == 422
    assert len(page.errors) == 1
    assert sentence in page.errors[0]
    no_option = [name for name, one in page.fields.items() if one.options and sent.get(name) not in one.options]
    assert all(page.shown[name] == sent[name] for name in page.shown if name in sent and name not in no_option)


@pytest.mark.parametrize("typed", ["-0", "-0.0", "\u22120"])
def test_minus_nothing_is_stored_as_nothing(target, visitor, typed):
    answer = visitor.send("every-kind", visitor.fields("every-kind", data=typed))

    assert str(target.record_of(answer.location).row["data"]) == "0.0"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("12,5", 12.5), ("1.234,5", 1234.5), ("1.234", 1234.0), ("1 234,50", 1234.5), (",5", 0.5), ("-0,25", -0.25)],
)
def test_where_the_comma_is_the_decimal_sign_it_is_read_as_one(target, visitor, typed, stored):
    answer = visitor.send("comma", visitor.fields("comma", Betrag=typed))

    assert target.record_of(answer.location).row["Betrag"] == stored


@pytest.mark.parametrize("typed", ["12.5", "1,234.5", "1,2,3", "12,5,", "1.23,4"])
def test_where_the_comma_is_the_decimal_sign_a_full_stop_is_not(visitor, typed):
    answer = visitor.send("comma", visitor.fields("comma", Betrag=typed))

    assert answer.status == 422
    assert read_form(answer.text).shown["f0"] == typed


def test_every_category_is_stored_as_the_text_of_the_table(target, visitor):
    words = {posted: label for posted, label in visitor.pages["every-kind"].fields["f4"].options.items() if posted}
    forms = (visitor.fields("every-kind", csrf_token=posted) for posted in words)
    stored = [target.record_of(visitor.send("every-kind", form).location).row["csrf_token"] for form in forms]

    assert stored == list(words.values())
    assert {"None", "NA", "null", "x", "X", MARKUP} < set(stored)
