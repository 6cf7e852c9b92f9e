"""Whoever writes a spec finds every key explained, in the section where it belongs."""

import re
from pathlib import Path

import pytest

from webapp.training.spec.keys import KEYS
from webapp.training.spec.values import a_section

DOCS = Path(__file__).resolve().parents[2] / "docs"
SPEC, GATES = ((DOCS / name).read_text(encoding="utf-8") for name in ("spec.md", "gates.md"))
CRITERIA = tuple(section for section in KEYS if section.startswith("retirement."))  # one line of a table each
ELSEWHERE = ("gates.only_warn", *CRITERIA)  # one key a gate, all in docs/gates.md


def part_about(section):
    """The part of the document about a section, by its heading."""
    parts = re.split(r"^## ", SPEC, flags=re.MULTILINE)
    return next(part for part in parts if part.startswith(f"`[{section}" if section else "About the model"))


@pytest.mark.parametrize("section", [section for section in KEYS if section not in ELSEWHERE])
def test_every_key_of_a_section_is_explained_there(section):
    part = part_about(section)

    values = [key for key, check in KEYS[section].items() if check is not a_section]
    assert [
        key for key in values if not re.search(rf"^\|[^|]*`{key}`|^`{key}` is |^{key} = ", part, re.MULTILINE)
    ] == []


def test_every_gate_is_explained():
    assert [gate for gate in KEYS["gates.only_warn"] if f"| `{gate}` |" not in GATES] == []


@pytest.mark.parametrize("section", CRITERIA)
def test_every_criterion_is_explained_with_its_keys(section):
    part, name = part_about("retirement"), section.removeprefix("retirement.")
    [line] = re.findall(rf"^\| `{name}` \|.*", part, re.MULTILINE)

    assert [key for key in KEYS[section] if key not in ("action", "version") and f"`{key}`" not in line] == []
