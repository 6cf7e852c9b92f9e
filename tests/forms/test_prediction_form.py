"""Answers in, typed values out; what was typed stays."""

import numpy as np
import pytest

from tests.forms import schemas
from tests.forms.sending import sent
from webapp.forms.fields import BOXES
from webapp.forms.prediction import PredictionForm, form_class_for


@pytest.fixture(autouse=True)
def request_context(app):
    with app.test_request_context():
        yield


def blank(schema, **more):
    return form_class_for(schema)(formdata=None, **more)


def posted(form):
    """What a browser would send of the form as it stands."""
    data = {}
    for field in form.questions:
        names = [f"{field.name}-{part}" for part in BOXES] if field.control.kind == "dates" else [field.name]
        data |= dict(zip(names, field.typed, strict=True))
    return data | {"example": form.example.data}


def sentences(form):
    return [sentence for _, sentence in form.problems]


def test_every_schema_has_a_class_of_its_own():
    one, other = form_class_for(schemas.grouped()), form_class_for(schemas.every_kind())

    assert one is not other
    assert not hasattr(PredictionForm, "f0")
    assert blank(schemas.grouped()).schema is not blank(schemas.every_kind()).schema


def test_a_column_called_like_a_method_of_the_form_is_an_ordinary_question():
    form = sent(
        schemas.schema(schemas.number("data"), schemas.number("errors"), schemas.number("_id")), f0="1", f1="2", f2="3"
    )

    assert form.values() == [1.0, 2.0, 3.0]
    assert form.answers() == {"data": "1", "errors": "2", "_id": "3"}


def test_every_kind_comes_out_typed_and_in_schema_order():
    schema = schemas.schema(
        schemas.number("a", unit="$"), schemas.yes_no(), schemas.category(count=7), schemas.day(), schemas.moment()
    )
    day = {"f3-day": "3", "f3-month": "may", "f3-year": "2019"}
    moment = {"f4-day": "3", "f4-month": "5", "f4-year": "2019", "f4-time": "14:30"}
    form = sent(schema, f0=" $1,200.5 ", f1="1", f2="6", **day, **moment)

    assert not form.errors
    assert form.values() == [
        1200.5,
        0.0,
        "level-6",
        np.datetime64("2019-05-03", "D"),
        np.datetime64("2019-05-03T14:30:00", "s"),
    ]
    assert form.answers() == {
        "a": " $1,200.5 ",
        "partner": "N",
        "contract": "level-6",
        "started": ["3", "may", "2019"],
        "picked up": ["3", "5", "2019", "14:30"],
    }


def test_an_answer_to_every_question_of_every_kind_is_taken():
    schema = schemas.every_kind()
    form = sent(schema, **schemas.example_form_data(schema))

    assert form.problems == []


