"""The answer of a model with two classes: the chance of the positive one, beside the average and the rule."""

from dataclasses import dataclass

from webapp.result_page.case import Case, Outcome
from webapp.result_page.chance_scale import chance_scale
from webapp.result_page.hundred import hundred
from webapp.result_page.values import Answer, Rule, Sentence, in_hundred, quiet, sentence, strong
from webapp.wording.chances import Band, band, in_hundred_text, percent_text, rule_text
from webapp.wording.dates import iso_day_text
from webapp.wording.quoting import shown

CLOSE = 0.05  # nearer than this to the rule, or to even chances where there is none, is a close call
JUST = 0.01  # nearer than this, the rounded chance and the rule may read alike
DEFAULT_BAND = 10.0  # points to either side, where the evaluation left no width
EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Chance:
    """The positive class's chance in one case, and where it stands."""

    case: Case
    probability: float
    yes: Outcome
    no: Outcome

    @property
    def threshold(self) -> float | None:
        return self.case.threshold

    @property
    def is_flagged(self) -> bool:
        return self.threshold is not None and self.probability >= self.threshold

    @property
    def is_close(self) -> bool:
        rule = EVEN if self.threshold is None else self.threshold
        return round(abs(self.probability - rule), 9) <= CLOSE

    @property
    def is_even(self) -> bool:
        return round(abs(self.probability - EVEN), 9) <= CLOSE

    @property
    def band(self) -> Band | None:
        """The range to show instead of a figure, or None where the figure is defended."""
        if self.case.is_calibrated:
            return None
        return band(self.probability, self.case.quality.get("band_points") or DEFAULT_BAND)

    @property
    def text(self) -> str:
        """'74 in 100' or 'between 20 and 35 in 100'"""
        return self.band.text if self.band else in_hundred_text(self.probability)

    @property
    def expected(self) -> Outcome:
        return self.yes if self.probability >= EVEN else self.no


def chance_answer(case: Case) -> Answer:
    chance = Chance(case, case["probability"], case.outcome(case.target.positive), case.outcome(case.other_class))
    headline, emphasis = _headline(chance)
    return Answer(
        headline=headline,
        emphasis=emphasis,
        lead=_lead(chance),
        brief=f"Chance of {chance.yes.chance_of}: {chance.text}",
        heading=_heading(chance),
        scale=chance_scale(case, chance.probability, chance.band),
        rules=_rules(chance),
        hundred=None if chance.band else hundred(chance.probability, case.many, chance.yes.doing, chance.no.doing),
    )


def _headline(chance: Chance) -> tuple[str, str]:
    if chance.is_even:
        return _even_headline(chance)
    expected = chance.expected
    if not expected.text:
        return f"{chance.case.target_label}: probably ", expected.label
    text = expected.text.rstrip(".")
    if expected.short and text.endswith(f" {expected.short}"):
        return text.removesuffix(expected.short), expected.short
    return text, ""


def _even_headline(chance: Chance) -> tuple[str, str]:
    opening = "Close call: " if chance.is_close else ""
    first, second = (chance.yes, chance.no) if chance.expected is chance.yes else (chance.no, chance.yes)
    if first.short and second.short:
        subject = f"this {chance.case.one} may " if opening else f"This {chance.case.one} may "
        return f"{opening}{subject}", f"{first.short} or {second.short}"
    return f"{opening}{chance.case.target_label} may be ", f"{first.quoted} or {second.quoted}"


def _lead(chance: Chance) -> Sentence:
    opening = f"The chance of {chance.yes.chance_of} is "
    decision = strong(" ".join(words for words in (_verdict(chance), _advice(chance)) if words))
    if chance.band:
        return sentence(opening, strong(chance.band.text), f" {chance.case.many} like this one. ", decision)
    return sentence(
        opening,
        strong(percent_text(chance.probability)),
        ": ",
        *in_hundred(chance.probability),
        f" {chance.case.many} like this one. ",
        decision,
    )


def _verdict(chance: Chance) -> str:
    if chance.threshold is None:
        return ""
    verdict = "flagged" if chance.is_flagged else "not flagged"
    return f"Close call, {verdict}." if chance.is_close and not chance.is_even else f"{verdict.capitalize()}."


def _advice(chance: Chance) -> str:
    if chance.threshold is None:
        return chance.expected.advice
    return chance.yes.advice if chance.is_flagged else chance.no.advice


def _heading(chance: Chance) -> str:
    return (
        "The chance, beside the average" if chance.threshold is None else "The chance, beside the average and our rule"
    )


def _rules(chance: Chance) -> tuple[Rule, ...]:
    if chance.threshold is None:
        return ()
    decision = chance.case.words["decision"]
    side = "above" if chance.is_flagged else "below"
    if round(abs(chance.probability - chance.threshold), 9) < JUST:
        side = f"just {side}" if chance.probability != chance.threshold else "exactly there"
    set_by = [
        part for part in (shown(decision.get("set_by") or ""), iso_day_text(decision.get("set_on") or "")) if part
    ]
    return (
        Rule(
            "flag",
            sentence(
                f"We flag {chance.case.many} at ",
                strong(f"{rule_text(chance.threshold)} or more"),
                ". ",
                strong("Close call. ") if chance.is_close else "",
                f"This one is {side}, so it is {'' if chance.is_flagged else 'not '}flagged.",
                quiet(f" Set by {', '.join(set_by)}." if decision.get("set_by") else ""),
            ),
        ),
    )
