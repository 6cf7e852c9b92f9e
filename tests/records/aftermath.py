"""Predictions whose outcomes get known; each test states only what differs."""

from tests.records.cases import ADA, case, prediction
from webapp.prediction.values import Interval
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.outcomes import By, Happened, Kept, record_outcome
from webapp.records.predictions import PredictionRecord, record_or_follow
from webapp.schema import Target

CHURN = Target("Churn", "classes", "Churn", classes=("No", "Yes"), positive="Yes")
SAID = {
    "Yes": {"short": "leave", "chance": "leaving", "text": "This customer will probably leave."},
    "No": {"short": "stay", "chance": "staying", "text": "This customer will probably stay"},
}
RULE = OutcomeRule(CHURN, 0.4, SAID)
PRICE = Target("price", "number", "Price", unit="$", decimals=2, observed=(300.0, 19000.0))
PRICES = OutcomeRule(PRICE, None, {})
RANGE = Interval(4000.0, 6000.0, 0.8)


def churned(database, probability: float = 0.73, **overrides) -> PredictionRecord:
    """An answer with that chance of leaving."""
    answer = "Yes" if probability >= 0.5 else "No"
    said = {"probability": probability, "probabilities": {"No": 1 - probability, "Yes": probability}}
    return record_or_follow(database, case(prediction=prediction(answer=answer, **said), **overrides))[0]


def priced(database, value: float = 5000.0, interval: Interval | None = RANGE, **overrides):
    said = {"answer": "", "probability": None, "probabilities": None, "value": value, "interval": interval}
    return record_or_follow(database, case(model="prices", prediction=prediction(**said), **overrides))[0]


def tell(database, record, value: str, seq: int = 0, who=ADA, rule=RULE, **more) -> Kept:
    return record_outcome(database, Happened(record, rule, value, **more), By(who, "form"), seq)
