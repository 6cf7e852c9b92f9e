"""The form in Chromium: keyboard, script and no script, small screens, other colours."""

import pytest

from tests.forms.pressing import press_send

pytestmark = pytest.mark.browser

FORMS = ["/models/grouped", "/models/every-kind", "/models/hostile", "/models/hundred", "/models/grouped?example=1"]


def violations(page):
    axe = pytest.importorskip("axe_playwright_python.base")
    page.evaluate(axe.AXE_SCRIPT)
    return page.evaluate("async () => (await axe.run({resultTypes: ['violations']})).violations.map((one) => one.id)")


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.mark.parametrize(
    ("path", "width", "scheme"),
    [(path, 320, "dark") for path in ["/problem/400", *FORMS]] + [(path, 1280, "light") for path in FORMS[:2]],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page, path, width, scheme):
    page = open_page(path, width, scheme, bypass_csp=True)

    assert violations(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
@pytest.mark.parametrize("path", FORMS[:3])
def test_axe_finds_nothing_on_a_refused_form(open_page, path, width, scheme):
    page = press_send(open_page(path.split("?")[0], width, scheme, bypass_csp=True))

    assert violations(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize("javascript", [True, False])
def test_a_refused_form_puts_the_focus_on_the_list_of_problems(open_page, javascript):
    page = open_page("/models/grouped", java_script_enabled=javascript)
    page.fill("#f7", "seven")
    press_send(page)

    assert page.title().startswith("Error: ")
    if javascript:
        page.wait_for_function("document.activeElement.classList.contains('problems')")
    assert page.locator(".problems:focus").count() == 1
    assert page.input_value("#f7") == "seven"


def test_the_policy_of_the_page_is_never_broken(open_page):
    page = open_page("/models/every-kind")
    broken = []
    page.on("console", lambda message: broken.append(message.text) if "Content Security" in message.text else None)
    page.reload()
    page.click("#f12")
    page.keyboard.type("17")
    page.keyboard.press("ArrowDown")
    press_send(page)

    assert broken == []


def test_a_form_is_filled_and_mended_with_the_keyboard_alone(open_page):
    page = open_page("/models/grouped")
    page.focus("#business_key")
    page.keyboard.type("C-17")
    for _ in range(7):  # one Tab a group of radios
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("seven")
    page.keyboard.press("Tab")
    page.keyboard.type("70.5")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    for text in ("3", "may", "2019"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    with page.expect_event("load"):
        page.keyboard.press("Enter")

    assert page.locator(".problems a").all_inner_texts() == ["Tenure must be a number, like 24"]
    page.wait_for_function("document.activeElement.classList.contains('problems')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type("7")
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    assert page.locator(".problems").count() == 0


COUNT_SENT = """() => {
    window.sent = 0;
    document.forms.ask.addEventListener("submit", (event) => {
        if (!event.defaultPrevented) window.sent++;
        event.preventDefault();
    });
}"""
SMALL = """() => [...document.querySelectorAll("a, button, .choice, input[type=text], select, summary")]
    .filter((element) => element.checkVisibility() && !element.classList.contains("skip"))
    .filter((element) => element.getBoundingClientRect().height < 24)
    .map((element) => element.textContent)"""


def test_a_second_press_sends_nothing_and_says_why(open_page):
    page = open_page("/models/grouped")
    page.evaluate(COUNT_SENT)
    page.dblclick("button[type=submit].big")

    assert page.evaluate("window.sent") == 1
    assert page.inner_text("button[type=submit].big") == "Working…"
    assert page.inner_text("[data-working]") == "Working…"


def test_the_focus_can_be_seen(open_page):
    page = open_page("/models/grouped")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    for selector in ("#business_key", "#f0", "text=Get prediction", ".nav a"):
        page.focus(selector)
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        widths = page.evaluate(
            """() => [document.activeElement, document.activeElement.closest('label')].filter(Boolean)
                     .map((element) => parseFloat(getComputedStyle(element).outlineWidth))"""
        )
        assert max(widths) >= 2


def test_neighbours_stand_on_one_line_however_long_the_hint(open_page):
    page = open_page("/models/every-kind")
    tops = page.evaluate("['#f0', '#f1'].map((box) => document.querySelector(box).getBoundingClientRect().top)")

    assert tops[0] == tops[1]


@pytest.mark.parametrize("width", [320, 1280])
def test_everything_one_presses_is_large_enough(open_page, width):
    page = open_page("/models/grouped", width)

    assert page.evaluate(SMALL) == []


def test_system_colours_keep_every_border_and_mark(open_page):
    page = open_page("/models/grouped", colours="active", bypass_csp=True)
    page.check("#f0")

    assert page.eval_on_selector("#f0", "(radio) => getComputedStyle(radio).appearance") == "auto"
    assert page.eval_on_selector(".choice:has(:checked)", "(e) => getComputedStyle(e).outlineStyle") == "solid"
    assert violations(page) == []


def test_text_may_be_spaced_out(open_page):
    page = open_page("/models/grouped", 320, bypass_csp=True)
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
    )

    assert overflow(page) <= 0


def test_going_back_or_loading_again_finds_the_answers(open_page, address):
    page = open_page("/models/every-kind")
    nonce = page.input_value("[name=nonce]")
    page.fill("#f0", "abc")
    page.check("#f3-1")
    page.fill("#f12", "Level 7")
    page.keyboard.press("Tab")
    page.goto(f"{address}/help")
    page.go_back()

    for _ in range(2):
        assert page.input_value("#f0") == "abc"
        assert page.is_checked("#f3-1")
        assert page.input_value("#f12") == "Level 7"
        assert page.input_value("[name=nonce]") == nonce
        page.reload()


def test_going_back_from_what_was_sent_finds_it_too_and_a_fresh_form_is_blank(open_page, address):
    page = open_page("/models/grouped")
    page.fill("#f7", "twelve")
    press_send(page)
    page.fill("#f7", "12")
    page.go_back()
    assert page.input_value("#f7") == "twelve"
    with page.expect_event("load"):
        page.click("text=Clear answers")
    assert page.input_value("#f7") == ""
