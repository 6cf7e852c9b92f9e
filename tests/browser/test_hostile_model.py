"""A model made of attacks: every page of it shows them as the text they are."""

import re
from urllib.parse import quote, urldefrag, urljoin

import pytest
from playwright.sync_api import APIRequestContext

from tests.browser.answering import press_send
from tests.browser.hostile_tables import EVERYTHING, IMAGE, PAYLOADS, a_number, many_classes, two_classes
from tests.browser.site import start

pytestmark = pytest.mark.browser

MODELS = ("hostile-two", "hostile-many", "hostile-number")
WATCH = """window.alert = () => document.documentElement.setAttribute("data-executed", "yes");
    document.addEventListener("securitypolicyviolation",
        (event) => console.error(`policy: ${event.violatedDirective}`));"""
# Elements and attributes that only an attack would bring.
FOREIGN = """() => [
    ...document.querySelectorAll("main img, main script, svg[onload], b b, [onerror], [onfocus], [onclick], [style]"),
    ...[...document.querySelectorAll("[href], [src], [action]")].filter((element) =>
        /^\\s*javascript:/i.test(element.getAttribute("href") || element.getAttribute("src")
            || element.getAttribute("action") || "")),
    ...[...document.scripts].filter((script) => !script.src),
    ...document.querySelectorAll("[data-executed]"),
].map((element) => element.outerHTML.slice(0, 200))"""
RAW = ("<script>alert", "<img src=x", "<svg onload", "' onfocus=alert(1) autofocus='", "</title><")
ISOLATE, POP, TURNS = "\u2068", "\u2069", "\u202e"


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory):
    running = start(tmp_path_factory.mktemp("hostile"), (two_classes(), many_classes(), a_number()))
    yield running
    running.end()


@pytest.fixture(scope="module")
def request_of_a_program(browser):
    """For what the server sent; nothing is shown."""
    with browser.new_context() as context:
        yield context.request


@pytest.fixture
def page(open_page):
    page = open_page()
    page.complaints = []
    page.on("dialog", lambda dialog: page.complaints.append(dialog.message) or dialog.dismiss())
    page.on("console", lambda message: page.complaints.append(message.text) if "policy" in message.text else None)
    page.add_init_script(WATCH)
    return page


def wrong_with(page, text: str) -> list[str]:
    """What has got out of its quotes on the page that is open; `text` is what the server sent."""
    wrong = [*page.complaints, *page.evaluate(FOREIGN), *(raw for raw in RAW if raw in text)]
    if re.search(r"(?<![\d.])49\s*\{%raw%\}", text):
        wrong.append("a template was filled in")
    return wrong


def not_isolated(text: str) -> str:
    """The first place where a mark turns its surroundings round; a box that is typed into keeps it by its nature."""
    depth = 0
    page = re.sub(r' value="[^"]*"', "", text)
    for at, character in enumerate(page):
        depth += {ISOLATE: 1, POP: -1}.get(character, 0)
        if character == TURNS and depth < 1:
            return ascii(page[max(0, at - 200) : at + 40])
    return ""


def sent_source(request: APIRequestContext, url: str) -> str:
    """As the server sent it; "" for a document for programs, which no browser may take for a page."""
    sent = request.get(url)
    if "json" in sent.headers["content-type"]:
        assert sent.headers["x-content-type-options"] == "nosniff"
        return ""
    return sent.text()


@pytest.mark.parametrize("model", MODELS)
def test_asking_and_reading_the_answer_runs_nothing(page, hostile_site, model):
    ask = f"{hostile_site.address}/models/{model}"
    page.goto(ask)
    for box in page.locator("form#ask input[type=text]").all():
        box.fill(EVERYTHING)
    with page.expect_response(lambda response: response.request.method == "POST") as refusal:
        press_send(page)
    assert refusal.value.status == 422
    assert wrong_with(page, refusal.value.text()) == []
    assert page.locator("input[type=text]").first.input_value() == EVERYTHING

    page.goto(f"{ask}?example=1")
    if page.locator("#business_key").count():
        page.fill("#business_key", IMAGE)
    press_send(page)
    assert "/predictions/" in page.url
    assert wrong_with(page, sent_source(page.request, page.url)) == []
    assert any(payload in page.inner_text("main") for payload in PAYLOADS)
    assert IMAGE in page.inner_text("main")


def test_no_page_that_a_link_leads_to_runs_or_lets_out_anything(page, hostile_site):
    start_at, seen, wrong = f"{hostile_site.address}/", set(), {}
    waiting = [start_at, f"{start_at}?q={quote(EVERYTHING)}", f"{start_at}{quote(IMAGE)}"]
    for model in MODELS:
        page.goto(f"{start_at}models/{model}?example=1")
        waiting.append(press_send(page).url)
    while waiting:
        url = waiting.pop()
        if url in seen or not url.startswith(start_at) or "/static/" in url:
            continue
        seen.add(url)
        if url.endswith(".csv"):
            wrong |= {} if _is_only_kept(page.request.get(url)) else {url: "a table that is shown"}
            continue
        page.goto(url)
        if found := wrong_with(page, sent_source(page.request, url)):
            wrong[url] = found
        links = page.eval_on_selector_all("a[href]", "(links) => links.map((link) => link.getAttribute('href'))")
        waiting += [urldefrag(urljoin(url, link))[0] for link in links]

    assert wrong == {}
    assert {f"{start_at}models/{model}/about" for model in MODELS} <= seen


def _is_only_kept(file) -> bool:
    """Whether a browser stores it and never shows it."""
    headers = file.headers
    return headers["content-disposition"].startswith("attachment") and headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["", "/about", "?example=1"])
@pytest.mark.parametrize("model", MODELS)
def test_no_name_turns_round_what_stands_beside_it(request_of_a_program, hostile_site, model, path):
    assert not_isolated(sent_source(request_of_a_program, f"{hostile_site.address}/models/{model}{path}")) == ""


def test_no_answer_turns_round_what_stands_beside_it(page, hostile_site):
    for model in MODELS:
        page.goto(f"{hostile_site.address}/models/{model}?example=1")
        press_send(page)
        assert not_isolated(sent_source(page.request, page.url)) == ""
    assert not_isolated(sent_source(page.request, hostile_site.address)) == ""


def test_no_change_that_is_tried_out_turns_round_or_runs_anything(page, hostile_site):
    for model in MODELS:
        page.goto(f"{hostile_site.address}/models/{model}?example=1")
        result = press_send(page).url
        assert not_isolated(sent_source(page.request, f"{result}/changes")) == ""
        page.goto(f"{result}/what-if")
        box = page.locator(".alter input[type=text]").first
        box.fill("71")
        with page.expect_response(lambda response: response.request.method == "POST") as answer:
            press_send(page, "Work it out")
        assert answer.value.status == 200
        assert not_isolated(answer.value.text()) == ""
        assert wrong_with(page, answer.value.text()) == []
        assert page.locator(".versus .new").count() == 1


def test_the_title_of_a_page_is_one_line_of_text(page, hostile_site):
    page.goto(f"{hostile_site.address}/models/hostile-two")

    assert "</title><svg onload=alert(1)>" in page.title()
    assert page.title().endswith("Formcast")
    assert page.locator("head title").count() == 1


def test_no_name_of_a_column_becomes_the_name_of_a_field(page, hostile_site):
    page.goto(f"{hostile_site.address}/models/hostile-two")
    names = page.eval_on_selector_all("form#ask [name]", "(fields) => fields.map((field) => field.name)")

    assert [
        name for name in names if not re.fullmatch(r"csrf_token|nonce|version|business_key|f\d+(-\w+)?", name)
    ] == []
