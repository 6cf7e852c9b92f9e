"""The answer of a model that estimates a number: the number, the range past cases fell into, the average."""

import math

from webapp.result_page.case import Case
from webapp.result_page.scale import LIFT, Mark, case_labels, percent, place_below, width_of, zone
from webapp.result_page.values import Answer, Scale, Sentence, Text, sentence, strong
from webapp.wording.amounts import Measure, amount_text, range_text, step_for
from webapp.wording.quoting import shortened

TICK_ROW, FIRST_ROW, BELOW_LAST_ROW = 88, 117, 7  # px
LONGEST_NOUN = 24  # characters of the word for a case that fit on the narrowest screen
TICK_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
FEW_TICKS, MANY_TICKS = 3, 5
NEAR_ZERO = 0.7  # an axis whose nearer end is within this share of its farther end begins at 0
WIDEST_TICK = 18.0  # percent of the narrowest picture: wider labels leave room for FEW_TICKS only


def estimate_answer(case: Case) -> Answer:
    value = amount_text(case["value"], case.measure, value_step(case))
    return Answer(
        headline=f"Estimated {case.target_in_sentence}: ",
        emphasis=value,
        lead=_lead(case),
        brief=value,
        heading=f"The {case.target_in_sentence}, beside its range and the average"
        if has_range(case)
        else f"The {case.target_in_sentence}, beside the average",
        scale=estimate_scale(case),
    )


def has_range(case: Case) -> bool:
    return case["low"] is not None and case["high"] is not None


def value_step(case: Case) -> float:
    """What the value is rounded to: three figures of its range or, without one, of twice the typical error."""
    if has_range(case):
        return step_for(case["value"], case["low"], case["high"], case.measure)
    error = case.quality.get("median_error")
    return step_for(case["value"], -error, error, case.measure) if error else 0.0


def error_text(case: Case) -> str:
    """'$150', or '' where it was not measured."""
    error = case.quality.get("median_error")
    return "" if error is None else own_text(case, error)


def own_text(case: Case, amount: float) -> str:
    """An amount with three figures of its own: '$210'."""
    return amount_text(amount, case.measure, step_for(amount, 0, amount, case.measure))


def share_text(share: float) -> str:
    """'8 in 10', '95 in 100'"""
    tenths = round(10 * share, 6)
    return f"{tenths:.0f} in 10" if tenths.is_integer() and 0 < tenths < 10 else f"{round(100 * share)} in 100"


def _lead(case: Case) -> Sentence:
    if not has_range(case):
        average = amount_text(case["reference_value"], case.measure, value_step(case))
        return sentence(f"The average of all {case.many} is ", strong(average), ".")
    ends = strong(range_text(case["low"], case["high"], case.measure, "and"))
    real = f"the real {case.target_in_sentence} was"
    if _defends_coverage(case):
        share = strong(share_text(case["coverage"]))
        return sentence("For ", share, f" past {case.many} like this one {real} between ", ends, ".")
    return sentence(f"For past {case.many} like this one {real} usually between ", ends, ".")


def _defends_coverage(case: Case) -> bool:
    return case["coverage"] is not None and case.quality.get("coverage_defended") is not False


def estimate_scale(case: Case) -> Scale:
    """The case with its range on an axis that also holds the average."""
    measure, step = case.measure, value_step(case)
    numbers = [case[name] for name in ("value", "low", "high", "reference_value") if case[name] is not None]
    ticks = axis_ticks(min(numbers), max(numbers), measure)
    start, end = ticks[0], ticks[-1]

    def at(number: float) -> float:
        return 100 * (number - start) / (end - start)

    one, many = shortened(case.one, LONGEST_NOUN), shortened(case.many, LONGEST_NOUN)
    value, average = amount_text(case["value"], measure, step), case["reference_value"]
    below = [] if average is None else [Mark(at(average), f"All {many}: {amount_text(average, measure, step)}")]
    stems, labels = place_below(tuple(below), FIRST_ROW)
    lift = 0 if has_range(case) else LIFT
    return Scale(
        title=_title(case, value),
        description=f"A line from {amount_text(start, measure)} to {amount_text(end, measure)}.",
        height=(FIRST_ROW if below else TICK_ROW) + BELOW_LAST_ROW - lift,
        lift=-lift,
        labels=(*case_labels(at(case["value"]), (f"This {one}: {value}", *_range_line(case))), *labels),
        stems=stems,
        ends=tuple(_tick_label(number, at(number), ticks, measure) for number in ticks),
        ticks=tuple(percent(at(number)) for number in ticks),
        range=zone(at(case["low"]), at(case["high"])) if has_range(case) else None,
        mark=percent(at(case["value"])),
    )


def _title(case: Case, value: str) -> str:
    sentences = [f"Estimated {case.target_in_sentence} {value}"]
    if has_range(case):
        sentences.append(f"usual range {range_text(case['low'], case['high'], case.measure)}")
    if case["reference_value"] is not None:
        average = amount_text(case["reference_value"], case.measure, value_step(case))
        sentences.append(f"average of all {case.many} {average}")
    return ", ".join(sentences)


def _range_line(case: Case) -> tuple[str, ...]:
    if not has_range(case):
        return ()
    share = share_text(case["coverage"]) if _defends_coverage(case) else "usually"
    return (f"{share}: {range_text(case['low'], case['high'], case.measure)}",)


def axis_ticks(low: float, high: float, measure: Measure) -> list[float]:
    """Round numbers around the range, from 0 where the range comes near it; at most five, three where they are long."""
    if 0 <= low < NEAR_ZERO * high:
        low = 0.0
    if NEAR_ZERO * low < high <= 0:
        high = 0.0
    ticks = _round_numbers(low, high, MANY_TICKS)
    if max(width_of(_tick_text(tick, ticks, measure)) for tick in ticks) > WIDEST_TICK:
        ticks = _round_numbers(low, high, FEW_TICKS)
    return ticks


def _round_numbers(low: float, high: float, most: int) -> list[float]:
    span = (high - low) or abs(high) or 1.0
    magnitude = 10.0 ** math.floor(math.log10(span / (most - 1)))
    for factor in (*TICK_STEPS, 20.0, 25.0, 50.0):
        step = factor * magnitude
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if 0 < last - first < most:
            return [number * step for number in range(first, last + 1)]
    return [low, low + span]


def _tick_label(number: float, at: float, ticks: list[float], measure: Measure) -> Text:
    anchor = {ticks[0]: "start", ticks[-1]: "end"}.get(number, "middle")
    return Text(_tick_text(number, ticks, measure), percent(at), TICK_ROW, anchor)


def _tick_text(number: float, ticks: list[float], measure: Measure) -> str:
    """The unit behind a number stands at the last tick only."""
    step = 10.0 ** math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9) / 10
    text = amount_text(number, measure, step)
    return text if number == ticks[-1] else text.removesuffix(f" {measure.unit}")
