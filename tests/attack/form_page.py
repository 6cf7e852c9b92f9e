"""A generated form as a browser reads it: its fields, what can be picked, and what stands in them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Field:
    """One name of the form. `options` holds what can be picked: posted value -> the words beside it."""

    name: str
    kind: str
    value: str = ""
    options: dict[str, str] = field(default_factory=dict)


@dataclass
class FormPage:
    fields: dict[str, Field]
    errors: list[str]

    @property
    def hidden(self) -> dict[str, str]:
        return {name: one.value for name, one in self.fields.items() if one.kind == "hidden"}

    @property
    def shown(self) -> dict[str, str]:
        """What stands in every field a person can see."""
        return {name: one.value for name, one in self.fields.items() if one.kind != "hidden"}


def read_form(page: str) -> FormPage:
    reader = _Reader()
    reader.feed(page)
    return FormPage(reader.fields, [" ".join(error.split()).removeprefix("Error: ") for error in reader.errors])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Field] = {}
        self.errors: list[str] = []
        self._words_of: tuple[Field, str] | None = None
        self._select: Field | None = None
        self._in_error = self._in_form = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._in_form = given.get("method", "").lower() == "post"
        elif tag == "input" and self._in_form:
            self._input(given)
        elif tag == "select":
            self._select = self._field(given["name"], "select")
        elif tag == "option" and self._select:
            self._select.options[given["value"]] = ""
            self._words_of = (self._select, given["value"])
            if "selected" in given:
                self._select.value = given["value"]
        elif tag == "p" and given.get("class") == "err":
            self.errors.append("")
            self._in_error = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False
        elif tag == "p":
            self._in_error = False
        elif tag in ("label", "option"):
            self._words_of = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._in_error:
            self.errors[-1] += data
        elif self._words_of:
            one, value = self._words_of
            one.options[value] = (one.options[value] + data).strip()

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        one = self._field(given.get("name", ""), kind)
        if kind != "radio":
            one.value = given.get("value", "")
            return
        one.options[given["value"]] = ""
        self._words_of = (one, given["value"])
        if "checked" in given:
            one.value = given["value"]

    def _field(self, name: str, kind: str) -> Field:
        return self.fields.setdefault(name, Field(name, kind))
