"""A hundred circles beside the words, filled row by row: the same hundred that every chance is said in."""

from webapp.result_page.values import Hundred
from webapp.wording.chances import figure_text, of_hundred_text, whole


def hundred(probability: float, many: str, yes: str, no: str) -> Hundred:
    """`yes` and `no` are what cases do: 'leave', 'stay'; both counts always make a hundred."""
    filled = whole(probability)
    said = f"{of_hundred_text(probability)} of 100 {many} like this one {yes}, {_rest_text(filled)} {no}"
    return Hundred(
        sentence=said[0].upper() + said[1:],
        filled=_first(filled),
        hollow=_after(filled),
        counts=((figure_text(filled), yes), (figure_text(100 - filled), no)),
    )


def _rest_text(filled: int) -> str:
    return {0: "more than 99", 100: "fewer than 1"}.get(filled, str(100 - filled))


def _first(count: int) -> str:
    """The outline of the first `count` squares of a hundred, as the path of a drawing; '' for none."""
    rows, more = divmod(count, 10)
    if not more:
        return f"M0 0h100v{10 * rows}H0z" if rows else ""
    return f"M0 0h100v{10 * rows}H{10 * more}v10H0z"


def _after(count: int) -> str:
    """The outline of the squares after the first `count`; '' for none."""
    rows, more = divmod(count, 10)
    if count == 100:
        return ""
    if not more:
        return f"M0 {10 * rows}h100v{100 - 10 * rows}H0z"
    return f"M{10 * more} {10 * rows}h{100 - 10 * more}v{100 - 10 * rows}H0V{10 * rows + 10}h{10 * more}z"
