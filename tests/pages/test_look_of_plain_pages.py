"""The pages without a form: catalogue, help, refusals."""

import re
from pathlib import Path

import pytest

from tests.forms.page_reader import read
from tests.forms.scratch_app import PLAIN_PAGES, scratch_app

BANNED = re.compile(r"\b(please|sorry|invalid|valid|forbidden|oops|error occurred)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def client():
    return scratch_app(str(Path(__file__).parents[2])).test_client()


@pytest.fixture(params=PLAIN_PAGES)
def page(client, request):
    return read(client.get(request.param).get_data(as_text=True))


def test_has_one_heading_landmarks_a_title_and_help(page):
    assert page.one("h1").text.strip()
    assert re.fullmatch(r".+ - Formcast", page.one("title").text.strip())
    assert page.one("main") and page.one("footer") and page.one("header", class_="site")
    assert [link.text for link in page.one("nav", aria_label="Main").all("a")] == ["Models", "Help"]
    assert page.one("html").get("lang")


def test_headings_leave_no_level_out(page):
    headings = [element for element in page.all() if re.fullmatch("h[1-6]", element.tag)]
    levels = [int(element.tag[1]) for element in headings if element.get("id") != "problems"]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_ids_are_unique(page):
    ids = [element.get("id") for element in page.all() if element.get("id")]

    assert len(ids) == len(set(ids))


def test_speaks_plainly(page):
    assert BANNED.findall(page.one("main").text) == []


def test_titles_differ(client):
    titles = [read(client.get(path).get_data(as_text=True)).one("title").text for path in PLAIN_PAGES[:8]]

    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 418, 429, 500, 503])
def test_a_refusal_says_what_happened_what_is_kept_and_what_to_do(client, status):
    page = read(client.get(f"/problem/{status}").get_data(as_text=True))

    assert [heading.text for heading in page.one("main").all("h2")] == [
        "What happened",
        "What is kept",
        "What you can do",
    ]
    assert page.one("span", class_="code").text == "7f3a"
    assert f"status {status}" in page.one("main").text


def test_a_store_without_a_model_says_what_to_type(client):
    page = read(client.get("/empty").get_data(as_text=True))

    assert page.one("code").text == "python train.py --data TABLE --target COLUMN"


def test_a_paused_model_names_the_gates_and_one_command(client):
    page = read(client.get("/paused").get_data(as_text=True))

    assert page.one("h1").text == "Predictions are paused"
    assert "Is it better than guessing?" in page.one("ul", class_="gates").text
    assert page.one("code").text == "python -m webapp"


def test_the_catalogue_names_the_question_on_every_button_for_those_who_hear_it(client):
    page = read(client.get("/").get_data(as_text=True))

    assert [link.text for link in page.all("a", class_="btn")] == [
        "Ask: Will this customer leave?",
        "Read why: Will this customer leave?",
    ]
    assert page.one("table").all("td")[0].get("data-l") == "Question"


def test_a_search_without_a_find_is_a_problem_like_any_other(client):
    page = read(client.get("/nothing-found").get_data(as_text=True))

    assert page.one("title").text.startswith("Error: ")
    assert page.one(class_="problems").one("a").get("href") == "#q"
    assert page.one("input", id="q").get("aria-describedby") == "q-h q-e"
