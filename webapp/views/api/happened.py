"""What really happened to a case, as a program says it: recorded, corrected or taken back, and never rewritten."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response

from webapp import clock
from webapp.errors import InvalidValue
from webapp.forms.afterwards import CLOCKS_DIFFER
from webapp.parsing.answers import Door
from webapp.parsing.dates import NotADate, parse_datetime
from webapp.parsing.shown import typed_text
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.outcomes import (
    CONFLICT,
    RECORDED,
    WITHDRAWN,
    By,
    Happened,
    Outcome,
    outcome_history,
    record_outcome,
)
from webapp.views.access import current_actor, requires
from webapp.views.afterwards import answered_or_stop
from webapp.views.api.documents import sent_object, sent_type
from webapp.views.api.replies import JSON, Fault, look_after, pointer, refuse, replied
from webapp.views.api.rows import unknown
from webapp.views.services import services

bp = Blueprint("happened", __name__, url_prefix="/api/v1")
look_after(bp)

NAMES = ("value", "happened_at", "seq")
EXAMPLE = '{"value": "yes", "happened_at": "2026-10-03"}'
NO_VALUE = "value must be there: what happened, or null to take back what was recorded"
NO_SEQ = "seq must be the number of the last outcome you saw, 0 for none"
NO_DAY = "happened_at must be a day or a time, like 2026-10-03 or 2026-10-03T14:30Z"
LATER = "happened_at must not lie in the future"
OVERTAKEN = "Something else was recorded meanwhile; read it, and send this again with its seq if you know better"
UNUSABLE = "This cannot be recorded"


@bp.put("/predictions/<prediction_id>/outcome")
@requires("record")
def put(prediction_id: str) -> Response:
    sent_type(JSON)
    content = sent_object(EXAMPLE)
    answered = answered_or_stop(prediction_id)
    value, happened_at = understood(content, answered.rule)
    happened = Happened(answered.record, answered.rule, value, happened_at)
    seen = content.get("seq")
    kept = record_outcome(
        services().database, happened, By(current_actor(), "api"), _last_seq(prediction_id) if seen is None else seen
    )
    if kept.state == CONFLICT:
        refuse(412, OVERTAKEN)
    return replied(_as_it_stands(prediction_id, kept.state), 201 if kept.state == RECORDED else 200)


def understood(content: Mapping[str, Any], rule: OutcomeRule) -> tuple[str, datetime | None]:
    """What happened and when. Ends the request with everything that is wrong."""
    faults = [Fault(pointer(name), unknown("name", name, NAMES)) for name in content if name not in NAMES]
    value, happened_at = WITHDRAWN, None
    try:
        value = _value(content, rule)
    except InvalidValue as problem:
        faults.append(Fault(pointer("value"), str(problem)))
    try:
        happened_at = _moment(content.get("happened_at"))
    except InvalidValue as problem:
        faults.append(Fault(pointer("happened_at"), str(problem)))
    seq = content.get("seq")
    if seq is not None and (isinstance(seq, bool) or not isinstance(seq, int) or not 0 <= seq < 2**31):
        faults.append(Fault(pointer("seq"), NO_SEQ))
    if faults:
        refuse(400, UNUSABLE, faults)
    return value, happened_at


def _value(content: Mapping[str, Any], rule: OutcomeRule) -> str:
    if "value" not in content:
        raise InvalidValue(NO_VALUE)
    value = content["value"]
    if value is None:
        return WITHDRAWN
    if rule.is_number and not isinstance(value, str):
        return typed_text(rule.feature.parse_json(value))
    if isinstance(value, bool):
        return rule.parse("true" if value else "false", Door.JSON)
    if isinstance(value, int | float):
        return rule.parse(repr(value), Door.JSON)
    if not isinstance(value, str):
        raise InvalidValue(NO_VALUE)
    return rule.parse(value, Door.JSON)


def _moment(text: Any) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parse_datetime(text, "ymd").item().replace(tzinfo=UTC) if isinstance(text, str) else None
    except NotADate:
        moment = None
    if moment is None:
        raise InvalidValue(NO_DAY)
    if moment > clock.now() + CLOCKS_DIFFER:
        raise InvalidValue(LATER)
    return moment


def _last(prediction_id: str) -> Outcome | None:
    with services().database.reading() as connection:
        rows = outcome_history(connection, prediction_id)
    return rows[-1] if rows else None


def _last_seq(prediction_id: str) -> int:
    last = _last(prediction_id)
    return last.seq if last else 0


def _as_it_stands(prediction_id: str, state: str) -> dict[str, Any]:
    """The outcome that holds now; the value is null where it was taken back or none ever was recorded."""
    last = _last(prediction_id)
    return {
        "prediction_id": prediction_id,
        "state": state.replace(" ", "_"),
        "seq": last.seq if last else 0,
        "value": None if last is None or last.is_withdrawn else last.value,
        "at": _text(last.at if last else None),
        "happened_at": _text(last.happened_at if last else None),
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
