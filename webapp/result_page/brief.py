"""One answer in a few words, for a list."""

from collections.abc import Mapping
from typing import Any

from webapp.result_page.case import read_case
from webapp.result_page.page import ANSWERS


def brief_answer(record: Any, words: Mapping[str, Any]) -> str:
    """'Chance of leaving: 74 in 100'; as it stands in the title of the answer's own page."""
    case = read_case(record, words)
    return ANSWERS[case.target.task](case).brief
