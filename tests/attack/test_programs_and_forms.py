"""
The same rows through the form and through the interface for programs, over HTTP: the same values, the same answers.

FORMCAST_ATTACK=full asks about 50,000 rows instead of 240.
"""

import json
import os
from random import Random

import pytest

from tests.attack import answers
from tests.attack.filling import Visitor, encoded
from tests.attack.reference_parser import REFUSED, Question, meant
from tests.attack.target import Model
from tests.attack.wire import Request, ask
from webapp.records.predictions import PredictionRecord

ROWS = 50_000 if os.environ.get("FORMCAST_ATTACK") == "full" else 240
MODELS = ("every-kind", "comma", "three", "trees")
AT_ONCE = 60
SEED = 20261128
CLOSE = 1e-12
BLANK_SHARE, ODD_SHARE = 0.1, 0.2


@pytest.mark.parametrize("model", MODELS)
def test_a_row_typed_into_the_form_is_answered_as_one_sent_by_a_program(visitor, model, record_testsuite_property):
    asked, random = visitor.target.models[model], Random(SEED)
    furthest, left = 0.0, ROWS // len(MODELS)
    while left > 0:
        typed = [typed_in(visitor, asked, random) for _ in range(min(left, AT_ONCE))]
        sent = sent_at_once(visitor, asked, [row for _, row in typed])
        for (record, _), prediction in zip(typed, sent, strict=True):
            assert prediction["row"] == record.row
            furthest = max(furthest, difference(record, prediction))
        left -= len(typed)

    record_testsuite_property(f"largest difference between form and program, {model}", furthest)
    assert furthest <= CLOSE


def typed_in(visitor: Visitor, model: Model, random: Random) -> tuple[PredictionRecord, dict]:
    """What the form made of a row, and the row as a program writes it."""
    fields, row = visitor.fields(model.name), {}
    for question in model.questions:
        posted, row[question.name] = answered(visitor, model, question, random)
        fields |= posted
    answer = visitor.send(model.name, encoded(fields))
    assert answer.status == 303, (row, answer.text[:500])
    return visitor.target.record_of(answer.location), row


def answered(visitor: Visitor, model: Model, question: Question, random: Random) -> tuple[dict[str, str], object]:
    """An answer for the form, and the same as a JSON value by the rules that were written down a second time."""
    names = model.field_names(question)
    if question.is_picked:
        options = visitor.pages[model.name].fields[names[0]].options
        posted, place = [one for one in options if one], random.randrange(len(question.levels))
        return {names[0]: posted[place]}, picked(visitor, model, question, place)
    if question.optional and random.random() < BLANK_SHARE:
        return dict.fromkeys(names, ""), None
    while True:
        texts = (answers.odd if random.random() < ODD_SHARE else answers.plain)(question, random)
        value = meant(question, texts)
        if value is not REFUSED:
            return dict(zip(names, texts, strict=True)), value


def picked(visitor: Visitor, model: Model, question: Question, place: int) -> object:
    """The level that stands at that place of the form's list; yes and no as true and false."""
    feature = model.schema.by_name[question.name]
    value = feature.choices[place].value
    return place == 0 if question.kind == "yes_no" else value


def sent_at_once(visitor: Visitor, model: Model, rows: list[dict]) -> list[dict]:
    body = json.dumps({"rows": rows}).encode()
    request = Request("POST", f"/api/v1{model.path}/predictions", "", body, "application/json")
    answer = ask(visitor.target.app, request)
    assert answer.status == 201, answer.text[:2000]
    return json.loads(answer.body)["predictions"]


def difference(record: PredictionRecord, prediction: dict) -> float:
    """The largest between all figures that the two answers hold; what is said in words has to be equal."""
    assert (prediction["answer"], prediction["light"]) == (record.answer, record.light)
    assert prediction["warnings"] == record.warnings
    pairs = [(prediction["value"], record.value)] if record.probabilities is None else []
    pairs += [(prediction["probabilities"][name], chance) for name, chance in (record.probabilities or {}).items()]
    pairs += [(prediction["interval"][name], end) for name, end in (record.interval or {}).items()]
    points = {reason["feature"]: reason["points"] for reason in record.reasons}
    pairs += [(reason["points"], points[reason["feature"]]) for reason in prediction["reasons"]]
    return max(abs(one - other) / max(1.0, abs(other)) for one, other in pairs)
