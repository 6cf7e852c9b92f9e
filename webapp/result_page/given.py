"""The answers the person gave, grouped as on the form, each with the way back to its question."""

from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import quote

import numpy as np

from webapp.result_page.case import Case, stored_values
from webapp.result_page.values import GivenAnswer, GivenGroup
from webapp.schema import DATES, Feature
from webapp.wording.numbers import counted
from webapp.wording.quoting import shown

REST_TITLE = "Other questions"  # as on the form


def ask_url(case: Case) -> str:
    """The form with these answers filled in."""
    return f"/models/{quote(case['model'] or '')}?from={quote(case['id'] or '')}"


def given_groups(case: Case) -> tuple[GivenGroup, ...]:
    """In schema order; neighbours of one group stand together."""
    url = ask_url(case)
    answers = [
        (group, GivenAnswer(label, _value_text(feature, value), value is None, url + anchor))
        for (feature, group, label, anchor), value in zip(case.told.features, stored_values(case), strict=True)
    ]
    rest = REST_TITLE if any(group for group, _ in answers) else ""
    return tuple(
        GivenGroup(title or rest, tuple(answer for _, answer in members))
        for title, members in groupby(answers, key=itemgetter(0))
    )


def given_count(case: Case) -> str:
    """'19 answers'"""
    return counted(len(case.schema.features), "answer", "answers")


def _value_text(feature: Feature, value: Any) -> str:
    if isinstance(value, str) and feature.kind in DATES:
        value = np.datetime64(value, "D" if feature.kind == "date" else "s")
    return shown(feature.value_text(value))
