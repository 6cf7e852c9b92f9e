"""What holds for the stylesheet, the script and every template."""

import re
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CSS = (ROOT / "static/css/formcast.css").read_text()
JS = (ROOT / "static/js/formcast.js").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MAX_TEMPLATE_LINES = 80
TEXT_CONTRAST, CONTROL_CONTRAST = 4.5, 3

RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
ROOTS = re.findall(r":root \{(.*?)\}", RULES, flags=re.DOTALL)
LIGHT = dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]{6})", ROOTS[0]))
DARK = LIGHT | dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]{6})", ROOTS[1]))
# a document's sections that only carry a name, and what the script marks
NOT_STYLED = {"links", "ok"}


def template_id(path):
    return str(path.relative_to(ROOT / "templates"))


def test_the_stylesheet_asks_for_nothing_else():
    assert not re.search(r"@import|url\(|data:|https?:", CSS)


def test_a_colour_is_named_once_as_a_token():
    rest = re.sub(r":root \{.*?\}", "", RULES, flags=re.DOTALL)

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", rest) == []
    assert re.findall(r"\brgba?\(|\bhsla?\(", rest) == []


def test_every_token_that_is_used_exists():
    assert set(re.findall(r"var\((--[a-z0-9-]+)", CSS)) - set(re.findall(r"(--[a-z0-9-]+):", ROOTS[0])) == set()


def luminance(colour):
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_surface(tokens):
    surfaces = ("--paper", "--surface", "--sunken")
    pairs = [*product(("--ink", "--ink-2", "--ink-3", "--accent", "--bad", "--raise-ink", "--lower-ink"), surfaces)]
    pairs += [("--on-accent", "--accent"), ("--on-accent", "--accent-strong"), ("--ink", "--accent-tint")]
    pairs += [(f"--{name}", f"--{name}-tint") for name in ("good", "care", "bad", "calm")]
    pairs += [("--accent-strong", "--accent-tint"), ("--ink", "--care-tint"), ("--ink-2", "--calm-tint")]

    assert {
        pair: round(contrast(*(tokens[name] for name in pair)), 2)
        for pair in pairs
        if contrast(*(tokens[name] for name in pair)) < TEXT_CONTRAST
    } == {}


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_operated_can_be_seen(tokens):
    for name, surface in product(
        ("--control", "--focus", "--accent", "--bad", "--raise", "--lower"), ("--paper", "--surface")
    ):
        assert contrast(tokens[name], tokens[surface]) >= CONTROL_CONTRAST, (name, surface)


def test_the_script_writes_no_markup_and_asks_nobody():
    forbidden = (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "fetch(",
        "XMLHttp",
        "import(",
    )

    assert [word for word in forbidden if word in JS] == []
    assert not re.search(r"https?:|data:|localStorage|cookie", JS)


def test_together_they_are_light():
    assert len(CSS.encode()) + len(JS.encode()) <= 70_000


@pytest.mark.parametrize("path", TEMPLATES, ids=template_id)
class TestATemplate:
    def test_fits_in_one_reading(self, path):
        assert path.read_text().count("\n") <= MAX_TEMPLATE_LINES

    def test_has_no_inline_style_script_or_handler(self, path):
        text = path.read_text()

        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"", text)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))

    def test_trusts_no_text(self, path):
        assert not re.search(r"\|\s*safe|autoescape\s+false|Markup", path.read_text())

    def test_asks_nobody_else(self, path):
        addresses = re.findall(r"(?:src|href|action)=\"([^\"]*)\"", path.read_text())

        assert [address for address in addresses if re.match(r"(https?:)?//|data:|javascript:", address)] == []

    def test_uses_every_macro_it_imports(self, path):
        text = path.read_text()
        for names in re.findall(r"\{%-? from \"[^\"]+\" import ([a-z_, ]+?) -?%\}", text):
            for name in names.split(", "):
                assert len(re.findall(rf"\b{name}\b", text)) > 1, name

    def test_names_only_classes_that_the_stylesheet_knows(self, path):
        plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", path.read_text(), flags=re.DOTALL)
        used = {name for names in re.findall(r"class=\"([^\"]*)\"", plain) for name in names.split()}
        known = set(re.findall(r"\.([a-z][a-z0-9-]*)", RULES))

        assert used - known - NOT_STYLED == set()
