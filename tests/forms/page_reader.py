"""A page as its reader's browser takes it apart: elements with attributes, words and what stands around them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "hr", "br", "img", "path", "rect", "circle", "line"}


@dataclass(eq=False)
class Element:
    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""

    @property
    def classes(self) -> list[str]:
        return self.get("class").split()

    def above(self, tag: str) -> "Element | None":
        """The nearest element of that tag around this one."""
        element = self.parent
        while element is not None and element.tag != tag:
            element = element.parent
        return element

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        found = [child for child in self.children if _fits(child, tag, attributes)]
        return [
            element
            for child in self.children
            for element in ([child] if child in found else []) + child.all(tag, **attributes)
        ]

    def one(self, tag: str = "", **attributes: str) -> "Element":
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {attributes}"
        return found[0]


def _fits(element: Element, tag: str, attributes: dict[str, str]) -> bool:
    if tag and element.tag != tag:
        return False
    return all(
        value in element.classes if name == "class_" else element.get(name.rstrip("_").replace("_", "-")) == value
        for name, value in attributes.items()
    )


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: "" if value is None else value for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        element = self.here
        while element is not None:
            element.parts.append(data)
            element = element.parent


def read(page: str) -> Element:
    """The page as a tree; fails where an element is not closed in order."""
    builder = _Builder()
    builder.feed(page)
    builder.close()
    assert builder.here is builder.root
    return builder.root
