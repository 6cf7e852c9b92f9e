"""What a page of a form holds, read from its HTML."""

import re

from werkzeug.test import TestResponse


def typed_value(page: TestResponse, name: str) -> str:
    """The text in the box of that name."""
    [tag] = [tag for tag in re.findall(r"<input[^>]*>", page.text) if f'name="{name}"' in tag]
    return re.search(r'value="([^"]*)"', tag)[1]


def checked(page: TestResponse, name: str) -> list[str]:
    """The values of the chosen radios of that name."""
    tags = [tag for tag in re.findall(r"<input[^>]*>", page.text) if f'name="{name}"' in tag]
    return [re.search(r'value="([^"]*)"', tag)[1] for tag in tags if " checked" in tag]
