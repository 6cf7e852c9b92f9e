"""Lines are written by Arrow as they are written without it."""

from random import Random

import numpy as np
import pyarrow as arrow
import pytest

from webapp.scoring.arrow_lines import ArrowLines
from webapp.scoring.lines import Chosen, Figures, PlainLines

ROWS = 4_000


def numbers() -> np.ndarray:
    """Of every size and both signs, those among them that are written in an odd way."""
    random = Random(3)
    sizes = [random.random() * 10.0 ** random.randint(-20, 20) * random.choice((-1, 1)) for _ in range(ROWS - 14)]
    edges = [0.0, -0.0, 1.0, 0.1, 1e-4, 9.999e-5, 1e9, 999999999.5, 1e15, 1e16, 1e22, 5e-324, 100.0, 123456789012.5]
    return np.array(sizes + edges)


@pytest.mark.parametrize("decimal", [".", ","])
def test_arrow_writes_the_same_lines(decimal):
    lines = [f"caf\u00e9 {row},x" for row in range(ROWS)]
    codes = np.arange(ROWS) % 3
    columns = [",", Figures(numbers(), decimal), Chosen([",a,", ",\u00e9,", ""], codes), np.arange(ROWS), lines, "\r\n"]

    written = ArrowLines(arrow.array(lines)).with_columns(columns)

    assert written == PlainLines(lines).with_columns(columns)


def test_some_lines_are_replaced_and_some_kept():
    texts = ["a", "b", "c", "d"]
    quick, slow = ArrowLines.of(b"a\nb\nc\nd\n", 4), PlainLines(texts)

    changed = [one.kept(np.array([0, 2, 3])).replaced({1: "z", 2: "\u00e9"}) for one in (quick, slow)]

    assert [list(one) for one in changed] == [["a", "z", "\u00e9"]] * 2
