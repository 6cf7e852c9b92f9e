"""A made-up table of energy customers, some of whom leave: 3 numbers, 16 categories, nothing of it real."""

import csv
import io

import numpy as np

ROWS = 7_000
TARGET = "left"
YES_NO = ("yes", "no")
SERVICE = ("yes", "no", "not offered")

# name -> (levels, how often each, what each adds to the score)
CATEGORIES: dict[str, tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]] = {
    "household": (("single", "couple", "family"), (0.4, 0.35, 0.25), (0.2, 0.0, -0.2)),
    "retired": (YES_NO, (0.2, 0.8), (-0.3, 0.0)),
    "owns_home": (YES_NO, (0.55, 0.45), (-0.4, 0.0)),
    "moved_lately": (YES_NO, (0.1, 0.9), (0.7, 0.0)),
    "has_gas": (YES_NO, (0.6, 0.4), (-0.2, 0.0)),
    "meter": (("digital", "classic", "prepaid"), (0.5, 0.4, 0.1), (0.0, 0.1, 0.5)),
    "tariff": (("fixed", "variable", "green"), (0.45, 0.35, 0.2), (-0.5, 0.5, 0.0)),
    "term": (("month to month", "one year", "two years"), (0.5, 0.25, 0.25), (1.0, -0.4, -1.1)),
    "solar": (SERVICE, (0.15, 0.6, 0.25), (-0.5, 0.0, 0.1)),
    "heat_pump": (SERVICE, (0.1, 0.65, 0.25), (-0.4, 0.0, 0.1)),
    "boiler_care": (SERVICE, (0.3, 0.45, 0.25), (-0.3, 0.1, 0.1)),
    "emergency_care": (SERVICE, (0.25, 0.5, 0.25), (-0.3, 0.1, 0.1)),
    "car_charging": (SERVICE, (0.12, 0.63, 0.25), (-0.2, 0.0, 0.1)),
    "bonus_club": (SERVICE, (0.35, 0.4, 0.25), (-0.1, 0.0, 0.0)),
    "online_bill": (YES_NO, (0.6, 0.4), (0.2, 0.0)),
    "payment": (("debit", "card", "transfer", "cash"), (0.4, 0.3, 0.2, 0.1), (-0.3, -0.1, 0.1, 0.6)),
}
NUMBERS = ("months", "monthly_bill", "paid_so_far")
COLUMNS = (*NUMBERS, *CATEGORIES)


def rows(count: int = ROWS, seed: int = 0) -> list[dict[str, str]]:
    """The table as texts, the target among them."""
    random = np.random.default_rng(seed)
    months = random.integers(1, 73, count)
    bill = np.round(random.gamma(6.0, 11.0, count) + 18, 2)
    paid = np.round(months * bill * random.uniform(0.95, 1.05, count), 2)
    score = -0.9 - 0.035 * (months - 32) + 0.012 * (bill - 80)
    columns: dict[str, list[str]] = {
        "months": [str(value) for value in months],
        "monthly_bill": [f"{value:.2f}" for value in bill],
        "paid_so_far": [f"{value:.2f}" for value in paid],
    }
    for name, (levels, shares, effects) in CATEGORIES.items():
        drawn = random.choice(len(levels), size=count, p=shares)
        score = score + np.array(effects)[drawn]
        columns[name] = [levels[code] for code in drawn]
    leaves = random.random(count) < 1 / (1 + np.exp(-score))
    columns[TARGET] = [YES_NO[0] if one else YES_NO[1] for one in leaves]
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def table(count: int = ROWS, seed: int = 0) -> bytes:
    """The same as the bytes of a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, (*COLUMNS, TARGET), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(count, seed))
    return text.getvalue().encode()
