"""How to ask a model from a program: whole examples that work when they are copied, for a typical case."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webapp.views.api.documents import KEY

NO_KEY_YET = "fc_your_key"
FIRST_KEY = "case-1"
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
    row = "\n".join(f"        {_literal(name)}: {_literal(value)}," for name, value in asking.row.items())
    headers = "\n".join(f"    {_literal(name)}: {_literal(value)}," for name, value in asking.headers.items())
    shown = "\n".join(f"            prediction[{_literal(name)}]," for name in asking.shown)
    return f"""import json
from urllib.request import Request, urlopen

url = {_literal(asking.url)}
rows = [
    {{
{row}
    }},
]
headers = {{
{headers}
    {_literal(KEY)}: {_literal(FIRST_KEY)},
}}
body = json.dumps({{"rows": rows}}).encode()
with urlopen(Request(url, body, headers)) as answer:
    for prediction in json.load(answer)["predictions"]:
        print(
{shown}
        )"""


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
    """The same for any spreadsheet that saves CSV."""
    headers = {"Authorization": f"Bearer {NO_KEY_YET}"} if needs_key else {}
    lines = [f"curl {shlex.quote(url)}"]
    given = {**headers, "Content-Type": "text/csv"}
    lines += [f"  -H {shlex.quote(f'{name}: {value}')}" for name, value in given.items()]
    return " \\\n".join([*lines, "  --data-binary @cases.csv"])


def _literal(value: Any) -> str:
    """As Python writes it; its texts are those of JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _m_text(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
