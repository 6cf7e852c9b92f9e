"""Files of cases about who leaves, and a worker that works in this process until nothing is left to do."""

import csv
import io
from io import BytesIO

from werkzeug.test import TestResponse

from tests.views.conftest import Browser, Service, hidden_fields
from webapp.batch.work import work_on_a_part
from webapp.chores import Workshop
from webapp.clock import now
from webapp.records.actors import SYSTEM
from webapp.records.decisions import decide_about_champion

SENDING = "/models/leaving/batches"
COLUMNS = ("customer", "months", "bill", "contract", "senior", "joined")
LABELS = ("Customer number", "Months with us", "Monthly bill", "Contract", "Senior", "Joined on")
CONTRACTS = ("monthly", "yearly", "long")


def rows(count: int) -> list[list[str]]:
    """Cases that are all a little different, in the order of COLUMNS."""
    return [_row(number) for number in range(count)]


def _row(n: int) -> list[str]:
    senior, joined = "yes" if n % 4 else "no", f"2019-05-{1 + n % 28:02}"
    return [f"C-{n}", str(n % 72), f"{15 + n % 90}.{n % 10}5", CONTRACTS[n % 3], senior, joined]


def as_csv(cells: list[list[str]], header=COLUMNS, delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header, *cells])
    return text.getvalue()


def send(browser: Browser, content: str | bytes, name: str = "customers.csv") -> TestResponse:
    token = hidden_fields(browser.get(SENDING))["csrf_token"]
    content = content.encode() if isinstance(content, str) else content
    return browser.client.post(SENDING, data={"csrf_token": token, "file": (BytesIO(content), name)})


def work(service: Service, parts: int = 1000) -> int:
    """How many parts of files there were to do."""
    given = service.parts
    shop = Workshop(given.config, given.database, given.store, given.follower, now())
    return next(done for done in range(parts + 1) if done == parts or not _one(shop))


def press(browser: Browser, page: str, what: str) -> TestResponse:
    token = hidden_fields(browser.get(page))["csrf_token"]
    return browser.client.post(f"{page}/{what}", data={"csrf_token": token})


def answered(service: Service, browser: Browser, content: str | bytes) -> str:
    """The page of a file whose good rows are answered."""
    page = send(browser, content).location
    work(service)
    press(browser, page, "go-on")
    work(service)
    return page


def table(response: TestResponse, delimiter: str = ",") -> list[dict[str, str]]:
    text = io.StringIO(response.get_data().decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=delimiter))


def _one(shop: Workshop) -> bool:
    return work_on_a_part(shop, lambda job: None, lambda: None)


def refer(service: Service, notice: str) -> None:
    """As a criterion does that has every case decided by a person."""
    words = service.parts.follower.champions["leaving"].words
    said = {**words, "schema": words["schema"].to_json(), "notice": notice}
    decide_about_champion(service.parts.database, "leaving", "refer", (SYSTEM, "It is too old."), words=said)
    service.parts.follower.refresh()
