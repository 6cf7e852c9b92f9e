"""
Submissions drawn by chance: none brings the service down, and no accepted one is stored as something else.

FORMCAST_ATTACK=full sends 20,000 instead of 2,000; FORMCAST_ATTACK_SEED draws others. A test's name has its seed.
"""

import logging
import os
from collections import Counter

import numpy as np
import pytest

from tests.attack.expectation import expected
from tests.attack.filling import Visitor
from tests.attack.form_page import read_form
from tests.attack.submissions import Attacker, Attempt
from tests.attack.target import Model
from tests.attack.wire import FORM, Answer, ask
from webapp.records.predictions import PredictionRecord

SUBMISSIONS = 20_000 if os.environ.get("FORMCAST_ATTACK") == "full" else 2_000
SEED = int(os.environ.get("FORMCAST_ATTACK_SEED", "20261012"))
PARTS = 10
LEAST_ACCEPTED = 0.2  # of the submissions, or the attack would be of one kind only
CLOSE = 1e-9
SHOWN = 5  # failures in the message of a test


class Errors(logging.Handler):
    """Everything that was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def errors():
    handler = Errors()
    for name in ("", "formcast"):
        logging.getLogger(name).addHandler(handler)
    yield handler.lines
    for name in ("", "formcast"):
        logging.getLogger(name).removeHandler(handler)


@pytest.mark.parametrize("seed", [SEED + part for part in range(PARTS)])
def test_no_generated_submission_breaks_the_service_or_changes_a_value(
    visitor, errors, seed, record_testsuite_property
):
    failures, statuses = [], Counter()

    for number, attempt in enumerate(Attacker(visitor, seed).attempts(SUBMISSIONS // PARTS)):
        answer = ask(visitor.target.app, attempt.request)
        statuses[answer.status] += 1
        failures += [
            f"seed {seed}, {number}, {attempt.kind}: {problem}" for problem in judged(visitor, attempt, answer)
        ]

    record_testsuite_property(f"statuses, seed {seed}", dict(sorted(statuses.items())))
    assert not failures, "\n".join([f"{len(failures)} failures"] + failures[:SHOWN])
    assert errors == []
    assert statuses[303] >= LEAST_ACCEPTED * SUBMISSIONS / PARTS, statuses


def judged(visitor: Visitor, attempt: Attempt, answer: Answer) -> list[str]:
    """What is wrong with the answer."""
    request = attempt.request
    if answer.status >= 500:
        return [
            f"{answer.status} to {request.method[:9]} {request.path[:60]!r} {request.headers} {request.body[:300]!r}"
        ]
    if b"Traceback" in answer.body:
        return ["a trace on the page"]
    if attempt.model is None:
        return []
    wanted = expected(attempt.model, visitor.pages[attempt.model.name], request.body)
    found = []
    if answer.status == 303:
        record = visitor.target.record_of(answer.location)
        found += changed_values(record.row, wanted.row) + misjudged(attempt.model, record)
    if not attempt.is_certain:
        return found + (["accepted as " + request.content_type] if is_stranger(attempt, answer) else [])
    if answer.status not in wanted.statuses:
        found.append(f"{answer.status} instead of {sorted(wanted.statuses)}: {request.body[:2000]!r}")
    elif wanted.kept and answer.status in (400, 422):
        found += not_kept(wanted.kept, answer)
    return found


def changed_values(stored: dict, wanted: dict) -> list[str]:
    names = [name for name in wanted if stored.get(name, "absent") != wanted[name]]
    return [f"{name} was stored as {stored.get(name)!r} and means {wanted[name]!r}" for name in names]


def misjudged(model: Model, record: PredictionRecord) -> list[str]:
    """The stored answer against the pipeline's own answer to the stored row."""
    said = model.chances(record.row)
    stored = list(record.probabilities.values()) if record.probabilities else [record.value]
    far = float(np.abs(said - np.array(stored)).max())
    if record.probabilities and list(record.probabilities) != list(model.schema.target.classes):
        return [f"classes {list(record.probabilities)}"]
    return [f"the stored answer is {far} away from the pipeline's"] if far > CLOSE else []


def not_kept(kept: dict[str, str], answer: Answer) -> list[str]:
    shown = read_form(answer.text).shown
    return [
        f"{name}: {kept[name][:80]!r} is shown as {shown.get(name, '')[:80]!r}"
        for name in kept
        if shown.get(name) != kept[name]
    ]


def is_stranger(attempt: Attempt, answer: Answer) -> bool:
    """True when something that is no urlencoded form was taken for one."""
    kind = attempt.request.content_type.split(";")[0].strip()
    return answer.status == 303 and kind != FORM
