"""Whoever runs the service finds every setting explained, and none that does nothing."""

import re
from pathlib import Path

import pytest

from webapp.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
SOURCE = (ROOT / "webapp" / "config.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_is_explained(setting):
    assert re.search(rf"^\| `{setting}` \| .+ \| .+ \|$", DOCUMENT, re.MULTILINE)


def test_nothing_is_explained_that_is_not_read():
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENT, re.MULTILINE)) == set(SETTINGS)


def test_every_setting_that_is_read_is_listed():
    read = re.findall(r"(?:text|several|one_of|switch|number|folder|store)\(\s*\"([A-Z_]+)\"", SOURCE)

    assert set(read) == set(SETTINGS)
