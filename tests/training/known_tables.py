"""Made-up tables with a known answer, as CSV text, and one training run on each."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from webapp.model_package.signing import SigningKey
from webapp.model_store import ModelStore
from webapp.training.run import Options, Outcome, train
from webapp.training.sources.table_source import table_from_bytes
from webapp.training.spec.file import DataSpec, Spec

ROWS = 320
WITHOUT_BOOSTING_S = 0.0  # a budget that is spent at once
QUICK = Options(budget_s=WITHOUT_BOOSTING_S)
KEY = SigningKey.generate()


def csv_text(columns: Mapping[str, Sequence], delimiter: str = ",") -> str:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return written.getvalue()


def leaving(rows: int = ROWS, seed: int = 0) -> dict[str, list]:
    """Who leaves: the newer, the dearer; the plan "max" holds people. Every kind of input, and gaps in `fee`."""
    random = np.random.default_rng(seed)
    months = random.integers(0, 72, rows)
    fee = random.uniform(20, 110, rows).round(2)
    plan = random.choice(["basic", "plus", "max"], rows, p=(0.5, 0.3, 0.2))
    score = 0.6 - 0.06 * months + 0.03 * (fee - 65) - 1.5 * (plan == "max")
    left = random.random(rows) < 1 / (1 + np.exp(-score))
    first = np.datetime64("2020-01-06")
    return {
        "customer": [f"C-{number:05d}" for number in random.permutation(rows) + 10_000],
        "months": months.tolist(),
        "fee": ["" if gap else f"{value:.2f}" for gap, value in zip(random.random(rows) < 0.1, fee, strict=True)],
        "plan": ["gold"] * 7 + plan.tolist()[7:],
        "has_app": random.choice(["Yes", "No"], rows).tolist(),
        "joined": [str(first + int(day)) for day in random.integers(0, 1500, rows)],
        "left": np.where(left, "Yes", "No").tolist(),
    }


def places(rows: int = ROWS, seed: int = 1) -> dict[str, list]:
    """Three places told apart by two numbers and a colour."""
    random = np.random.default_rng(seed)
    place = random.integers(0, 3, rows)
    colour = np.where(random.random(rows) < 0.7, np.array(["red", "green", "blue"])[place], "grey")
    return {
        "height": (random.normal(0, 1.2, rows) + 3 * place).round(3).tolist(),
        "depth": (random.normal(0, 1.5, rows) - 2 * (place == 1)).round(3).tolist(),
        "colour": colour.tolist(),
        "place": np.array(["hill", "lake", "wood"])[place].tolist(),
    }


def rents(rows: int = ROWS, seed: int = 2) -> dict[str, list]:
    """Rents that multiply: 8 a square metre, half more in town, so that the logarithm is learned."""
    random = np.random.default_rng(seed)
    area = random.uniform(20, 160, rows).round(1)
    where = random.choice(["town", "village"], rows)
    rent = 8 * area * np.where(where == "town", 1.5, 1.0) * np.exp(random.normal(0, 0.25, rows))
    return {"area": area.tolist(), "where": where.tolist(), "rent": rent.round(2).tolist()}


def balances(rows: int = ROWS, seed: int = 3) -> dict[str, list]:
    """A number that may be negative: 2 for each unit, 30 less at night."""
    random = np.random.default_rng(seed)
    units = random.uniform(-50, 50, rows).round(2)
    when = random.choice(["day", "night"], rows)
    balance = 2 * units - 30 * (when == "night") + random.normal(0, 5, rows)
    return {"units": units.tolist(), "when": when.tolist(), "balance": balance.round(3).tolist()}


def noise(rows: int = ROWS, seed: int = 4) -> dict[str, list]:
    """Nothing in it says anything about the answer."""
    random = np.random.default_rng(seed)
    return {
        "weight": random.normal(50, 10, rows).round(2).tolist(),
        "shade": random.choice(["light", "dark"], rows).tolist(),
        "answer": random.choice(["yes", "no"], rows).tolist(),
    }


def learn(columns: Mapping[str, Sequence], spec: Spec, root: Path, options: Options = QUICK) -> Outcome:
    table = table_from_bytes(csv_text(columns).encode(), spec.model, f"{spec.model}.csv")
    return train(table, spec, ModelStore(root), KEY, options)


def spec_of(model: str, target: str, **data: object) -> Spec:
    return Spec(model, data=DataSpec(source=f"{model}.csv", target=target, **data))
