"""What the reader should know about the model behind the answer, in plain words."""

from webapp.result_page.case import Case
from webapp.result_page.estimate import error_text
from webapp.result_page.values import Fact
from webapp.wording.chances import of_hundred_text
from webapp.wording.dates import iso_day_text
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import shown

ADOPTED = "adopted"
MAY_HAVE_SEEN = "It may have learned from the cases it was tried on; then it looks better here than it is."


def facts(case: Case) -> tuple[Fact, ...]:
    """Facts nobody wrote or measured are left out."""
    return case.told.once(("facts", case["version"]), lambda: _facts(case))


def _facts(case: Case) -> tuple[Fact, ...]:
    told = (
        ("Model and version", _version(case)),
        ("Learned from", _learned_from(case)),
        ("How good it is", how_good(case)),
        ("What it is for", case.word("objective")),
        ("Know its limits", _limits(case)),
        ("Owner", case.word("owner")),
        ("Contact", case.word("contact")),
    )
    return tuple(Fact(term, text) for term, text in told if text)


def title_of(case: Case) -> str:
    return case.word("title") or shown(case.schema.model)


def how_good(case: Case) -> str:
    """What was measured on cases the model had not seen; '' where nothing was."""
    if case.target.task == "many":
        return _how_good_many(case)
    text = _how_good_binary(case) if case.target.task == "binary" else _how_good_number(case)
    if text and is_adopted(case):
        return f"{text} {MAY_HAVE_SEEN}"
    if not (text and _is_rough(case)):
        return text
    return f"On only {counted(case.quality['holdout_rows'], case.one, case.many)}: {text[0].lower()}{text[1:]}"


def is_adopted(case: Case) -> bool:
    """Whether the model was fitted elsewhere."""
    return case.words.get("estimator") == ADOPTED


def _version(case: Case) -> str:
    number = case.words.get("number")
    return f"{title_of(case)}, version {number}" if number else f"{title_of(case)}, {shown(case['version'] or '')}"


def _learned_from(case: Case) -> str:
    rows, trained = case.words.get("trained_rows"), case.words.get("trained_at")
    if is_adopted(case):
        return f"Cases that are not known here: it was made elsewhere, and taken over {iso_day_text(trained)}"
    pieces = [counted(rows, case.one, case.many)] if rows else []
    if until := case.words.get("data_until"):
        pieces.append(f"up to {iso_day_text(until)}")
    if trained:
        pieces.append(f"trained {iso_day_text(trained)}")
    return ", ".join(pieces)


def _limits(case: Case) -> str:
    geography = case.word("geography")
    return f"Its cases came from: {geography.rstrip('.')}. Elsewhere it may be wrong." if geography else ""


def _about(share: float) -> str:
    """'about 61', 'fewer than 1', 'more than 99'"""
    text = of_hundred_text(share)
    return f"about {text}" if text.isdigit() else text


def _is_rough(case: Case) -> bool:
    """Whether too few cases were kept back for figures out of 100."""
    return bool(case.quality.get("is_rough") and case.quality.get("holdout_rows"))


def _how_good_binary(case: Case) -> str:
    yes = case.outcome(case.target.positive)
    precision, recall = case.quality.get("precision"), case.quality.get("recall")
    picks = "it flags" if case.threshold is not None else f"it expects to {yes.short}" if yes.short else "it picks out"
    really = f"really {yes.doing}"
    sentences = []
    if precision is not None:
        sentences.append(f"Of 100 {case.many} {picks}, {_about(precision)} {really}.")
    if recall is not None:
        sentences.append(f"It finds {_about(recall)} of every 100 that {yes.doing}.")
    return " ".join(sentences)


def _how_good_many(case: Case) -> str:
    accuracy, baseline = case.quality.get("accuracy"), case.quality.get("baseline_accuracy")
    if accuracy is None:
        return ""
    if _is_rough(case):
        rows = case.quality["holdout_rows"]
        text = f"Right for {round(accuracy * rows)} of {counted(rows, case.one, case.many)} kept back for judging."
        usual = count_text(round(baseline * rows)) if baseline is not None else ""
    else:
        text = f"Of 100 {case.many}, it is right about {of_hundred_text(accuracy)}."
        usual = _about(baseline) if baseline is not None else ""
    return f"{text} Always giving the most frequent answer would be right for {usual}." if usual else text


def _how_good_number(case: Case) -> str:
    sentences = []
    if error := error_text(case):
        sentences.append(f"Half of its estimates are within {error} of the real {case.target_in_sentence}.")
    coverage = case.quality.get("coverage")
    if coverage is not None and case.quality.get("coverage_defended") is not False:
        held = f"{of_hundred_text(coverage)} of 100 {case.many}"
        sentences.append(f"Its ranges held the real {case.target_in_sentence} in {held}.")
    return " ".join(sentences)
