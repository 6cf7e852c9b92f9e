"""What the form's page consists of, whatever the schema."""

import re

import pytest

from tests.forms import schemas
from tests.forms.page_reader import read
from tests.forms.scratch_app import FORMS

NAMES = list(FORMS)
CONTROLS = ("input", "select")


def page_of(response):
    return read(response.get_data(as_text=True))


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def blank(client, name):
    return page_of(client.get(f"/models/{name}"))


@pytest.fixture
def refused(client, name):
    response = client.post(f"/models/{name}")
    assert response.status_code == 422
    return page_of(response)


def controls(page):
    form = page.one("form", id="ask")
    return [control for tag in CONTROLS for control in form.all(tag) if control.get("type") != "hidden"]


def ids(page):
    return [element.get("id") for element in page.all() if element.get("id")]


def described_by(element):
    fieldset = element.above("fieldset")
    return (element.get("aria-describedby") or (fieldset.get("aria-describedby") if fieldset else "")).split()


def test_no_attribute_that_a_browser_would_argue_with(blank, refused):
    for page in (blank, refused):
        form = page.one("form", id="ask")
        assert "novalidate" in form.attributes
        for control in controls(page):
            assert not {"required", "placeholder", "style", "disabled", "multiple"} & set(control.attributes)
            assert control.get("type") in ("", "text", "radio")
            assert control.get("autocomplete") in ("", "off")
        assert not [e for e in page.all() if "style" in e.attributes or any(a.startswith("on") for a in e.attributes)]


def test_ids_are_unique_and_every_control_has_a_name_of_ours_and_a_label(blank):
    assert len(ids(blank)) == len(set(ids(blank)))
    for control in controls(blank):
        assert re.fullmatch(r"f[0-9]+(-(day|month|year|time))?|business_key", control.get("name"))
        assert _label_text(blank, control)


def _label_text(page, control):
    around = control.above("label")
    if around is not None:
        return around.text.strip()
    return page.one("label", for_=control.get("id")).text.strip()


def test_nothing_is_chosen_before_somebody_chooses(blank):
    assert not [control for control in controls(blank) if "checked" in control.attributes]
    assert not [option for option in blank.all("option") if "selected" in option.attributes and option.get("value")]
    assert {control.get("value") for control in controls(blank) if control.get("type") == "text"} <= {""}


def test_radios_and_dates_stand_in_a_fieldset_that_says_what_they_ask(blank):
    for control in controls(blank):
        if control.get("type") == "radio" or re.search("-(day|month|year|time)$", control.get("name")):
            assert control.above("fieldset").one("legend").text.strip()


def test_every_description_exists_and_says_something(blank, refused):
    for page in (blank, refused):
        for element in page.all():
            for target in element.get("aria-describedby").split() + element.get("aria-labelledby").split():
                [found] = [other for other in page.all() if other.get("id") == target]
                assert found.text.strip()


def test_the_error_summary_comes_first_and_has_the_words_that_stand_beside_the_control(refused):
    first = refused.one("main").children[0]
    assert "problems" in first.classes
    assert {"role": "alert", "tabindex": "-1", "autofocus": ""}.items() <= first.attributes.items()
    assert first.one("h2").text == "There is a problem"
    assert refused.one("title").text.startswith("Error: ")

    links = first.all("a")
    beside = refused.all("p", class_="err")
    assert ["Error: " + link.text for link in links] == [element.text for element in beside]


def test_every_link_of_the_summary_leads_to_the_wrong_control(refused):
    for link in refused.one(class_="problems").all("a"):
        [control] = [c for c in controls(refused) if "#" + c.get("id") == link.get("href")]
        assert control.get("aria-invalid") == "true"
        question = control.get("name").split("-")[0]
        described = described_by(control)
        assert described[-1] == f"{question}-e"
        assert described in ([f"{question}-e"], [f"{question}-h", f"{question}-e"])
        if control.get("type") == "radio":
            assert control is control.above("fieldset").all("input")[0]


def test_a_page_without_a_problem_has_no_summary(blank):
    assert not blank.all(class_="problems")
    assert not blank.all(class_="err")
    assert not blank.one("title").text.startswith("Error")


def test_landmarks_one_heading_and_a_language(blank):
    assert blank.one("html").get("lang") == "en-GB"
    assert blank.one("h1").text.strip()
    assert blank.one("main").get("id") == "main"
    assert blank.one("a", class_="skip").get("href") == "#main"
    assert blank.one("footer") and blank.all("header")
    assert len({nav.get("aria-label") for nav in blank.all("nav")}) == len(blank.all("nav"))


