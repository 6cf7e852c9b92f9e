"""The answer of a model with three classes or more: the most probable ones as bars, the others together."""

from webapp.result_page.case import Case, Outcome
from webapp.result_page.scale import percent
from webapp.result_page.values import Answer, RankedClass, Rule, Sentence, in_hundred, sentence, strong
from webapp.wording.chances import band, in_hundred_text, percent_text, whole
from webapp.wording.numbers import add_up

SHOWN = 3  # classes with a bar of their own, unless one more would be the last
CLOSE = 0.05  # nearer than this to the runner-up is a close call
SURE_ENOUGH = 0.5  # from here on "probably" may be said
DEFAULT_BAND = 10.0  # points to either side, where the evaluation left no width


def ranking_answer(case: Case) -> Answer:
    ordered = sorted((case["probabilities"] or {}).items(), key=lambda item: (item[0] != case["answer"], -item[1]))
    answered = case.outcome(case["answer"])
    second = case.outcome(ordered[1][0]) if len(ordered) > 1 else None
    is_close = second is not None and round(case["probability"] - ordered[1][1], 9) <= CLOSE
    headline, emphasis = _headline(case, answered, second if is_close else None)
    return Answer(
        headline=headline,
        emphasis=emphasis,
        lead=_lead(case, answered),
        brief=f"{answered.label}, {_chance_text(case)}",
        heading="The most probable answers",
        rules=_average(case, answered),
        ranking=ranked(ordered, case.is_calibrated),
    )


def _headline(case: Case, answered: Outcome, rival: Outcome | None) -> tuple[str, str]:
    if rival is not None:
        return f"{case.target_label}: a close call between ", f"{answered.label} and {rival.label}"
    if case["probability"] < SURE_ENOUGH:
        return f"{case.target_label}: the best guess is ", answered.label
    if not answered.text:
        return f"{case.target_label}: probably ", answered.label
    text = answered.text.rstrip(".")
    for ending in (answered.short, answered.label):
        if ending and text.endswith(f" {ending}"):
            return text.removesuffix(ending), ending
    return text, ""


def _chance_text(case: Case) -> str:
    if not case.is_calibrated:
        return band(case["probability"], case.quality.get("band_points") or DEFAULT_BAND).text
    return in_hundred_text(case["probability"])


def _lead(case: Case, answered: Outcome) -> Sentence:
    opening = f"The chance of {answered.chance_of} is "
    closing = (f" {case.many} like this one. ", strong(answered.advice))
    if not case.is_calibrated:
        return sentence(opening, strong(_chance_text(case)), *closing)
    chance = case["probability"]
    return sentence(opening, strong(percent_text(chance)), ": ", *in_hundred(chance), *closing)


def _average(case: Case, answered: Outcome) -> tuple[Rule, ...]:
    if case["reference_value"] is None:
        return ()
    figure = strong(in_hundred_text(case["reference_value"]))
    return (Rule("people", sentence(f"Among all {case.many}: ", figure, f" {answered.doing}.")),)


def ranked(ordered: list[tuple[str, float]], is_calibrated: bool = True) -> tuple[RankedClass, ...]:
    """The bars, the answered class first; whole figures that make a hundred with the answered one as said elsewhere."""
    own = len(ordered) if len(ordered) <= SHOWN + 1 else SHOWN
    rows = ordered[:own]
    others = [chance for _, chance in ordered[own:]]
    if others:
        rows = [*rows, (f"The other {len(others)} answers", sum(others))]
    first = whole(rows[0][1])
    rest = add_up([100 * chance for _, chance in rows[1:]], 100 - first, len(rows) - 2 if others else None)
    figures = [first, *rest]
    return tuple(
        RankedClass(label, _figure_text(figure) if is_calibrated else "", percent(100 * chance), position == 0)
        for position, ((label, chance), figure) in enumerate(zip(rows, figures, strict=True))
    )


def _figure_text(figure: int) -> str:
    if figure <= 0:
        return "<1%"
    return ">99%" if figure >= 100 else f"{figure}%"
