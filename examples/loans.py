"""
A simulated loan book. No loan, person or place in it exists.

The true effects are written down below, so that what a model finds can be compared with them. From DRIFT_BEGINS on
applicants change: larger loans, more of them from the north, more self-employed people. The relation between an
application and its end stays the same.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd

FIRST_DAY = date(2023, 1, 2)
LAST_DAY = date(2026, 6, 30)  # of the training table
DRIFT_BEGINS = date(2026, 7, 1)
ROWS = 6_000
KNOWN_AFTER = 58  # days, in traffic: until the end of every loan is known
SEED = 20_230_102

PURPOSES = ("Car", "Home improvement", "Debt consolidation", "Small business", "Education", "Other")
EMPLOYMENT = ("Employed", "Self-employed", "Public service", "Retired", "Not working")
HOUSING = ("Owns", "Rents", "Lives with family")
REGIONS = ("North", "East", "South", "West", "Capital")

# Log-odds of not being repaid on time.
BASE = -3.1
PURPOSE_EFFECT = (-0.35, -0.45, 0.40, 0.90, 0.05, 0.15)
EMPLOYMENT_EFFECT = (0.0, 0.55, -0.70, -0.30, 1.20)
HOUSING_EFFECT = (-0.50, 0.40, 0.10)
LATE_EFFECT = 0.95  # for each late payment in two years, up to three
BURDEN_EFFECT = 8.0  # for each whole monthly income that the instalment takes
SHORT_RELATION_EFFECT = 0.60  # customers of less than two years
SAVINGS_EFFECT = -0.45  # for each tenfold of savings above 100
TERM_EFFECT = 0.20  # for each year beyond three


def table(rows: int = ROWS, seed: int = SEED) -> str:
    """The training table as CSV text: one row for each loan whose end is known."""
    return simulate(FIRST_DAY, LAST_DAY, rows, seed).to_csv(index=False)


def simulate(first: date, last: date, rows: int, seed: int) -> pd.DataFrame:
    """Loans applied for between two days, in order, with their true end in the column `repaid`."""
    random = np.random.default_rng(seed)
    days = np.sort(random.integers(0, (last - first).days + 1, rows))
    applied = [first + timedelta(days=int(day)) for day in days]
    drifted = np.array([day >= DRIFT_BEGINS for day in applied])
    people = _people(random, drifted)
    loans = _loans(random, drifted, people)
    frame = pd.DataFrame({"reference": _references(random, rows), "applied_on": [d.isoformat() for d in applied]})
    frame = frame.assign(**loans, **people)
    failed = random.random(rows) < 1 / (1 + np.exp(-true_log_odds(frame)))
    frame = frame.assign(repaid=np.where(failed, "No", "Yes"))
    return _with_gaps(random, frame)


def traffic(last: date, days: int, a_day: int, seed: int = SEED) -> pd.DataFrame:
    """
    Applications of the days up to `last`, whose applicants change after two thirds of them, whenever that is.

    `known_after` are the days until the end is known: bad news comes first.
    """
    random = np.random.default_rng(seed + 1)
    first = DRIFT_BEGINS - timedelta(days=2 * days // 3)
    frame = simulate(first, first + timedelta(days=days - 1), days * a_day, seed)
    moved = last - (first + timedelta(days=days - 1))
    applied = [(date.fromisoformat(day) + moved).isoformat() for day in frame["applied_on"]]
    failed = (frame["repaid"] == "No").to_numpy()
    after = np.where(failed, random.integers(5, 46, len(frame)), random.integers(30, KNOWN_AFTER + 1, len(frame)))
    return frame.assign(applied_on=applied, known_after=after)


def true_log_odds(frame: pd.DataFrame) -> np.ndarray:
    """What the simulation knows and no model is told: log-odds of not being repaid on time."""
    monthly_rate = frame["amount"] / frame["term_months"] * (1 + 0.004 * frame["term_months"])
    score = np.full(len(frame), BASE)
    for column, names, effects in (
        ("purpose", PURPOSES, PURPOSE_EFFECT),
        ("employment", EMPLOYMENT, EMPLOYMENT_EFFECT),
        ("housing", HOUSING, HOUSING_EFFECT),
    ):
        score += frame[column].map(dict(zip(names, effects, strict=True))).to_numpy(dtype=float)
    score += LATE_EFFECT * np.minimum(frame["late_payments"], 3)
    score += BURDEN_EFFECT * np.minimum(monthly_rate / frame["monthly_income"], 1.0)
    score += SHORT_RELATION_EFFECT * (frame["years_as_customer"] < 2)
    score += SAVINGS_EFFECT * np.log10(np.maximum(frame["savings"], 100) / 100)
    score += TERM_EFFECT * np.maximum(frame["term_months"] / 12 - 3, 0)
    return np.asarray(score, dtype=float)


def _people(random: np.random.Generator, drifted: np.ndarray) -> dict[str, np.ndarray]:
    rows = len(drifted)
    settled, changed = (0.58, 0.14, 0.16, 0.08, 0.04), (0.46, 0.30, 0.12, 0.07, 0.05)
    at_home, moved = (0.16, 0.20, 0.24, 0.22, 0.18), (0.36, 0.16, 0.18, 0.16, 0.14)
    income = np.exp(random.normal(7.85, 0.42, rows)).round(-1)
    return {
        "monthly_income": income,
        "employment": _drawn(random, EMPLOYMENT, settled, changed, drifted),
        "housing": random.choice(HOUSING, rows, p=(0.42, 0.46, 0.12)),
        "region": _drawn(random, REGIONS, at_home, moved, drifted),
        "years_as_customer": np.minimum(random.exponential(6.0, rows), 40).round(0).astype(int),
        "late_payments": random.choice(6, rows, p=(0.72, 0.16, 0.07, 0.03, 0.015, 0.005)),
        "savings": np.where(random.random(rows) < 0.2, 0, np.exp(random.normal(7.6, 1.3, rows))).round(-1),
        "has_guarantor": np.where(random.random(rows) < 0.12, "Yes", "No"),
    }


def _loans(random: np.random.Generator, drifted: np.ndarray, people: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    rows = len(drifted)
    larger = np.where(drifted, 0.35, 0.0)
    wanted = np.exp(random.normal(1.35 + larger, 0.55, rows)) * people["monthly_income"]
    return {
        "amount": np.clip(wanted, 500, 75_000).round(-2),
        "term_months": random.choice((12, 24, 36, 48, 60, 72, 84), rows, p=(0.08, 0.16, 0.24, 0.2, 0.18, 0.08, 0.06)),
        "purpose": random.choice(PURPOSES, rows, p=(0.27, 0.2, 0.22, 0.1, 0.08, 0.13)),
    }


def _drawn(
    random: np.random.Generator, names: tuple[str, ...], before: tuple, after: tuple, drifted: np.ndarray
) -> np.ndarray:
    return np.where(drifted, random.choice(names, len(drifted), p=after), random.choice(names, len(drifted), p=before))


def _references(random: np.random.Generator, rows: int) -> list[str]:
    return [f"L-{number:06d}" for number in random.permutation(900_000)[:rows] + 100_000]


def _with_gaps(random: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Savings are unknown for one loan in eight: a form in practice is never complete."""
    unknown = random.random(len(frame)) < 0.125
    return frame.assign(savings=frame["savings"].astype(object).where(~unknown, ""))