@pytest.mark.parametrize(
    ("feature", "answer", "sentence"),
    [
        (schemas.number(), "", "Enter age"),
        (schemas.number(), "abc", "Age must be a number, like 40"),
        (schemas.number(), "1e5", "Age must be a number, like 40"),
        (schemas.number(minimum=0), "-1", "Age must be 0 or more"),
        (schemas.category(), "", "Select an answer for contract"),
        (schemas.category(), "3", "Select an answer for contract from the list"),
        (schemas.category(), "level-1", "Select an answer for contract from the list"),
        (schemas.category(), "-1", "Select an answer for contract from the list"),
        (schemas.category(), "\u0661", "Select an answer for contract from the list"),
        (schemas.category(), " 1", "Select an answer for contract from the list"),
        (schemas.category(), "~", "Select an answer for contract from the list"),
        (schemas.category(), "other", "Select an answer for contract from the list"),
        (schemas.yes_no(), "", "Select yes or no for partner"),
        (schemas.yes_no(optional=True), "", "Select yes or no for partner"),
        (schemas.category(count=201, name="town"), "Levl 17", "Town: we do not know “Levl 17”. Did you mean Level 17?"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence_and_kept(feature, answer, sentence):
    form = sent(schemas.schema(feature), f0=answer)

    assert sentences(form) == [sentence]
    assert form.f0.typed == (answer,)


def test_a_question_that_was_not_sent_at_all_is_a_question_without_an_answer():
    assert sentences(sent(schemas.schema(schemas.category(), schemas.number()))) == [
        "Select an answer for contract",
        "Enter age",
    ]


def test_blank_zero_and_dont_know_are_three_different_things():
    schema = schemas.schema(schemas.number(optional=True), schemas.yes_no(optional=True))

    assert sent(schema, f0="", f1="~").values() == [None, None]
    assert sent(schema, f0="0", f1="1").values() == [0.0, 0.0]
    assert sentences(sent(schema, f0="", f1="")) == ["Select yes or no for partner"]


def test_a_category_too_rare_to_be_named_can_be_answered():
    form = sent(schemas.schema(schemas.category(other_rows=9)), f0="other")

    assert form.problems == []
    assert form.values() == ["(another, not listed)"]


def test_problems_stand_in_the_order_of_the_page():
    form = sent(schemas.grouped(), business_key="x" * 101)

    hrefs = [href for href, _ in form.problems]
    assert hrefs == ["#business_key"] + [f"#f{position}" for position in range(10)] + ["#f10-day"]


@pytest.mark.parametrize("schema", [schemas.every_kind(), schemas.grouped()], ids=["every kind", "grouped"])
def test_answers_fill_a_form_that_says_the_same_again(schema):
    first = sent(schema, **schemas.example_form_data(schema), business_key=" C-17 ")
    second = blank(schema)
    second.fill(first.answers(), first.key)

    assert [field.typed for field in second.questions] == [field.typed for field in first.questions]
    assert second.business_key.typed == ("C-17",)


def test_dont_know_is_filled_in_again_and_no_answer_is_not():
    schema = schemas.schema(schemas.yes_no("a", optional=True), schemas.yes_no("b", optional=True))
    form = blank(schema)
    form.fill(sent(schema, f0="~").answers())

    assert [field.typed for field in form.questions] == [("~",), ("",)]


def test_answers_of_another_version_are_filled_in_as_far_as_they_fit():
    form = blank(schemas.schema(schemas.category(), schemas.number(), schemas.day()))
    form.fill({"contract": "gone", "age": ["3"], "started": "2019", "no such": "1"})

    assert [field.is_untouched for field in form.questions] == [True, True, True]


def test_a_level_written_in_other_letters_is_found_again():
    form = blank(schemas.schema(schemas.levels("x", "DSL", "Fibre")))
    form.fill({"x": "fibre"})

    assert form.f0.typed == ("1",)


@pytest.mark.parametrize("schema", [schemas.every_kind(), schemas.grouped()], ids=["every kind", "grouped"])
def test_the_example_is_valid_and_known_again_until_one_answer_is_replaced(schema):
    example = blank(schema)
    example.fill_example()
    data = posted(example)
    form = sent(schema, **data)

    assert form.problems == []
    assert form.is_example
    number = next(field for field in form.questions if field.feature.kind == "integer")
    assert not sent(schema, **data | {number.name: "7"}).is_example
    assert not sent(schema, **data | {"example": ""}).is_example


def test_the_example_with_a_reference_of_its_own_is_a_real_case():
    schema = schemas.schema(schemas.number(), id_column="customer")
    example = blank(schema)
    example.fill_example()

    assert sent(schema, **posted(example)).is_example
    assert not sent(schema, **posted(example) | {"business_key": "C-17"}).is_example


def test_the_key_is_taken_trimmed_and_is_no_answer_to_the_model():
    form = sent(schemas.schema(schemas.number(), id_column="customer"), f0="1", business_key="  C-17 ")

    assert form.key == "C-17"
    assert form.answers() == {"age": "1"}
    assert form.values() == [1.0]


def test_without_an_id_column_there_is_no_key():
    form = sent(schemas.schema(schemas.number()), f0="1", business_key="C-17")

    assert form.key == ""


@pytest.mark.parametrize("key", ["x" * 101, "a\x00b"])
def test_a_key_that_cannot_be_stored_is_refused(key):
    form = sent(schemas.schema(schemas.number(), id_column="customer"), f0="1", business_key=key)

    assert sentences(form) == ["Customer number must be 100 characters or less"]


def test_every_blank_form_has_a_nonce_of_its_own_and_a_sent_one_keeps_it():
    schema = schemas.schema(schemas.number())
    first, second = blank(schema, version="v1"), blank(schema, version="v1")
    again = sent(schema, f0="x", nonce=first.nonce.data, version="v0")

    assert first.nonce.data != second.nonce.data
    assert (again.nonce.data, again.version.data) == (first.nonce.data, "v0")


@pytest.mark.parametrize("nonce", ["", "x" * 101, "a\x00"])
def test_a_nonce_that_is_not_ours_is_replaced(nonce):
    form = sent(schemas.schema(schemas.number()), f0="1", nonce=nonce)

    assert form.nonce.data != nonce
    assert len(form.nonce.data) >= 20


def test_a_json_body_is_not_a_form(app):
    form_class = form_class_for(schemas.schema(schemas.number()))
    with app.test_request_context(method="POST", json=["f0"]):
        form = form_class(meta={"csrf": False})

        assert not form.validate()
        assert form.f0.typed == ("",)
