"""How often answers like this one proved right, on cases the model was tried on before it came into use."""

from collections.abc import Mapping
from typing import Any

from webapp.result_page.about import MAY_HAVE_SEEN, is_adopted
from webapp.result_page.case import Case
from webapp.result_page.estimate import error_text, own_text
from webapp.result_page.values import Rule, Sentence, quiet, sentence, strong
from webapp.wording.amounts import range_text
from webapp.wording.chances import hundred_text, of_hundred_text
from webapp.wording.numbers import counted, to_whole

FEWEST = 20  # cases below which nothing is said about them


def proved_rule(case: Case) -> tuple[Rule, ...]:
    """Nothing where it was not counted, or where the page shows a range because chances cannot be defended."""
    said = _of_number(case) if case.target.task == "number" else _of_classes(case)
    if not said:
        return ()
    return (Rule("people", (*said, *sentence(quiet(f" {MAY_HAVE_SEEN}" if is_adopted(case) else "")))),)


def _of_classes(case: Case) -> Sentence:
    if not case.is_calibrated:
        return ()
    bins = case.quality.get("proved") or ()
    for place, one in enumerate(bins):
        if case["probability"] <= one["most"]:
            return case.told.once(("proved", case["answer"], place), lambda one=one: _of_bin(case, one))
    return ()


def _of_bin(case: Case, one: Mapping[str, Any]) -> Sentence:
    if one["rows"] < FEWEST:
        return ()
    tried = f"Of {_tried(case, one)}{_chances_text(one['least'], one['most'])}, "
    share = {0.0: "none", 1.0: "all"}.get(one["happened"], hundred_text(one["happened"]))
    if case.target.task == "binary":
        return sentence(tried, strong(share), f" really {case.outcome(case.target.positive).doing}.")
    return sentence(tried, "it was right for ", strong(share), ".")


def _chances_text(least: float, most: float) -> str:
    """' with a chance from 70 to 79 in 100', ' with a chance under 5 in 100', '' where they are all there are"""
    low, high = to_whole(100 * least), to_whole(100 * most)
    if low <= 0 and high >= 100:
        return ""
    if low <= 0:
        return f" with a chance under {max(high, 1)} in 100"
    if high >= 100:
        return f" with a chance of {low} in 100 or more"
    return f" with a chance of about {low} in 100" if low == high else f" with a chance from {low} to {high} in 100"


def _of_number(case: Case) -> Sentence:
    ranges = case.quality.get("proved") or ()
    for place, one in enumerate(ranges):
        if one["least"] <= case["value"] <= one["most"] and one["rows"] >= FEWEST:
            return case.told.once(("proved", place), lambda one=one: _of_range(case, one))
    if not (error := error_text(case)):
        return ()
    of_what = f" of the real {case.target_in_sentence}."
    return sentence("Half of the model's estimates are within ", strong(error), of_what)


def _of_range(case: Case, one: Mapping[str, Any]) -> Sentence:
    tried = (
        f"Of {_tried(case, one)} with estimates from {range_text(one['least'], one['most'], case.measure)}, half were"
    )
    held = one.get("coverage")
    if held is None or case.quality.get("coverage_defended") is False:
        ranges = "."
    else:
        ranges = f", and its ranges held {of_hundred_text(held)} in 100."
    error = own_text(case, one["typical"])
    return sentence(tried, " within ", strong(error), f" of the real {case.target_in_sentence}{ranges}")


def _tried(case: Case, one: Mapping[str, Any]) -> str:
    return f"{counted(one['rows'], case.one, case.many)} it was tried on"
