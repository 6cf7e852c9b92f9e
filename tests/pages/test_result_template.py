"""The result page as a browser gets it."""

import re
from pathlib import Path

import pytest
from flask import render_template
from markupsafe import escape

from tests.forms.page_reader import read
from tests.forms.scratch_app import scratch_app
from tests.pages.recorded import CHURN_WORDS, PRICE_WORDS, WINE_WORDS, churn, price, reason, record, wine
from webapp.result_page.page import result_page
from webapp.result_page.since import Event, Since
from webapp.schema import Choice, Feature, Schema, Target

URL = "https://formcast.example/predictions/7q4mz2vkAbCdEfGh12_-zz"
FLAG = {"code": "missing", "feature": "TotalCharges", "text": "Total charges were not provided."}
CARE = {"warnings": [FLAG], "light": "amber"}
CASES = {
    "two classes": (churn(0.741, **CARE), CHURN_WORDS),
    "close call": (churn(0.41), CHURN_WORDS),
    "a range": (churn(0.28), CHURN_WORDS | {"quality": {"calibrated": False}}),
    "no reasons": (churn(0.28, reasons=[]), CHURN_WORDS),
    "many classes": (wine({"A": 0.1, "B": 0.8, "C": 0.1}), WINE_WORDS),
    "a number": (price(6638.2, 5832.1, 7557.9), PRICE_WORDS),
    "a number alone": (price(6638.2), PRICE_WORDS),
}
PAYLOADS = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "javascript:alert(1)",
            "</title><b>", "abc\u202edef", "x\"y'z<&>"]  # fmt: skip


@pytest.fixture(scope="module")
def show():
    app = scratch_app(str(Path(__file__).parents[2]))

    def shown(columns, words, **context):
        with app.test_request_context():
            return render_template(
                "pages/predict/result.html",
                page=result_page(columns, words, URL),
                model_title=words.get("title", ""),
                tabs=[("Ask", "/models/churn", True)],
                **context,
            )

    return shown


@pytest.fixture(params=CASES)
def page(show, request):
    return read(show(*CASES[request.param]))


def article_of(text):
    return re.search(r"<article>.*</article>", text, re.DOTALL)[0]


