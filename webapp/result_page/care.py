"""The note that stands first when a case lies outside the model's experience."""

from webapp.result_page.case import Case
from webapp.result_page.values import Care, Sentence, sentence, strong
from webapp.wording.quoting import shown

CALM = "green"
CALM_WORDS = "Nothing about this case is unusual for the model."
GENERIC = "This case is unlike those the model learned from."


def care_note(case: Case) -> Care | None:
    """None where nothing was flagged."""
    flags = case["warnings"] or ()
    if not flags and (case["light"] or CALM) == CALM:
        return None
    said = tuple(_flag(case, flag) for flag in flags) or (sentence(GENERIC),)
    if case["light"] == "red":
        return Care("Do not rely on this estimate alone", "bad", "bad", said)
    return Care("Treat this estimate with care", "care", "care", said)


def calm_words(case: Case) -> str:
    """What the third light says; '' where there is a note of care, or nobody looked."""
    return CALM_WORDS if case["light"] == CALM and not case["warnings"] else ""


def _flag(case: Case, flag: dict[str, str]) -> Sentence:
    """The stored text, the field's name in it in bold."""
    text, label = flag["text"], case.stored_label(flag.get("feature") or "")
    if label and text.startswith(label):
        return sentence(strong(shown(label)), shown(text.removeprefix(label)))
    return sentence(shown(text))
