"""Cases and decisions to write down; each test states only what differs."""

from webapp.prediction.values import CareFlag, Prediction, Reason
from webapp.records.actors import Actor
from webapp.records.decisions import Decision
from webapp.records.predictions import Case

ADA = Actor("person", "ada@example.org", "Ada")
BEN = Actor("person", "ben@example.org", "Ben")


def prediction(**overrides) -> Prediction:
    fields = {
        "answer": "Yes",
        "label": "This customer will probably leave",
        "probability": 0.7301234567890123,
        "probabilities": {"Yes": 0.7301234567890123, "No": 0.2698765432109877},
        "value": None,
        "interval": None,
        "reference": 0.26536987,
        "reasons": (
            Reason("Contract", "Contract", "Month-to-month", 21.25, "up"),
            Reason("tenure", "Months with us", "2 months", 14.125, "up"),
        ),
        "warnings": (CareFlag("outside_range", "tenure", "More months than in any earlier case"),),
        "light": "amber",
        "version": "20261001T101010Z-0123abcd",
    }
    return Prediction(**fields | overrides)


def case(**overrides) -> Case:
    fields = {
        "model": "churn",
        "manifest_sha": "ab" * 32,
        "decision_id": None,
        "who": ADA,
        "channel": "form",
        "row": {"tenure": 2.0, "Contract": "Month-to-month", "note": None},
        "answers": {"tenure": "2", "Contract": "Month-to-month", "note": ""},
        "prediction": prediction(),
    }
    return Case(**fields | overrides)


def decision(version: str = "20261001T101010Z-0123abcd", **overrides) -> Decision:
    fields = {
        "model": "churn",
        "action": "promote",
        "version": version,
        "who": ADA,
        "why": "It passed every gate",
        "words": {"title": "Customer churn", "number": 7, "trained_at": "2026-10-01T10:10:10Z"},
        "manifest_sha": "cd" * 32,
    }
    return Decision(**fields | overrides)
