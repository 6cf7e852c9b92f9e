"""One rule, several doors: what a form, a file and a program may both say means the same at each of them."""

import math
from random import Random

import numpy as np
import pytest

from tests.attack import answers
from tests.attack.reference_parser import REFUSED, Question, meant
from webapp.errors import InvalidRow, InvalidValue
from webapp.preprocessing import typed_row, typed_table
from webapp.schema import Door, Feature, to_json_value

ROWS = 400
SEED = 20261012
MODELS = ("every-kind", "comma", "three")


def texts_of(question: Question, random: Random) -> str:
    """One cell: mostly plain, sometimes odd or hostile; a date as files write it."""
    draw = random.choices((answers.plain, answers.odd, answers.hostile), (70, 20, 10))[0]
    boxes = draw(question, random)
    if len(boxes) == 1:
        return boxes[0]
    day, month, year, *clock = boxes
    return f"{year}-{month}-{day}" + (f" {clock[0]}" if clock else "")


def columns_of(questions: tuple[Question, ...]) -> dict[str, np.ndarray]:
    random = Random(SEED)
    return {one.name: np.array([texts_of(one, random) for _ in range(ROWS)], dtype=object) for one in questions}


def said(feature: Feature, text: object, door: Door) -> object:
    try:
        value = feature.parse_json(text) if door is Door.JSON else feature.parse(text, door)
    except InvalidValue:
        return REFUSED
    return to_json_value(value)


@pytest.mark.parametrize("model", MODELS)
def test_a_table_and_its_single_rows_have_the_same_typed_values(target, model):
    asked = target.models[model]
    columns = columns_of(asked.questions)
    table, refused = typed_table(columns, asked.schema, Door.FILE)

    for place in range(ROWS):
        row = {name: column[place] for name, column in columns.items()}
        try:
            values = typed_row(row, asked.schema, Door.FILE)
        except InvalidRow as problem:
            assert [one.feature for one in refused[place]] == [one.feature for one in problem.problems]
        else:
            assert place not in refused
            assert list(table[place]) == values
    assert 0 < len(refused) < ROWS


@pytest.mark.parametrize("model", MODELS)
def test_form_file_and_reference_agree_on_what_they_all_accept(target, model):
    asked = target.models[model]
    columns = columns_of(asked.questions)
    agreed = 0
    for question, feature in zip(asked.questions, asked.schema.features, strict=True):
        for text in columns[question.name]:
            typed, filed = said(feature, text, Door.FORM), said(feature, text, Door.FILE)
            if REFUSED in (typed, filed):
                continue
            assert (typed, type(typed)) == (filed, type(filed)), (question.name, text)
            if question.kind in ("number", "integer"):
                assert typed == meant(question, [text])
            agreed += 1
    assert agreed > ROWS


@pytest.mark.parametrize("model", MODELS)
def test_a_program_and_a_form_agree_on_what_both_accept(target, model):
    asked = target.models[model]
    columns = columns_of(asked.questions)
    agreed = 0
    for question, feature in zip(asked.questions, asked.schema.features, strict=True):
        if feature.decimal == "," and feature.kind in ("number", "integer"):
            continue  # a program writes numbers with a full stop, whatever people type
        for text in columns[question.name]:
            typed, sent = said(feature, text, Door.FORM), said(feature, text, Door.JSON)
            if REFUSED not in (typed, sent):
                assert (typed, type(typed)) == (sent, type(sent)), (question.name, text)
                agreed += 1
    assert agreed > ROWS


@pytest.mark.parametrize("model", MODELS)
def test_a_number_of_a_program_is_the_number_that_is_typed(target, model):
    asked = target.models[model]
    random = Random(SEED)
    for feature in asked.schema.features:
        if feature.kind not in ("number", "integer"):
            continue
        for _ in range(ROWS):
            value = float(round(random.uniform(0, 1), 3) if feature.kind == "number" else random.randint(0, 100))
            [text] = feature.to_answers(value)
            assert said(feature, text, Door.FORM) == said(feature, value, Door.JSON) == value


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, 1e39, 10**4000, True, [1], "nan", "1e400"],
    ids=lambda value: str(value)[:9],
)
def test_a_program_cannot_send_what_is_no_finite_number(target, value):
    for model in MODELS:
        numbers = (feature for feature in target.models[model].schema.features if feature.kind == "number")
        assert all(said(feature, value, Door.JSON) == REFUSED for feature in numbers)


def test_a_row_of_a_program_shows_every_problem_at_once(target):
    asked = target.models["every-kind"]
    with pytest.raises(InvalidRow) as refused:
        typed_row({"errors": [1], "nonce": 7, "_id": "perhaps"}, asked.schema, Door.JSON)

    lacking = {"f0", "csrf_token", "level 30", "code 300", "validate", "version", "submit"}
    assert {problem.feature for problem in refused.value.problems} == {"errors", "nonce", "_id"} | lacking