@pytest.mark.parametrize("name", ["every-kind", "grouped", "hostile"])
def test_a_page_of_up_to_thirty_questions_is_light(client, name):
    assert len(client.get(f"/models/{name}").data) <= 100_000
    assert len(client.post(f"/models/{name}").data) <= 100_000


def test_what_was_typed_comes_back_as_it_was(client):
    schema = schemas.every_kind()
    typed = {
        "f0": " abc <b> ",
        "f1": "1e5",
        "f2": '"',
        "f5-day": "32",
        "f5-month": "j",
        "f5-year": "x",
        "business_key": "C 1",
    }
    chosen = {"f3": "1", "f4": "~", "f8": "1", "f10": "6"}
    page = page_of(client.post("/models/every-kind", data=typed | chosen))

    for sent, text in typed.items():
        assert page.one("input", name=sent).get("value") == text
    for sent, value in chosen.items():
        marked = [o for o in page.all("input", name=sent) if "checked" in o.attributes] or [
            o for o in page.one("select", name=sent).all("option") if "selected" in o.attributes
        ]
        assert [option.get("value") for option in marked] == [value]
    assert len(schema.features) == 19


def test_optional_is_said_in_words(client):
    page = page_of(client.get("/models/every-kind"))
    income = page.one("label", for_="f0")

    assert income.text == "Income (€) (optional)"
    assert "Leave blank if you do not know" in page.one("p", id="f0-h").text
    assert "*" not in page.one("form", id="ask").text


def test_a_list_begins_with_the_question_and_ends_with_not_knowing(client):
    page = page_of(client.get("/models/every-kind"))
    select = next(s for s in page.all("select") if "~" in [o.get("value") for o in s.all("option")])
    options = select.all("option")

    assert (options[0].get("value"), options[0].text) == ("", "Select an answer")
    assert [option.text for option in options[-2:]] == ["Another, not listed", "Don’t know"]


def test_five_thousand_choices_are_typed_and_not_listed(client):
    page = client.get("/models/every-kind").get_data(as_text=True)

    assert "Level 4999" not in page
    assert "Level 199" in page


def test_neighbours_with_the_same_choices_are_lined_up(client):
    page = page_of(client.get("/models/grouped"))
    rows = page.one("div", class_="choice-rows")

    assert [legend.text for legend in rows.all("legend")] == ["Security", "Backup", "Protection", "Support", "Films"]


def test_sections_have_their_title_and_words(client):
    page = page_of(client.get("/models/grouped"))

    titles = [heading.text for heading in page.one("form", id="ask").all("h2")]
    assert titles == ["Your reference", "Customer", "Services", "Bill"]


def test_data_is_shown_as_text_and_never_becomes_markup(client):
    for response in (
        client.get("/models/hostile"),
        client.post("/models/hostile"),
        client.get("/models/hostile?example=1"),
    ):
        text = response.get_data(as_text=True)
        page = read(text)

        assert [script.get("src") for script in page.all("script")] == ["/static/js/formcast.js"]
        assert not page.all("img")
        assert "\x00" not in text
        assert "{{7*7}}" in text and "49" not in page.one("form", id="ask").text
        assert not [
            value for e in page.all() for n, value in e.attributes.items() if n in ("name", "id") and "<" in value
        ]


def test_an_example_says_what_it_is(client):
    page = page_of(client.get("/models/grouped?example=1"))

    assert page.one(class_="care-note").one("h2").text == "Example values: replace before use"
    assert page.one("input", id="f7").get("value") == "24"


def test_a_notice_stands_before_the_form_and_takes_the_focus(client):
    page = page_of(client.get("/models/grouped?refreshed=1"))

    first = page.one("main").children[0]
    assert first.one("h2").text == "Please check your answers"
    assert "autofocus" in first.attributes


def test_the_blank_form_is_the_same_for_everyone_but_for_what_protects_it(client):
    def without_tokens(page):
        return re.sub(r'name="(csrf_token|nonce)" value="[^"]*"', "", page)

    one, other = (client.get("/models/grouped").get_data(as_text=True) for _ in range(2))
    assert one != other
    assert without_tokens(one) == without_tokens(other)
    client.post("/models/grouped", data={"f7": "seven"})
    assert "seven" not in client.get("/models/grouped").get_data(as_text=True)
