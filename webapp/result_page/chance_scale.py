"""The picture of a chance: a line from 0 to 100, the case on it, the average and the rule on stems below."""

from webapp.result_page.case import Case
from webapp.result_page.scale import LIFT, Mark, case_labels, percent, place_below, zone
from webapp.result_page.values import Scale, Text
from webapp.wording.chances import Band, figure_text, in_hundred_text, rule_text, whole
from webapp.wording.quoting import shortened

ENDS_ROW, FIRST_ROW, BELOW_LAST_ROW = 79, 99, 7  # px
LONGEST_NOUN = 30  # characters of the word for a case that fit on the narrowest screen
ENDS = (Text("0", "0", ENDS_ROW), Text("100", "100%", ENDS_ROW, "end"))


def chance_scale(case: Case, probability: float, band: Band | None) -> Scale:
    at = (band.low + band.high) / 2 if band else 100 * probability
    figure = band.short_text if band else figure_text(whole(probability))
    stems, below = place_below(tuple(_marks(case)), FIRST_ROW)
    return Scale(
        title=_title(case, band.text if band else in_hundred_text(probability)),
        description="A line from 0 to 100 in 100 with this case above it and what it is compared with below it.",
        height=max((label.y for label in below), default=ENDS_ROW) + BELOW_LAST_ROW - LIFT,
        labels=(
            *case_labels(at, (f"This {shortened(case.one, LONGEST_NOUN)}: {figure}",)),
            *below,
        ),
        stems=stems,
        ends=ENDS,
        flagged=None if case.threshold is None else zone(100 * case.threshold, 100),
        range=zone(band.low, band.high) if band else None,
        lift=-LIFT,
        mark="" if band else percent(at),
    )


def _title(case: Case, said: str) -> str:
    sentences = [f"This {case.one}: {said}."]
    if case["reference_value"] is not None:
        sentences.append(f"All {case.many}: {in_hundred_text(case['reference_value'])}.")
    if case.threshold is not None:
        sentences.append(f"Flagged from {rule_text(case.threshold).rstrip('%')} in 100.")
    return " ".join(sentences)


def _marks(case: Case) -> list[Mark]:
    marks = []
    if (average := case["reference_value"]) is not None:
        noun = shortened(case.many, LONGEST_NOUN)
        marks.append(Mark(100 * average, f"All {noun}: {figure_text(whole(average))}"))
    if case.threshold is not None:
        marks.append(Mark(100 * case.threshold, f"Flag from {rule_text(case.threshold).rstrip('%')}", is_rule=True))
    return marks
