"""Made-up records and words of decisions, complete; a test states only what differs."""

from webapp.schema import Choice, Feature, Group, Schema, Target

YES_NO = (Choice("Yes", "Yes"), Choice("No", "No"))
CONTRACTS = tuple(Choice(name, name) for name in ("Month-to-month", "One year", "Two year"))
PHONE, BILL = "Phone", "Contract and bill"

CHURN = Schema(
    model="churn",
    features=(
        Feature("PhoneService", "yes_no", "Phone service", group=PHONE, choices=YES_NO),
        Feature("Contract", "category", "Contract", group=BILL, choices=CONTRACTS),
        Feature("tenure", "integer", "Tenure", unit="months", group=BILL),
        Feature("MonthlyCharges", "number", "Monthly charges", unit="$", group=BILL, decimals=2),
        Feature("TotalCharges", "number", "Total charges", unit="$", group=BILL, decimals=2, missing_seen=True),
        Feature("Joined", "date", "Joined", group=BILL),
        Feature("SeniorCitizen", "yes_no", "Senior citizen", group=BILL, choices=YES_NO),
    ),
    target=Target("Churn", "classes", "Churn", classes=("No", "Yes"), positive="Yes"),
    groups=(Group(PHONE), Group(BILL)),
    id_column="customerID",
    id_label="Customer number",
)
CHURN_ROW = [1.0, "Month-to-month", 20.0, 118.9, None, "2025-03-01", 0.0]
CHURN_WORDS = {
    "title": "Customer churn",
    "question": "Will this customer leave?",
    "case": "customer",
    "cases": "customers",
    "owner": "Customer Insight",
    "contact": "extension 4410",
    "objective": "",
    "geography": "California",
    "timezone": "Europe/Berlin",
    "notice": "",
    "outcomes": {
        "Yes": {
            "text": "This customer will probably leave",
            "chance": "leaving",
            "short": "leave",
            "advice": "Offer a retention call.",
        },
        "No": {"text": "This customer will probably stay", "chance": "staying", "short": "stay", "advice": ""},
    },
    "decision": {"threshold": 0.4, "set_by": "the Retention team", "set_on": "2026-10-03"},
    "schema": CHURN.to_json(),
    "number": 7,
    "version": "20261012T080000Z-0a1b2c3d",
    "trained_at": "2026-10-12T08:00:00Z",
    "trained_rows": 5634,
    "data_until": "",
    "quality": {"holdout_rows": 1409, "precision": 0.61, "recall": 0.66, "calibrated": True},
}
GENERIC = {"title": "", "question": "", "case": "", "cases": "", "outcomes": {}, "decision": {"threshold": None}}

WINE = Schema(
    model="wine",
    features=(Feature("alcohol", "number", "Alcohol", unit="%", decimals=1), Feature("hue", "number", "Hue")),
    target=Target("cultivar", "classes", "Cultivar", classes=("A", "B", "C")),
)
WINE_WORDS = {"schema": WINE.to_json(), "case": "wine", "cases": "wines", "quality": {"accuracy": 0.96}}

PRICE = Schema(
    model="diamonds",
    features=(Feature("carat", "number", "Weight", unit="carat", decimals=2), Feature("x", "number", "Length")),
    target=Target("price", "number", "Price", unit="$"),
)
PRICE_WORDS = {
    "schema": PRICE.to_json(),
    "title": "Diamond prices",
    "case": "diamond",
    "cases": "diamonds",
    "quality": {"median_error": 150.0, "coverage": 0.78},
}


def reason(schema, name, points, value_text="20"):
    return {
        "feature": name,
        "label": schema.by_name[name].label,
        "value_text": value_text,
        "points": points,
        "direction": "down" if points < 0 else "up",
    }


def record(schema, row, **columns):
    return {
        "id": "7q4mz2vkAbCdEfGh12_-zz",
        "reference": "7Q4MZ2VK",
        "model": schema.model,
        "version": "20261012T080000Z-0a1b2c3d",
        "at": "2026-11-20T13:32:00+00:00",
        "business_key": "",
        "row": row,
        "answer": "",
        "reasons": [],
        "warnings": [],
        "light": "green",
        "channel": "form",
    } | columns


def churn(probability, **columns):
    """A case of two classes; its reasons sum to the difference from a base rate of .265."""
    difference = 100 * (probability - 0.265)
    weights = {"Contract": 0.5, "MonthlyCharges": 0.3, "tenure": -0.2, "TotalCharges": 0.15, "PhoneService": 0.12}
    weights |= {"Joined": 0.1, "SeniorCitizen": 0.03}
    reasons = [reason(CHURN, name, weight * difference) for name, weight in weights.items()]
    return (
        record(CHURN, CHURN_ROW)
        | {
            "probability": probability,
            "probabilities": {"Yes": probability, "No": 1 - probability},
            "answer": "Yes" if probability >= 0.5 else "No",
            "reference_value": 0.265,
            "reasons": reasons,
        }
        | columns
    )


def wine(probabilities, **columns):
    answer = max(probabilities, key=probabilities.get)
    difference = 100 * (probabilities[answer] - 1 / 3)
    return (
        record(WINE, [13.2, 1.05])
        | {
            "probability": probabilities[answer],
            "probabilities": probabilities,
            "answer": answer,
            "reference_value": 1 / 3,
            "reasons": [reason(WINE, "alcohol", 2 * difference), reason(WINE, "hue", -difference)],
        }
        | columns
    )


def price(value, low=None, high=None, **columns):
    difference = value - 3870.4
    return (
        record(PRICE, [1.0, 6.36])
        | {
            "value": value,
            "low": low,
            "high": high,
            "coverage": None if low is None else 0.8,
            "reference_value": 3870.4,
            "reasons": [reason(PRICE, "carat", 0.9 * difference), reason(PRICE, "x", 0.1 * difference)],
        }
        | columns
    )
