"""The lines of a list of answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from flask import url_for

from webapp.errors import ModelStoreError
from webapp.forms.history import ORDERS
from webapp.records.predictions import PredictionRecord
from webapp.result_page.brief import brief_answer
from webapp.result_page.page import CHANNELS
from webapp.views.champion import words_of
from webapp.wording.dates import date_text
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import shown

# Only what is out of the ordinary is marked.
CARE = {"amber": ("care", "Treat with care"), "red": ("bad", "Do not rely on it alone")}


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """`care` is a kind and its words, None where there is nothing to say; `how` is empty for a form."""

    reference: str
    url: str
    answer: str
    business_key: str
    asked: str
    who: str
    how: str
    version: str
    care: tuple[str, str] | None
    is_picked: bool


def answer_lines(records: Sequence[PredictionRecord], zone: tzinfo, picked: Collection[str]) -> list[AnswerLine]:
    return [_line(record, zone, picked) for record in records]


def heading(count: int, order: str, is_first: bool, others_follow: bool) -> str:
    """'12 answers, newest first', 'The first 50 answers, newest first', 'The next 50 answers, newest first'"""
    order_text = ORDERS[order].lower()
    if is_first and not others_follow:
        return f"{counted(count, 'answer', 'answers')}, {order_text}"
    return f"The {'first' if is_first else 'next'} {count_text(count)} answers, {order_text}"


def _line(record: PredictionRecord, zone: tzinfo, picked: Collection[str]) -> AnswerLine:
    answer, number = _brief(record)
    return AnswerLine(
        reference=record.reference,
        url=url_for("results.show", prediction_id=record.id),
        answer=answer,
        business_key=shown(record.business_key),
        asked=date_text(record.at.astimezone(zone), str(zone)),
        who=shown(record.who.name),
        how=CHANNELS.get(record.channel, ""),
        version=f"Version {number}" if number else shown(record.version),
        care=CARE.get(record.light),
        is_picked=record.reference in picked,
    )


def _brief(record: PredictionRecord) -> tuple[str, int | None]:
    """The answer and the number of its version; of one whose words are lost, what the record itself says."""
    try:
        words = words_of(record)
    except ModelStoreError:
        return shown(record.label or record.answer), None
    return brief_answer(record, words), words.get("number")
