"""How to ask a model from a program: whole examples that work when they are copied, for a typical case."""

import json
import shlex
from dataclasses import dataclass
from pprint import pformat
from typing import Any

from webapp.views.api.documents import KEY

NO_KEY_YET = "fc_your_key"
FIRST_KEY = "case-1"
SHOWN = ("reference", "answer", "probability", "value", "light")


@dataclass(frozen=True, slots=True)
class Asking:
    """Where to ask, what about, and whether a key is needed for that."""

    url: str
    row: dict[str, Any]
    needs_key: bool

    @property
    def headers(self) -> dict[str, str]:
        key = {"Authorization": f"Bearer {NO_KEY_YET}"} if self.needs_key else {}
        return {**key, "Content-Type": "application/json"}

    @property
    def body(self) -> str:
        return json.dumps({"rows": [self.row]}, ensure_ascii=False, indent=2)


def curl(asking: Asking) -> str:
    headers = {**asking.headers, KEY: FIRST_KEY}
    lines = [f"curl {shlex.quote(asking.url)}"]
    lines += [f"  -H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    lines.append(f"  --data-raw {shlex.quote(asking.body)}")
    return " \\\n".join(lines)


def python(asking: Asking) -> str:
    rows = pformat([asking.row], sort_dicts=False, width=76)
    headers = pformat({**asking.headers, KEY: FIRST_KEY}, sort_dicts=False, width=76)
    return f"""import json
from urllib.request import Request, urlopen

rows = {rows}
headers = {headers}
request = Request(
    {asking.url!r},
    json.dumps({{"rows": rows}}).encode(),
    headers,
)
with urlopen(request) as answer:
    for prediction in json.load(answer)["predictions"]:
        print({", ".join(f'prediction["{name}"]' for name in SHOWN)})
"""


def spreadsheet(asking: Asking) -> str:
    """A query for Excel (Data, Get Data, Blank Query, Advanced Editor) over a table named Cases."""
    headers = ", ".join(f"#{_m_text(name)} = {_m_text(value)}" for name, value in asking.headers.items())
    columns = ", ".join(_m_text(name) for name in SHOWN)
    return f"""let
    Cases = Excel.CurrentWorkbook(){{[Name = "Cases"]}}[Content],
    Sent = Json.FromValue([rows = Table.ToRecords(Cases)]),
    Received = Web.Contents(
        {_m_text(asking.url)},
        [Headers = [{headers}], Content = Sent]
    ),
    Answers = Table.FromRecords(
        Json.Document(Received)[predictions],
        {{{columns}}},
        MissingField.UseNull
    )
in
    Answers"""


def spreadsheet_file(url: str, needs_key: bool) -> str:
    """The same for any spreadsheet that saves CSV."""
    headers = {"Authorization": f"Bearer {NO_KEY_YET}"} if needs_key else {}
    lines = [f"curl {shlex.quote(url)}"]
    given = {**headers, "Content-Type": "text/csv"}
    lines += [f"  -H {shlex.quote(f'{name}: {value}')}" for name, value in given.items()]
    return " \\\n".join([*lines, "  --data-binary @cases.csv"])


def _m_text(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
