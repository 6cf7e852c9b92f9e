"""How to ask a model from a program: whole examples that work when they are copied, for a typical case."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.views.api.documents import KEY

NO_KEY_YET = "fc_your_key"
FILE = "cases.csv"
SHOWN = {"number": ("reference", "value", "light"), "classes": ("reference", "answer", "probability", "light")}


@dataclass(frozen=True, slots=True)
class Asking:
    """Where to ask, what about, whether a key is needed for that, and what is worth looking at in the answer."""

    url: str
    row: dict[str, Any]
    needs_key: bool
    shown: Sequence[str]

    @property
    def headers(self) -> dict[str, str]:
        return {**_key(self.needs_key), "Content-Type": "application/json"}

    @property
    def body(self) -> str:
        return json.dumps({"rows": [self.row]}, ensure_ascii=False, indent=2)


def curl(asking: Asking) -> str:
    return _curl(asking.url, asking.headers, f"--data-raw {shlex.quote(asking.body)}")


def python(asking: Asking) -> str:
    row = "\n".join(f"        {_literal(name)}: {_literal(value)}," for name, value in asking.row.items())
    headers = "\n".join(f"    {_literal(name)}: {_literal(value)}," for name, value in asking.headers.items())
    shown = "\n".join(f"                prediction[{_literal(name)}]," for name in asking.shown)
    return f"""import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

url = {_literal(asking.url)}
rows = [
    {{
{row}
    }},
]
headers = {{
{headers}
    {_literal(KEY)}: str(uuid4()),  # the same one when this request is sent again
}}
body = json.dumps({{"rows": rows}}).encode()
try:
    with urlopen(Request(url, body, headers)) as answer:
        for prediction in json.load(answer)["predictions"]:
            print(
{shown}
            )
except HTTPError as refused:
    raise SystemExit(refused.read().decode())"""


def spreadsheet(asking: Asking) -> str:
    """A query for Excel (Data, Get Data, Blank Query, Advanced Editor) over a table named Cases."""
    headers = ",\n".join(f"            #{_m_text(name)} = {_m_text(value)}" for name, value in asking.headers.items())
    columns = ", ".join(_m_text(name) for name in asking.shown)
    return f"""let
    Cases = Excel.CurrentWorkbook(){{[Name = "Cases"]}}[Content],
    Sent = Json.FromValue([rows = Table.ToRecords(Cases)]),
    Url = {_m_text(asking.url)},
    Received = Web.Contents(Url, [
        Headers = [
{headers}
        ],
        Content = Sent
    ]),
    Predictions = Json.Document(Received)[predictions],
    Answers = Table.FromRecords(
        Predictions,
        {{{columns}}},
        MissingField.UseNull
    )
in
    Answers"""


def spreadsheet_file(url: str, needs_key: bool) -> str:
    """Sends a table that any spreadsheet has saved as CSV."""
    return _curl(url, {**_key(needs_key), "Content-Type": "text/csv"}, f"--data-binary @{FILE}")


def _curl(url: str, headers: Mapping[str, str], sent: str) -> str:
    given = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    return " \\\n  ".join([f"curl {shlex.quote(url)}", *given, sent])


def _key(needs_key: bool) -> dict[str, str]:
    return {"Authorization": f"Bearer {NO_KEY_YET}"} if needs_key else {}


def _literal(value: Any) -> str:
    """As Python writes it; its texts are those of JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _m_text(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
