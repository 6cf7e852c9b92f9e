"""Forms that are right but for what a test changes."""

import itertools
from dataclasses import dataclass
from urllib.parse import quote_plus

from tests.attack.form_page import FormPage, read_form
from tests.attack.target import Model, Target
from tests.attack.wire import FORM, Answer, Request, ask

FIRST_OPTION = "0"
GOOD = {
    "data": "12",
    "errors": "3",
    "code 300": "K\u00e4se-007",
    "validate": ("1", "3", "2020"),
    "version": ("1", "3", "2020", "14:30"),
    "nonce": "0.5",
    "submit": "80",
    "Betrag": "12",
    "St\u00fcck": "3",
    "Datum": ("1", "3", "2021"),
    "width": "0.5",
    "height": "0.5",
    "day": ("1", "3", "2019"),
}
_numbers = itertools.count()


@dataclass(frozen=True)
class Visitor:
    """Somebody with the form of every model and the cookie they belong to."""

    target: Target
    pages: dict[str, FormPage]
    cookie: str

    @classmethod
    def of(cls, target: Target) -> "Visitor":
        client = target.app.test_client()
        pages = {model.name: read_form(client.get(model.path).text) for model in target.models.values()}
        return cls(target, pages, f"session={client.get_cookie('session').value}")

    @property
    def models(self) -> tuple[Model, ...]:
        return tuple(self.target.models.values())

    def fields(self, model: str, **answers: str | tuple[str, ...]) -> dict[str, str]:
        """A filled form; answers by the name of their column, where they are not the usual ones."""
        fields = dict(self.pages[model].hidden) | {"nonce": f"of-a-test-{next(_numbers)}"}
        asked = self.target.models[model]
        for question in asked.questions:
            usual = FIRST_OPTION if question.is_picked else GOOD[question.name]
            texts = answers.get(question.name, usual)
            boxes = (texts,) if isinstance(texts, str) else texts
            fields |= dict(zip(asked.field_names(question), boxes, strict=True))
        return fields

    def send(self, model: str, body: bytes | dict[str, str], content_type: str = FORM, **headers: str) -> Answer:
        content = encoded(body) if isinstance(body, dict) else body
        path = self.target.models[model].path
        return ask(
            self.target.app, Request("POST", path, "", content, content_type, {"Cookie": self.cookie, **headers})
        )


def encoded(fields: dict[str, str]) -> bytes:
    """As a browser encodes a form, and beyond: half of a surrogate pair is sent as if it were a letter."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in fields.items()).encode()


def _quoted(text: str) -> str:
    return quote_plus(text, errors="surrogatepass")
