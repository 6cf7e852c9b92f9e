"""
Streams of cases that are made up, with a truth that is known: stable ones, and ones with a fault planted in them.

Chances are the true ones, so a stable stream gives no cause for any alarm; whatever is raised on it is a false one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from webapp.metrics import log_losses
from webapp.monitoring.cases import Cases
from webapp.monitoring.counting import count
from webapp.monitoring.days import Day
from webapp.monitoring.watched import Watched
from webapp.reference_profile import feature_counts
from webapp.schema import Choice, Feature, Schema, Target

FIRST_DAY = date(2026, 1, 5)
TRAINED_ROWS, HOLDOUT_ROWS = 4_000, 1_000
THRESHOLD = 0.35
LONGEST_DELAY = 44
REGIONS = {"North": 0.15, "East": 0.20, "South": 0.25, "West": 0.22, "Capital": 0.18}
PURPOSES = {"Car": 0.27, "Home": 0.2, "Debt": 0.22, "Business": 0.1, "Study": 0.08, "Other": 0.13}
HOUSING = {"Owns": 0.45, "Rents": 0.45, "Family": 0.1}
CATEGORIES = {"region": REGIONS, "purpose": PURPOSES, "housing": HOUSING}
NUMBERS = ("amount", "income", "savings", "years", "term", "burden")
EFFECTS = {"amount": 0.5, "income": -0.6, "savings": -0.3, "years": -0.35, "term": 0.2, "burden": 0.6}
MISSING = {"savings": 0.1}

Columns = dict[str, list[Any]]
Fault = Callable[[np.random.Generator, Columns], None]


def drawn(random: np.random.Generator, rows: int) -> Columns:
    """Cases as they come when nothing has changed."""
    columns: Columns = {
        name: random.choice(list(shares), rows, p=list(shares.values())).tolist() for name, shares in CATEGORIES.items()
    }
    for name in NUMBERS:
        values = np.exp(random.normal(7, 0.6, rows)).round(-1) if name in ("amount", "income") else None
        values = random.normal(40, 12, rows).round(0) if values is None else values
        columns[name] = [
            None if gap else float(value) for gap, value in zip(_gaps(random, name, rows), values, strict=True)
        ]
    columns["guarantor"] = [float(yes) for yes in random.random(rows) < 0.12]
    return columns


def _gaps(random: np.random.Generator, name: str, rows: int) -> np.ndarray:
    return random.random(rows) < MISSING.get(name, 0.0)


def chances(columns: Columns) -> np.ndarray:
    """The true chance of each case, which the model knows."""
    rows = len(columns["region"])
    score = np.full(rows, -1.4) + 0.5 * np.array([name == "Business" for name in columns["purpose"]])
    score += 0.3 * np.array([name == "North" for name in columns["region"]])
    for name, effect in EFFECTS.items():
        values = np.array([np.nan if value is None else value for value in columns[name]], dtype=float)
        usual = (np.log(np.maximum(values, 1.0)) - 7) / 0.6 if name in ("amount", "income") else (values - 40) / 12
        score += effect * np.clip(np.nan_to_num(usual), -3, 3)
    return 1.0 / (1.0 + np.exp(-score))


def watched(random: np.random.Generator, words: Mapping[str, Any] | None = None) -> Watched:
    """A version that learned from one sample of the world and was tried on another."""
    columns = drawn(random, TRAINED_ROWS)
    features = (
        *(_category(name, columns[name]) for name in CATEGORIES),
        *(Feature(name, "number", name.capitalize(), decimals=0) for name in NUMBERS),
        _yes_no("guarantor", columns["guarantor"]),
    )
    target = Target("repaid", "classes", "Repaid", classes=("No", "Yes"), positive="No")
    schema = Schema("stream", features, target)
    X = np.array([columns[one.name] for one in features], dtype=object).T
    said = {"decision": {"threshold": THRESHOLD}, "monitoring": {"outcome_days": LONGEST_DELAY}, "case": "loan",
            "cases": "loans"}  # fmt: skip
    evaluation = tried(chances(drawn(random, HOLDOUT_ROWS)), random)
    return Watched(
        "stream", "v1", schema, said | dict(words or {}), feature_counts(schema, X), evaluation, TRAINED_ROWS
    )


def tried(chance: np.ndarray, random: np.random.Generator) -> dict[str, Any]:
    """What is measured on rows kept back, as a training run writes it down."""
    happened = (random.random(len(chance)) < chance).astype(int)
    losses = log_losses(happened, np.column_stack([1 - chance, chance]))
    rate = happened.mean()
    baseline = float(-(rate * np.log(rate) + (1 - rate) * np.log(1 - rate)))
    half = 1.96 * losses.std() / np.sqrt(len(chance))
    value = float(losses.mean())
    return {
        "holdout_rows": len(chance),
        "metric": {"name": "log_loss", "label": "Log loss", "better": "lower", "value": value, "low": value - half,
                   "high": value + half, "baseline": baseline},
        "figures": {"log_loss": value, "accuracy": float(((chance >= THRESHOLD) == happened).mean())},
        "importance": [{"feature": name, "loss_increase": abs(size), "low": 0.01} for name, size in EFFECTS.items()],
    }  # fmt: skip


@dataclass(frozen=True)
class World:
    """What is different from some day on: `fault` changes cases, `relation` the true log-odds behind their ends."""

    fault: Fault | None = None
    relation: Callable[[Columns], np.ndarray] | float = 0.0


def day(one: Watched, random: np.random.Generator, number: int, rows: int, world: World = World()) -> Day:
    """The counts of one day, all its outcomes known."""
    return Day(FIRST_DAY + timedelta(days=number), count(one, cases(random, rows, world)))


def cases(random: np.random.Generator, rows: int, world: World = World()) -> Cases:
    columns = drawn(random, rows)
    if world.fault is not None:
        world.fault(random, columns)
    chance = chances(columns)
    moved = world.relation(columns) if callable(world.relation) else world.relation
    truth = 1.0 / (1.0 + np.exp(-(np.log(chance / (1 - chance)) + moved)))
    failed = random.random(rows) < truth
    # Bad news travels fast: what failed is known early, what went well only at the end.
    delays = np.where(failed, random.integers(1, 15, rows), random.integers(25, LONGEST_DELAY + 1, rows)).astype(float)
    return Cases(
        fields=columns,
        channels=["form"] * rows,
        lights=["amber" if careful else "green" for careful in random.random(rows) < 0.08],
        answered=["No" if one > 0.5 else "Yes" for one in chance],
        decided=["No" if one >= THRESHOLD else "Yes" for one in chance],
        thresholds=np.full(rows, THRESHOLD),
        probability=chance,
        value=np.full(rows, np.nan),
        low=np.full(rows, np.nan),
        high=np.full(rows, np.nan),
        happened=["No" if one else "Yes" for one in failed],
        delays=delays,
        overridden=random.random(rows) < 0.02,
    )


def _category(name: str, column: list[Any]) -> Feature:
    choices = tuple(Choice(level, level, column.count(level)) for level in CATEGORIES[name])
    return Feature(name, "category", name.capitalize(), choices=choices)


def _yes_no(name: str, column: list[Any]) -> Feature:
    yes = int(sum(column))
    return Feature(
        name, "yes_no", name.capitalize(), choices=(Choice("Yes", "Yes", yes), Choice("No", "No", len(column) - yes))
    )
