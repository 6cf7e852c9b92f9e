"""Every page in every state that it should be looked at in."""

import os
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.browser.answering import CUSTOMER, fill, press_send
from tests.browser.site import Site

ASK = "/models/leaving"
FRUIT = {"Weight": "121.5", "Length": "8.1", "Colour": "green"}
FLAT = {"Area": "64", "Rooms": "2", "Balcony": "Yes"}
AMBER = CUSTOMER | {"Customer": "C-18", "Discount": ""}
RED = CUSTOMER | {"Customer": "C-19", "Months": "400", "Monthly bill": "", "Discount": "2000"}
AFTERWARDS = CUSTOMER | {"Customer": "C-21"}
WRONG = {"Customer": "C-20", "Months": "seven", "Monthly bill": "-3", "Joined, Day": "31", "Joined, Month": "2"}
TRIED = {
    "what-if": {"Months": "60", "Contract": "Two years"},
    "what-if with errors": {"Months": "seven", "Monthly bill": "-3"},
    "what-if of many": {"Colour": "red", "Weight": "240"},
    "what-if of a number": {"Area": "40"},
}

NAMES = (
    "catalogue", "search without an answer", "empty store", "form", "form with errors", "form with an example",
    "chance", "chance with care", "chance in doubt", "many", "number", "number form", "about", "paused", "help",
    "changes", "changes of a number", "what-if", "what-if with errors", "what-if of many", "what-if of a number",
    "accessibility", "privacy", "nothing there", "versions", "version", "version of a number", "model card",
    "after an answer", "outcome", "outcome with errors", "outcome of a number", "override", "note", "feedback",
    "outcomes", "programs", "answers", "answers to be filtered", "two answers",
    "promotion", "decisions", "two versions", "plan", "monitoring", "monitoring of a number", "many at once",
    "file to be checked", "file that was answered", "file that cannot be used",
)  # fmt: skip
if os.environ.get("FORMCAST_ATTACK") == "full":  # made of the parts of others, and slow for little
    NAMES += ("retirement", "challenger", "roll back")
RESULTS = tuple(name for name in NAMES if name.startswith("chance") or name in ("many", "number"))


