"""Numbers that are read together are what each of them is by itself, to the last bit."""

import struct
from dataclasses import replace
from random import Random

import pyarrow as arrow
import pytest

from tests.attack.answers import HOSTILE
from webapp.errors import InvalidValue
from webapp.parsing.answers import parse_answer, parse_distinct
from webapp.parsing.numbers import parse_number
from webapp.parsing.plain_numbers import plain_numbers
from webapp.schema import Door, Feature
from webapp.scoring.arrow_text import ArrowTexts

AWKWARD = (
    "", " ", "0", "-0", "-0.0", "-0,0", "007", "+5", ".5", "5.", "-.5", "1e5", "nan", "inf", "-", "1 234", "1,234",
    "0.1", "0,1", "9007199254740993", "12345678901234", "123456789012345", "-12345678901234", "1234567.12345678",
    "1e-3", "0.00000000000001", "-9.999999999999", "99999999999999.9", "4.35", "2.675", "1.005", "8.5", " 8", "8 ",
    "８", "\u22125", "1.234", "5\n", "5\n5", "5\x00", "12 kg", "kg 12", "999", "-1", "3.0", "3.5", "1_000", "0x10",
    "1e400", "--5", "5-",
)  # fmt: skip


def texts() -> list[str]:
    """The awkward ones, hostile ones, and figures drawn by chance."""
    random = Random(1)
    drawn = ["".join(random.choices("0123456789.,-", k=random.randint(1, 17))) for _ in range(600)]
    decimals = [f"{random.uniform(-1, 1) * 10 ** random.randint(0, 9):.{random.randint(0, 6)}f}" for _ in range(1_200)]
    every = dict.fromkeys([*AWKWARD, *HOSTILE, *drawn, *decimals, *(text.replace(".", ",") for text in decimals)])
    return [text for text in every if not set(text) & {"\ud800"}]


TEXTS = texts()
FEATURES = (
    Feature("weight", "number", "Weight", unit="kg", typical=70.0, optional=True, missing_markers=("NA", "-1", "999")),
    Feature("rooms", "integer", "Rooms", typical=3.0, minimum=0, maximum=2_000),
    Feature("paid", "number", "Paid", typical=20.0, minimum=-4.35, missing_markers=("-",)),
)


def bits(value: object) -> object:
    return struct.pack("<d", value) if type(value) is float else value


def one_by_one(feature: Feature, door: Door) -> list[object]:
    """The bits of each value, None for a missing one, or what is wrong."""
    told = []
    for text in TEXTS:
        try:
            told.append(bits(parse_answer(feature, text, door)))
        except InvalidValue as problem:
            told.append(str(problem))
    return told


@pytest.mark.parametrize("decimal", [".", ","])
def test_a_plain_number_is_what_the_one_parser_says(decimal):
    numbers = plain_numbers(TEXTS, decimal)

    plain = [(text, number) for text, number in zip(TEXTS, numbers.tolist(), strict=True) if number == number]
    assert len(plain) > 1_000
    assert [bits(number) for _, number in plain] == [bits(parse_number(text, decimal=decimal)) for text, _ in plain]


@pytest.mark.parametrize("decimal", [".", ","])
def test_arrow_reads_the_same_numbers(decimal):
    column = arrow.array(TEXTS).dictionary_encode()

    assert ArrowTexts(column).plain_numbers(decimal).tobytes() == plain_numbers(TEXTS, decimal).tobytes()


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("door", list(Door))
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_column_of_texts_is_what_each_of_them_is_alone(feature, door, decimal):
    feature = replace(feature, decimal=decimal)

    values, problems = parse_distinct(feature, TEXTS, door)

    together = [str(problems[at]) if at in problems else bits(value) for at, value in enumerate(values.tolist())]
    assert together == one_by_one(feature, door)
