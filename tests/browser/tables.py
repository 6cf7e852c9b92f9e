"""Tables of made-up cases with a truth to find, and what a person says about each."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from webapp.training.sources.table_source import Table, table_from_bytes
from webapp.training.spec.file import DataSpec, DecisionSpec, FeatureSpec, OutcomeSpec, Spec, TargetSpec

TOWNS = tuple(f"{name} {place}" for name in ("Ash", "Birch", "Elm", "Oak", "Yew") for place in ("Bay", "Hill", "Mill"))
CITIES = tuple(f"{town} {side}" for town in TOWNS for side in ("East", "West"))
PAYMENTS = ("Bank transfer", "Card", "Cash", "Cheque", "Direct debit", "Invoice", "Voucher")
EXTRAS = ("Backup", "Insurance", "Repairs", "Streaming")


@dataclass(frozen=True)
class MadeUp:
    """A table and its spec, ready for a training run."""

    table: Table
    spec: Spec


def leaving(rows: int = 900) -> MadeUp:
    """Two classes, fifteen questions, every kind of answer among them."""
    random = np.random.default_rng(7)
    months, bill = random.integers(0, 73, rows), np.round(random.uniform(15, 120, rows), 2)
    contract = random.integers(0, 3, rows)
    score = 1.6 * (contract == 0) - 0.04 * months + 0.02 * (bill - 60) - 0.2
    columns = {
        "customer": [f"C-{number:04d}" for number in range(rows)],
        "Months": months,
        "Bill": _with_blanks([f"{amount:.2f}" for amount in bill], random),
        "Contract": _named(("Monthly", "Yearly", "Two years"), contract),
        "Town": _named(CITIES, np.arange(rows) % len(CITIES)),
        "Payment": _named(PAYMENTS, random.integers(0, len(PAYMENTS), rows)),
        "Joined": np.datetime64("2019-01-01") + random.integers(0, 1500, rows),
        "Called": [
            f"{moment}" for moment in np.datetime64("2024-01-01T08:00", "m") + random.integers(0, 400_000, rows)
        ],
        "Senior": _named(("Yes", "No"), random.integers(0, 2, rows)),
        **{name: _named(("Yes", "No"), random.integers(0, 2, rows)) for name in EXTRAS},
        "Devices": random.integers(1, 9, rows),
        "Complaints": random.integers(0, 5, rows),
        "Discount": _with_blanks([str(number) for number in random.integers(0, 40, rows)], random),
        "Left": _named(("No", "Yes"), random.random(rows) < 1 / (1 + np.exp(-score))),
    }
    return MadeUp(made_up_table("leaving", columns), _leaving_spec())


def _leaving_spec() -> Spec:
    contract = FeatureSpec(
        label="Contract", group="The contract", order=3, help="The one in force today", actionable=True
    )
    return Spec(
        "leaving",
        title="Customers who leave",
        question="Will this customer leave?",
        case="customer",
        cases="customers",
        owner="Retention team",
        contact="retention@example.com",
        objective="To call those who may leave before they do.",
        geography="one country",
        data=DataSpec(source="leaving.csv", target="Left", id_column="customer"),
        target=TargetSpec(wanted="No"),
        outcomes={
            "Yes": OutcomeSpec("This customer will probably leave", "leaving", "leave", "Call within five days."),
            "No": OutcomeSpec("This customer will probably stay", "staying", "stay", "Nothing needs to be done."),
        },
        decision=DecisionSpec(threshold=0.4, set_by="Retention team", set_on="2026-10-03"),
        groups={"The contract": "As it stands today.", "The person": "As far as we know."},
        features={
            "Months": FeatureSpec(unit="months", group="The contract", order=1, minimum=0),
            "Bill": FeatureSpec(
                label="Monthly bill",
                unit="$",
                group="The contract",
                order=2,
                minimum=0,
                actionable=True,
                direction="down",
            ),
            "Contract": contract,
            **{
                name: FeatureSpec(group="The contract", order=4 + at)
                for at, name in enumerate(("Payment", "Joined", "Called", *EXTRAS, "Devices"))
            },
            "Senior": FeatureSpec(group="The person", order=20),
            "Town": FeatureSpec(group="The person", order=21),
        },
    )


def fruit(rows: int = 600) -> MadeUp:
    """Three classes that two measures tell apart."""
    random = np.random.default_rng(8)
    kind = random.integers(0, 3, rows)
    columns = {
        "Weight": np.round(random.normal(120 + 60 * kind, 35), 1),
        "Length": np.round(random.normal(8 + 2 * (kind == 1), 1.2), 2),
        "Colour": _named(("green", "yellow", "red"), (kind + (random.random(rows) < 0.3)) % 3),
        "Fruit": _named(("Apple", "Mango", "Pear"), kind),
    }
    spec = Spec(
        "fruit",
        title="Fruit sorter",
        question="Which fruit is it?",
        case="fruit",
        cases="fruits",
        data=DataSpec(source="fruit.csv", target="Fruit"),
        features={
            "Weight": FeatureSpec(unit="g", actionable=True),
            "Length": FeatureSpec(unit="cm"),
            "Colour": FeatureSpec(actionable=True),
        },
    )
    return MadeUp(made_up_table("fruit", columns), spec)


def rent(rows: int = 600) -> MadeUp:
    """A number, in euros."""
    random = np.random.default_rng(9)
    area, rooms = np.round(random.uniform(20, 140, rows), 1), random.integers(1, 6, rows)
    balcony = random.integers(0, 2, rows)
    amount = 200 + 9 * area + 40 * rooms + 60 * balcony + random.normal(0, 60, rows)
    columns = {"Area": area, "Rooms": rooms, "Balcony": _named(("No", "Yes"), balcony), "Rent": np.round(amount)}
    spec = Spec(
        "rent",
        title="Rent finder",
        question="What rent can be asked for this flat?",
        case="flat",
        cases="flats",
        data=DataSpec(source="rent.csv", target="Rent"),
        target=TargetSpec(label="Monthly rent", unit="\u20ac", wanted="lower"),
        features={
            "Area": FeatureSpec(unit="m\u00b2", minimum=0, actionable=True),
            "Balcony": FeatureSpec(actionable=True),
        },
    )
    return MadeUp(made_up_table("rent", columns), spec)


def coin(rows: int = 300) -> MadeUp:
    """Nothing to learn: what comes out is refused."""
    random = np.random.default_rng(10)
    columns = {"Height": random.normal(0, 1, rows).round(3), "Fell": _named(("heads", "tails"), np.arange(rows) % 2)}
    spec = Spec("coin", title="Coin", question="Heads?", data=DataSpec(source="coin.csv", target="Fell"))
    return MadeUp(made_up_table("coin", columns), spec)


def _with_blanks(cells: Sequence[str], random: np.random.Generator) -> list[str]:
    return ["" if blank else cell for cell, blank in zip(cells, random.random(len(cells)) < 0.08, strict=True)]


def _named(names: Sequence[str], positions: np.ndarray) -> list[str]:
    return [names[int(position)] for position in positions]


def made_up_table(name: str, columns: dict[str, Sequence]) -> Table:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return table_from_bytes(text.getvalue().encode(), name, f"{name}.csv")