def test_every_kind_of_answer_has_one_heading_a_unique_title_and_unique_ids(page):
    assert page.one("h1", id="answer").text.strip()
    assert re.fullmatch(r".+, 7Q4MZ2VK - .* - Formcast", page.one("head").one("title").text)
    ids = [element.get("id") for element in page.all() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in page.all():
        for name in element.get("aria-labelledby").split():
            assert name in ids


def test_the_page_needs_no_script_and_no_style_of_its_own(page):
    assert not page.all("style")
    assert [script.text for script in page.all("script")] == [""]
    for element in page.all():
        assert not element.get("style")
        assert not [name for name in element.attributes if name.startswith("on")]


def test_the_answer_comes_first_then_care_chance_reasons_answers_and_model(show):
    text = show(*CASES["two classes"])

    order = [
        "<h1", "The chance of leaving is", "Treat this estimate with care", "All customers: 27", "We flag customers at",
        "What raised and lowered the chance", "Your answers", "The model behind it", "Address of this page",
    ]  # fmt: skip
    places = [text.index(words, text.index("<article>")) for words in order]
    assert places == sorted(places)


def test_the_article_is_the_same_whatever_happened_since(show):
    before = show(*CASES["two classes"])
    told = Since(
        (Event("What happened", "This customer did leave.", "Yesterday"),), ("Version 8 answers.",), True, False
    )
    after = show(*CASES["two classes"], since=told, next={}, csrf_token=str, get_flashed_messages=list)

    assert article_of(before) == article_of(after)
    assert "Since then" not in before
    assert after.index("Version 8 answers") > after.index("did leave") > after.index("</article>")


def test_the_picture_has_a_name_and_its_sides_are_in_percent(show):
    picture = read(show(*CASES["two classes"])).one("svg", class_="scale")

    assert picture.get("role") == "img"
    assert "viewbox" not in picture.attributes
    assert picture.one("title").text == ("This customer: 74 in 100. All customers: 27 in 100. Flagged from 40 in 100.")
    assert picture.one("circle").get("cx") == "74.1%"


def test_a_hundred_circles_are_described_and_none_is_drawn_twice(show):
    picture = read(show(*CASES["two classes"])).one("figure", class_="hundred")

    assert picture.one("svg").get("aria-label") == "74 of 100 customers like this one leave, 26 stay"
    assert [path.get("d") for path in picture.all("path")] == ["M0 0h100v70H40v10H0z", "M40 70h60v30H0V80h40z"]


@pytest.mark.parametrize(("probability", "areas"), [(0.0, ["M0 0h100v100H0z"]), (1.0, ["M0 0h100v100H0z"]),
                                                    (0.3, ["M0 0h100v30H0z", "M0 30h100v70H0z"])])  # fmt: skip
def test_full_rows_of_circles_leave_no_corner(show, probability, areas):
    picture = read(show(churn(probability), CHURN_WORDS)).one("figure", class_="hundred")

    assert [path.get("d") for path in picture.all("path")] == areas


def test_the_bars_have_a_table_that_says_the_same(show):
    page = read(show(*CASES["two classes"]))

    bars = [item.one("p", class_="lab").parts[0] for item in page.one("ol", class_="reasons").all("li")]
    rows = page.one("table").all("tr")
    assert [row.all("th")[0].text for row in rows[1:-1]] == bars[1:-1]
    assert rows[-1].text.split() == ["This", "customer27", "+", "4774", "in", "100"]


def test_without_reasons_the_page_says_so(show):
    assert "Reasons are not available for this one." in show(*CASES["no reasons"])


def test_answers_can_be_used_again_and_each_can_be_changed(show):
    page = read(show(*CASES["two classes"]))

    given = page.one("details", class_="fold")
    assert "open" in given.attributes
    links = [link.get("href") for link in given.all("a")]
    assert links[:2] == ["/models/churn?from=7q4mz2vkAbCdEfGh12_-zz#f0", "/models/churn?from=7q4mz2vkAbCdEfGh12_-zz#f1"]
    assert links[-1] == "/models/churn?from=7q4mz2vkAbCdEfGh12_-zz"
    assert given.one("dd", class_="none").text == "Not provided"
    assert [link.text for link in given.all("a")][1] == "Change Contract"


def test_the_link_can_be_kept_and_the_page_says_who_can_open_it(show):
    page = read(show(*CASES["two classes"]))

    assert page.one("input", id="link").get("value") == URL
    assert page.one("label", for_="link").text == "Address of this page"
    assert "Anyone with this link can open it." in page.text
    assert [button.get("type") for button in page.all("button")] == ["button", "button"]


def test_text_that_came_with_data_never_becomes_markup(show):
    schema = Schema(
        model="churn",
        features=tuple(
            Feature(text, "category", text, choices=(Choice(text, text),), group=text, unit=text) for text in PAYLOADS
        ),
        target=Target(PAYLOADS[0], "classes", PAYLOADS[2], classes=(PAYLOADS[0], PAYLOADS[5]), positive=PAYLOADS[5]),
        id_label=PAYLOADS[1],
    )
    fields = ("title", "question", "case", "cases", "owner", "contact", "geography", "notice", "objective")
    words = {name: PAYLOADS[position % 7] for position, name in enumerate(fields)} | {"schema": schema}
    words["outcomes"] = {name: dict.fromkeys(("text", "chance", "short", "advice"), name) for name in PAYLOADS}
    columns = record(
        schema,
        PAYLOADS,
        probability=0.7,
        reference_value=0.3,
        business_key=PAYLOADS[0],
        reasons=[reason(schema, text, 10.0, text) for text in PAYLOADS],
        warnings=[{"code": "rare_category", "feature": PAYLOADS[1], "text": f"{PAYLOADS[1]} is rare."}],
    )

    text = show(columns, words)

    page = read(text)
    assert [script.get("src") for script in page.all("script")] == ["/static/js/formcast.js"]
    assert not page.all("img") and len(page.all("title")) == 2  # of the page and of the picture
    for payload in PAYLOADS:
        assert str(escape(payload)) in text
    assert "49" not in page.one("main").text
    assert not [link for link in page.all("a") if link.get("href").startswith("javascript")]
