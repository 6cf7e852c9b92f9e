"""What the catalogue shows: one card a model, the answers that were found, and the last ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for

from webapp.clock import now
from webapp.errors import RecordsUnavailable
from webapp.parsing.texts import MAX_TEXT, is_storable, normal
from webapp.records.findings import Check
from webapp.records.predictions import (
    MAX_FOUND,
    PredictionRecord,
    counts_since,
    find,
    latest,
    prediction_by_reference,
)
from webapp.result_page.page import result_page
from webapp.serving import Champion, Paused, Picture
from webapp.views.access import is_stranger, may
from webapp.views.champion import title_of, words_of
from webapp.views.looks import last_looks
from webapp.views.services import services
from webapp.wording.dates import date_text, iso_day_text
from webapp.wording.decisions import says_a_person_decides
from webapp.wording.numbers import counted
from webapp.wording.quoting import shown

RECENT = timedelta(days=30)
SECONDS_A_QUESTION = 6
LAST_SHOWN = 5
NOT_FOUND = "No answer has this reference or number. Check what you entered"
NO_REFERENCE = "No answer has this reference. Check what you entered"
HINT = "Its reference, or your own number of the case"
HINT_REFERENCE = "Its reference: the 8 letters and figures that stand on its page"
RAISED = {"look": "care", "act": "bad"}  # what monitoring found -> the kind of a status
AWAY = "The records cannot be reached at the moment. Try again in a minute"


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked for; `only` is the identifier of the one answer found, `listed` several of them."""

    text: str = ""
    only: str | None = None
    listed: Mapping[str, Any] | None = None
    problem: str = ""


def search_hint() -> str:
    return HINT_REFERENCE if is_stranger() else HINT


def search(text: str) -> Search:
    not_found = NO_REFERENCE if is_stranger() else NOT_FOUND
    if len(text) > MAX_TEXT or not is_storable(text):
        return Search(shown(text[:MAX_TEXT]), problem=not_found)
    wanted = normal(text)
    if not wanted:
        return Search()
    try:
        records = _records_named(wanted)
        rows = [answer_row(record) for record in records] if len(records) > 1 else []
    except RecordsUnavailable:
        return Search(wanted, problem=AWAY)
    if not records:
        return Search(wanted, problem=not_found)
    if len(records) == 1:
        return Search(wanted, only=records[0].id)
    heading = f"{len(rows)} answers found" if len(rows) < MAX_FOUND else f"The latest {MAX_FOUND} answers found"
    return Search(wanted, listed={"heading": heading, "rows": rows})


def cards(picture: Picture) -> list[dict[str, Any]]:
    """By title; what cannot be asked at the moment stands last."""
    counts = _recent_counts(picture)
    looks = last_looks() if may("analyse") else {}
    asked = [_card(champion, counts, picture.problems, looks) for champion in picture.champions.values()]
    paused = [_paused_card(model) for model in picture.paused.values()]
    return [card for group in (asked, paused) for card in sorted(group, key=lambda card: card["title"].casefold())]


def last_answers() -> list[dict[str, str]]:
    """Only on a service that nobody but its own machine can reach: elsewhere they are other people's."""
    if not services().config.is_one_persons:
        return []
    try:
        with services().database.reading() as connection:
            records = latest(connection, None, LAST_SHOWN)
        return [answer_row(record) for record in records]
    except RecordsUnavailable:
        return []


def answer_row(record: PredictionRecord) -> dict[str, str]:
    """One line of a list of answers."""
    words = words_of(record)
    url = url_for("results.show", prediction_id=record.id)
    return {
        "answer": result_page(record, words, url).answer.brief,
        "url": url,
        "question": title_of(record.model, words),
        "asked": date_text(record.at, words.get("timezone") or "UTC"),
        "reference": record.reference,
        "business_key": shown(record.business_key),
    }


def _records_named(text: str) -> list[PredictionRecord]:
    """By reference; by the number of the case only where no stranger could guess one."""
    with services().database.reading() as connection:
        if not is_stranger():
            return find(connection, None, text)
        record = prediction_by_reference(connection, text)
        return [record] if record is not None else []


def _recent_counts(picture: Picture) -> Mapping[str, int] | None:
    try:
        with services().database.reading() as connection:
            return counts_since(connection, now() - RECENT, list(picture.champions))
    except RecordsUnavailable:
        return None


def _card(
    champion: Champion, counts: Mapping[str, int] | None, problems: Mapping[str, str], looks: Mapping[str, Check]
) -> dict[str, Any]:
    words = champion.words
    facts = [_learned(words)]
    if counts is not None:
        facts.append(f"{counted(counts.get(champion.model, 0), 'answer', 'answers')} in the last 30 days")
    return {
        "title": title_of(champion.model, words),
        "question": shown(words.get("question") or ""),
        "what": _what(champion),
        "status": _status(champion, champion.model in problems, looks.get(champion.model)),
        "facts": [fact for fact in facts if fact],
        "url": url_for("predict.ask", model=champion.model),
        "action": "Ask",
        "is_off": False,
    }


def _status(champion: Champion, has_problem: bool, look: Check | None) -> dict[str, str]:
    """What keeps it from answering first; then what monitoring found, for those who may look into that."""
    if has_problem:
        return {"kind": "care", "words": "The version in charge cannot be loaded"}
    if look is not None and look.status in RAISED:
        return {"kind": RAISED[look.status], "words": f"In use. {look.words}"}
    if says_a_person_decides(champion.words.get("notice") or ""):
        return {"kind": "care", "words": "In use. A person decides"}
    return {"kind": "good", "words": "In use"}


def _paused_card(paused: Paused) -> dict[str, Any]:
    words = paused.words
    state = {"kind": "off", "words": "Retired"} if paused.is_retired else {"kind": "calm", "words": "Paused"}
    state = {"kind": "bad", "words": "Stopped by its own criteria"} if paused.is_stopped else state
    return {
        "title": title_of(paused.model, words),
        "question": shown(words.get("question") or ""),
        "what": "No version is in use at the moment. Earlier answers can still be opened.",
        "status": state,
        "facts": [fact for fact in (_learned(words),) if fact],
        "url": url_for("predict.ask", model=paused.model),
        "action": "Read why",
        "is_off": True,
    }


def _what(champion: Champion) -> str:
    """'19 questions, about 2 minutes.' and whatever the spec wants everybody to know."""
    questions = len(champion.predictor.schema.features)
    minutes = max(1, round(questions * SECONDS_A_QUESTION / 60))
    time = f"about {counted(minutes, 'minute', 'minutes')}"
    return " ".join(
        filter(
            None,
            (f"{counted(questions, 'question', 'questions')}, {time}.", shown(champion.words.get("notice") or "")),
        )
    )


def _learned(words: Mapping[str, Any]) -> str:
    if not words.get("trained_at") or not words.get("number"):
        return ""
    return f"Learned {iso_day_text(words['trained_at'])}, version {words['number']}"
