"""Three made-up tables with every kind of column, awkward names and awkward categories, and a known truth."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.attack.reference_parser import Question
from webapp.training.spec.file import DataSpec, FeatureSpec, Spec

MARKUP = "<script>alert(1)</script>"
NINE = ("None", "NA", "null", MARKUP, "x", "X", "caf\u00e9", "{{7*7}}", 'a&b="c"')
THIRTY = tuple(f"town {number}" for number in range(1, 31))
MANY = tuple(f"K\u00e4se-{number:03d}" for number in range(300))
FEW = ("low", "middle", "high")
RARE = "once"  # a level with too few rows to be named


@dataclass(frozen=True)
class OddTable:
    """A table as a file, what a person says about it, and what each of its questions takes."""

    model: str
    content: bytes
    spec: Spec
    questions: tuple[Question, ...]


EVERY_KIND = Spec(
    "every-kind",
    data=DataSpec(source="every-kind.csv", target="won", id_column="case no"),
    features={
        "data": FeatureSpec(unit="\u00a3"),
        "nonce": FeatureSpec(minimum=0, maximum=1),
        "submit": FeatureSpec(unit="kg", minimum=0),
    },
)
EVERY_QUESTION = (
    Question("data", "number", unit="\u00a3", optional=True),
    Question("errors", "integer"),
    Question("_id", "yes_no", levels=("yes", "no")),
    Question("f0", "category", levels=("left", "right")),
    Question("csrf_token", "category", levels=NINE),
    Question("level 30", "category", levels=THIRTY),
    Question("code 300", "category", levels=MANY),
    Question("validate", "date"),
    Question("version", "datetime"),
    Question("nonce", "number", minimum=0, maximum=1),
    Question("submit", "integer", unit="kg", minimum=0),
    Question("business_key", "category", levels=FEW, optional=True, has_other=True),
)


def every_kind(rows: int = 4800) -> OddTable:  # enough for each of 300 levels to be named
    """Two classes; columns are called as the form's own fields are."""
    random = np.random.default_rng(41)
    data, errors = np.round(random.normal(0, 20, rows), 2), random.integers(-5, 21, rows)
    nine, weight = random.integers(0, len(NINE), rows), random.integers(0, 200, rows)
    day = np.datetime64("2018-01-01") + random.integers(0, 2000, rows)
    moment = np.datetime64("2020-02-28T00:00", "m") + random.integers(0, 900_000, rows)
    few = np.array(FEW)[random.integers(0, 3, rows)]
    few[:2] = RARE
    side = random.integers(0, 2, rows)
    score = 0.04 * data + 0.1 * (errors - 8) + 0.8 * side + 0.3 * (nine - 4) + (few == "high")
    columns = {
        "data": _with_blanks([f"{value:.2f}" for value in data], random),
        "errors": errors,
        "_id": np.where(random.random(rows) < 0.4, "yes", "no"),
        "f0": np.array(["left", "right"])[side],
        "csrf_token": np.array(NINE)[nine],
        "level 30": np.array(THIRTY)[random.integers(0, 30, rows)],
        "code 300": np.array(MANY)[np.arange(rows) % 300],
        "validate": day,
        "version": [str(one) for one in moment],
        "nonce": [f"{value:.3f}" for value in random.random(rows)],
        "submit": weight,
        "business_key": _with_blanks(list(few), random),
        "case no": [f"C-{number:05d}" for number in range(rows)],
        "won": _drawn(score, random, ("no", "yes")),
    }
    return OddTable("every-kind", _file(columns), EVERY_KIND, EVERY_QUESTION)


def comma_numbers(rows: int = 600) -> OddTable:
    """A number to predict, in a file with semicolons and decimal commas."""
    random = np.random.default_rng(42)
    amount, pieces = np.round(random.gamma(3, 40, rows), 2), random.integers(1, 50, rows)
    level = random.integers(0, 3, rows)
    price = np.round(20 + 1.5 * amount + 3 * pieces + 10 * level + random.normal(0, 5, rows), 2)
    day = np.datetime64("2021-03-01") + random.integers(0, 700, rows)
    columns = {
        "Betrag": [f"{value:.2f}".replace(".", ",") for value in amount],
        "St\u00fcck": pieces,
        "Datum": [f"{one.item():%d.%m.%Y}" for one in day],
        "errors": np.array(["Nord", "S\u00fcd", "Mitte"])[level],
        "Neu": np.where(random.random(rows) < 0.5, "true", "false"),
        "Preis": [f"{value:.2f}".replace(".", ",") for value in price],
    }
    spec = Spec("comma", data=DataSpec(source="comma.csv", target="Preis"))
    questions = (
        Question("Betrag", "number", decimal=","),
        Question("St\u00fcck", "integer", decimal=","),
        Question("Datum", "date"),
        Question("errors", "category", levels=("Nord", "S\u00fcd", "Mitte")),
        Question("Neu", "yes_no", levels=("true", "false")),
    )
    return OddTable("comma", _file(columns, ";"), spec, questions)


def three_classes(rows: int = 600) -> OddTable:
    """Three classes that hang on two inputs together."""
    random = np.random.default_rng(43)
    width, height = np.round(random.uniform(-1, 1, rows), 3), np.round(random.uniform(-1, 1, rows), 3)
    colour = random.integers(0, 4, rows)
    drawn = np.where(random.random(rows) < 0.05, random.integers(0, 3, rows), np.where(width * height > 0, 0, 1))
    drawn = np.where((colour == 3) & (width > 0), 2, drawn)
    day = np.datetime64("2019-01-01") + random.integers(0, 365, rows)
    columns = {
        "width": _with_blanks([f"{value}" for value in width], random),
        "height": height,
        "colour": np.array(["red", "green", "blue", "None"])[colour],
        "day": [f"{one.item():%m/%d/%Y}" for one in day],
        "kind": np.array(["NA", MARKUP, "None"])[drawn],
    }
    spec = Spec("three", data=DataSpec(source="three.csv", target="kind"))
    questions = (
        Question("width", "number", optional=True),
        Question("height", "number"),
        Question("colour", "category", levels=("red", "green", "blue", "None")),
        Question("day", "date"),
    )
    return OddTable("three", _file(columns), spec, questions)


def _with_blanks(cells: list[str], random: np.random.Generator) -> list[str]:
    return ["" if one else cell for cell, one in zip(cells, random.random(len(cells)) < 0.05, strict=True)]


def _drawn(score: np.ndarray, random: np.random.Generator, classes: Sequence[str]) -> np.ndarray:
    return np.where(random.random(len(score)) < 1 / (1 + np.exp(-score)), classes[1], classes[0])


def _file(columns: dict[str, Sequence], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()