@dataclass(frozen=True)
class States:
    """The address of each state by its name."""

    addresses: dict[str, str]

    @classmethod
    def prepared(cls, browser: Browser, site: Site, empty_address: str) -> "States":
        address = site.address
        asked = {
            "chance": ("leaving", CUSTOMER),
            "chance with care": ("leaving", AMBER),
            "chance in doubt": ("leaving", RED),
            "many": ("fruit", FRUIT),
            "number": ("rent", FLAT),
        }
        paths = {
            "catalogue": "/",
            "search without an answer": "/?q=nothing",
            "form": ASK,
            "form with errors": ASK,
            "form with an example": f"{ASK}?example=1",
            "number form": "/models/rent",
            "about": f"{ASK}/about",
            "paused": "/models/coin",
            "help": "/help",
            "accessibility": "/accessibility",
            "privacy": "/privacy",
            "nothing there": "/nothing",
            "answers": f"{ASK}/history",
            "answers to be filtered": f"{ASK}/history?since=yesterday&light=red",
            "versions": f"{ASK}/versions",
            "version": f"{ASK}/versions/1",
            "monitoring": f"{ASK}/monitoring",
            "monitoring of a number": "/models/rent/monitoring",
            "promotion": f"{ASK}/versions/1/promote",
            "many at once": f"{ASK}/batches",
            "file that cannot be used": f"{ASK}/batches",
            "decisions": f"{ASK}/decisions?day=1+Jan+2099",
            "two versions": f"{ASK}/compare",
            "plan": f"{ASK}/plan",
            "retirement": f"{ASK}/retirement",
            "challenger": f"{ASK}/shadow",
            "roll back": f"{ASK}/rollback",
            "version of a number": "/models/rent/versions/1",
            "model card": f"{ASK}/versions/1/card",
            "outcomes": "/outcomes?q=nothing",
            "programs": f"{ASK}/programs",
        }
        with browser.new_context(java_script_enabled=False) as context:
            page = context.new_page()
            results = {name: _asked(page, f"{address}/models/{model}", sent) for name, (model, sent) in asked.items()}
            results["after an answer"] = after = _asked(page, address + ASK, AFTERWARDS)
            add_everything(page, after)
            results |= _files(page, site)
        results |= {name: f"{after}/{name}" for name in ("outcome", "override", "note", "feedback")}
        results |= {"outcome with errors": f"{after}/outcome", "outcome of a number": f"{results['number']}/outcome"}
        own = {name: address + path for name, path in paths.items()}
        tried = {
            "changes": f"{results['chance']}/changes",
            "changes of a number": f"{results['number']}/changes",
            "what-if": f"{results['chance']}/what-if",
            "what-if with errors": f"{results['chance']}/what-if",
            "what-if of many": f"{results['many']}/what-if",
            "what-if of a number": f"{results['number']}/what-if",
            "two answers": f"{results['chance']}/compare/{results['chance in doubt'].rpartition('/')[2]}",
        }
        return cls(own | results | tried | {"empty store": empty_address})

    def show(self, page: Page, name: str) -> Page:
        """Bring a page into the state of that name."""
        page.goto(self.addresses[name])
        if name == "form with errors":
            fill(page, WRONG)
            press_send(page)
        if name == "file that cannot be used":
            _send(page, b"\x00\x01\x02" * 50)
        if name == "outcome with errors":
            page.fill("#happened", "yesterday")
            press(page, "Record it")
        if name.startswith("what-if"):
            page.locator("details.others").evaluate_all("(folded) => folded.forEach((one) => { one.open = true })")
            fill(page, TRIED[name])
            press_send(page, "Work it out")
        return page


def add_everything(page: Page, answer: str) -> None:
    """An outcome and its correction, another decision, a note and a problem."""
    for choice in ("Yes (leave)", "No (stay)"):
        page.goto(f"{answer}/outcome")
        page.check(f"text={choice}")
        press(page, "Record it")
    texts = {
        "override": ("#why", "They called", "Decide otherwise"),
        "note": ("#text", "Called twice", "Keep the note"),
    }
    for name, (box, text, button) in texts.items():
        page.goto(f"{answer}/{name}")
        page.fill(box, text)
        press(page, button)
    press(page, "Report a problem")
    page.fill("#text", "The town is wrong")
    press(page, "Send it")


def _files(page: Page, site: Site) -> dict[str, str]:
    """Files of cases at each of their steps; one row of the template is made unusable."""
    template = page.request.get(f"{site.address}{ASK}/template.csv").text()
    spoilt = template.rstrip().rpartition("\n")[2].replace(",", ",?", 2)
    content = {
        "file to be checked": f"{template}{spoilt}\r\n".encode(),
        "file that was answered": f"{template}{spoilt}\r\n".encode(),
    }
    found = {}
    for name, sent in content.items():
        page.goto(f"{site.address}{ASK}/batches")
        _send(page, sent)
        found[name] = page.url
    site.work()
    page.goto(found["file that was answered"])
    press(page, "Predict the 2 good rows")
    site.work()
    return found


def _send(page: Page, content: bytes) -> None:
    page.set_input_files("input[type=file]", {"name": "customers.csv", "mimeType": "text/csv", "buffer": content})
    press(page, "Send")


def press(page: Page, button: str) -> None:
    """Press the button with these words and wait for the page that comes."""
    with page.expect_event("load"):
        page.click(f"main button:has-text('{button}')")


def _asked(page: Page, address: str, answers: dict[str, str]) -> str:
    """The address of the answer."""
    page.goto(address)
    fill(page, answers)
    press_send(page)
    assert "/predictions/" in page.url, page.locator(".problems").inner_text()
    return page.url
