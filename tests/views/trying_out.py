"""A model whose answers may be changed, and the pages on which that is tried out."""

import re
from dataclasses import replace

from werkzeug.test import TestResponse

from tests.views.making import SCHEMA, WORDS, add_version
from webapp.schema import Schema

MAY = {"actionable": True}
MARKS = {"months": MAY | {"direction": "up"}, "bill": MAY, "contract": MAY, "senior": MAY | {"sensitive": True}}


def changeable() -> Schema:
    """Three answers that may be changed; a sensitive one and a date that may not, whatever the spec says."""
    features = tuple(
        replace(
            feature,
            **MARKS.get(feature.name, MAY),
            choices=tuple(replace(choice, rows=80) for choice in feature.choices),
        )
        for feature in SCHEMA.features
    )
    return replace(SCHEMA, features=features)


def use_changeable(service, wanted: str = "no", **decision):
    """Put such a version into use."""
    schema = changeable()
    stored = add_version(service.parts.store, schema=schema, seed=5)
    told = WORDS | {"schema": schema.to_json(), "number": stored.number, "version": stored.version, "wanted": wanted}
    service.promote(stored, words=told | ({"decision": decision} if decision else {}))
    return stored


def suggestions(page: TestResponse) -> list[str]:
    """Each as 'If contract were Two years | One change | 12 in 100 | not flagged'."""
    items = re.findall(r'<li class="if">(.*?)</li>', page.text, re.DOTALL)
    return [
        " | ".join(filter(None, map(str.strip, re.split(r"</?(?:p|small|svg|a)[^>]*>", plain(item))))) for item in items
    ]


def plain(html: str) -> str:
    html = re.sub(r"<svg.*?</svg>|<a .*?</a>|</?b>|</?div>|<span></span>", "", html, flags=re.DOTALL)
    return html.replace("\n", "")


def headline(page: TestResponse) -> str:
    return re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.DOTALL)[1]


def rows_marked_changed(page: TestResponse) -> list[str]:
    """The questions of the rows that bear the word Changed."""
    rows = page.text.partition('<div class="alter">')[2].split('<div class="what">')[1:]
    asked = (
        re.search(r'<(?:label for|span class="lab")[^>]*>(.*?)</(?:label|span)>\s*<', row, re.DOTALL) for row in rows
    )
    return [
        re.sub(r"<[^>]*>", "", found[1]).strip() for found, row in zip(asked, rows, strict=True) if ">Changed<" in row
    ]
