"""Filling a form as people do: by the words beside each box, with a pointer or with the keyboard alone."""

from collections.abc import Mapping

from playwright.sync_api import Page

MOST_TABS = 120
SEND = "Get prediction"

CUSTOMER = {
    "Customer": "C-17",
    "Months": "7",
    "Monthly bill": "70.5",
    "Contract": "Monthly",
    "Payment": "Card",
    "Joined, Day": "3",
    "Joined, Month": "may",
    "Joined, Year": "2019",
    "Called, Day": "4",
    "Called, Month": "5",
    "Called, Year": "2024",
    "Called, Time, hh:mm": "14:30",
    "Backup": "Yes",
    "Insurance": "No",
    "Repairs": "Yes",
    "Streaming": "No",
    "Devices": "3",
    "Senior": "No",
    "Town": "Elm Hill West",
    "Complaints": "1",
    "Discount": "10",
}

# What a reader of the page hears of a control: its question, and for a radio the choice.
HEARD = """(control) => {
    const words = (element) => (element?.textContent || "").replace(/\\(.*\\)/, "").trim();
    const own = words(control.labels ? control.labels[0] : control);
    const group = words(control.closest("fieldset")?.querySelector("legend"));
    const isRadio = control.type === "radio";
    return {
        id: control.id, tag: control.tagName, type: control.type || "", role: control.getAttribute("role"),
        label: isRadio ? group : [group, own].filter(Boolean).join(", "), choice: isRadio ? own : "",
    };
}"""
FOCUSED = f"() => ({HEARD})(document.activeElement)"
CONTROLS = f"""() => Object.fromEntries([...document.forms.ask.elements]
    .filter((control) => control.labels?.length)
    .map({HEARD})
    .map((heard) => [heard.choice ? `${{heard.label}}: ${{heard.choice}}` : heard.label, heard.id]))"""
ANSWERS = """() => [...document.forms.ask.elements]
    .filter((field) => field.name && field.name !== "csrf_token" && (field.type !== "radio" || field.checked))
    .map((field) => [field.name, field.value])"""


def focused(page: Page) -> dict[str, str]:
    return page.evaluate(FOCUSED)


def typed_answers(page: Page) -> list[list[str]]:
    """Everything the form would send, the same for equal answers."""
    return page.evaluate(ANSWERS)


def press_send(page: Page, button: str = SEND) -> Page:
    """Send the form with the pointer and wait for its page; a history entry that changes is no load."""
    with page.expect_event("load"):
        page.get_by_role("button", name=button).click()
    return page


def fill(page: Page, answers: Mapping[str, str]) -> None:
    """Answer with the pointer, by the words beside each box; a date's boxes are 'Question, Box'."""
    ids = page.evaluate(CONTROLS)
    for label, answer in answers.items():
        if f"{label}: {answer}" in ids:
            page.check(f"#{ids[f'{label}: {answer}']}")
        elif page.locator(f"select#{ids[label]}").count():
            page.select_option(f"#{ids[label]}", label=answer)
        else:
            page.fill(f"#{ids[label]}", answer)


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the link or button with these words has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith(words):
            return
    raise AssertionError(f"Tab never reached {words}")


def press_enter(page: Page) -> Page:
    """Follow the link or press the button that has the focus, and wait for the page that comes."""
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    return page


def answer_by_keyboard(page: Page, answers: Mapping[str, str]) -> list[str]:
    """Tab through the form from where the focus is to its button, answering on the way; the labels in that order."""
    met = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        control = focused(page)
        if control["tag"] == "BUTTON" and control["type"] == "submit":
            return met
        if control["label"] in answers and control["tag"] in ("INPUT", "SELECT"):
            met.append(control["label"])
            _answer(page, control, answers[control["label"]])
    raise AssertionError("Tab never reached the button")


def _answer(page: Page, control: Mapping[str, str], answer: str) -> None:
    if control["type"] == "radio":
        page.keyboard.press("Space")
        for _ in range(MOST_TABS):
            if focused(page)["choice"] == answer:
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"{control['label']} cannot be answered with {answer}")
    if control["type"] == "text":
        page.keyboard.press("Control+A")
    page.keyboard.type(answer)
    if control["role"] == "combobox":
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
