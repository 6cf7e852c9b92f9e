"""What it cost to learn from a sample: the learning curve carried on to all rows, as far as that can be said."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from webapp.training.evaluation.learning_curve import LearningCurve


@dataclass(frozen=True, slots=True)
class SampleCost:
    """`likely` and `most`: which share of the loss all rows would take off; None where nobody can say."""

    rows: int
    of: int
    sentence: str
    likely: float | None = None
    most: float | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def sample_cost(curve: LearningCurve | None, rows: int, of: int) -> SampleCost:
    """
    `rows` of the sample and `of` how many it is one.

    Likely: each doubling saves as much less than the one before as the last did. At most: each saves the most that the
    last one may have saved. It is a line drawn beyond what was measured, and the sentence says so.
    """
    start = f"The model learned from a sample of {rows:,} of {of:,} rows. "
    found = curve.more_rows if curve else None
    if found is None or found.saved is None:
        return SampleCost(rows, of, f"{start}What that cost in accuracy is not known: {_why(curve)}")
    doublings = float(np.log2(of / rows))
    whole, part = int(doublings), doublings % 1
    shrink = found.next / found.saved if found.saved > 0 else 0.0
    likely = found.saved * (sum(shrink**step for step in range(1, whole + 1)) + part * shrink ** (whole + 1))
    likely, most = max(float(likely), 0.0), max(float(found.high * doublings), 0.0)
    likely, most = min(likely, 1.0), min(max(most, likely), 1.0)
    if found.high <= 0:
        said = "twice the rows took nothing off the loss, so the sample cost nothing that can be seen"
    elif found.low <= 0:
        said = (
            "twice the rows changed the loss by no more than chance does, so the sample probably cost little; all rows "
            f"would take off {_percent(most)} at the very most"
        )
    else:
        said = (
            f"twice the rows took {_percent(found.saved)} off the loss; carried on like that, all rows would take off "
            f"about {_percent(likely)}, and {_percent(most)} at the very most"
        )
    return SampleCost(rows, of, f"{start}By its learning curve {said}. To learn from more: --rows", likely, most)


def _why(curve: LearningCurve | None) -> str:
    if curve is None:
        return "no learning curve was made"
    sentence = curve.more_rows.sentence
    return sentence[0].lower() + sentence[1:]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"
