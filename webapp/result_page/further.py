"""The way from an answer to what would change it: the same for ever, as nothing of it is worked out here."""

from collections.abc import Sequence
from urllib.parse import quote

from webapp.parsing.texts import in_sentence
from webapp.prediction.allowed_changes import is_changeable
from webapp.result_page.case import Case
from webapp.result_page.values import Further
from webapp.schema import Schema
from webapp.wording.numbers import listed, number_word
from webapp.wording.quoting import shown

NAMED = 4  # fields; a longer list is not read
LONGEST = 80  # characters of their names; nor are more of these
NOTHING_NAMED = "Nobody has said which answers of this model can be changed, so nothing is suggested."
BY_YOURSELF = "You can try out any change yourself: nothing is kept unless you save it."


def further(case: Case) -> Further:
    own = f"/predictions/{quote(case['id'] or '')}"
    text = case.told.once("further", lambda: invitation(case.schema))
    return Further(
        text=f"{text or NOTHING_NAMED} {BY_YOURSELF}",
        what_if_url=f"{own}/what-if",
        changes_url=f"{own}/changes" if text else "",
    )


def invitation(schema: Schema) -> str:
    """What is tried out for whoever wants to know; '' where nothing can be."""
    names = named_in_sentence(schema, changeable(schema))
    of = f" of {names}" if len(names) <= LONGEST else ""
    return f"Up to three changes{of} can be suggested, each worked out by this version." if names else ""


def changeable(schema: Schema) -> list[int]:
    """The positions of the answers that may be changed."""
    return [position for position, feature in enumerate(schema.features) if is_changeable(feature)]


def named_in_sentence(schema: Schema, positions: Sequence[int]) -> str:
    """'amount, term and guarantor'; of many the first and how many more."""
    names = [shown(in_sentence(schema.features[position].label)) for position in positions]
    if len(names) > NAMED + 1:
        names = [*names[:NAMED], f"{number_word(len(names) - NAMED)} other answers"]
    return listed(names)
