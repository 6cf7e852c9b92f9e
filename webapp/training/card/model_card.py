"""
The model card (after Mitchell and others, 2019): what a version is, what it is for, how good it is and where it ends.

Written from nothing but the metadata. No heading stays empty: where nobody said anything, the card says that, and which
line of the spec would.
"""

from collections.abc import Mapping
from typing import Any

from webapp.training.card.evidence import evaluation_data, metrics, quantitative_analyses, training_data
from webapp.training.card.limits import caveats, ethical_considerations
from webapp.training.card.purpose import factors, intended_use, model_details
from webapp.training.card.text import markdown

SECTIONS = (
    model_details,
    intended_use,
    factors,
    metrics,
    evaluation_data,
    training_data,
    quantitative_analyses,
    ethical_considerations,
    caveats,
)


def model_card(metadata: Mapping[str, Any]) -> str:
    """The card of a version as Markdown."""
    words = metadata["words"]
    title = f"{words['title'] or metadata['schema']['target']['label']}, version {metadata['number']}"
    return markdown(title, [section(metadata) for section in SECTIONS])
