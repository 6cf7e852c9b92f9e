"""What is measured, beside each question of a plan."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from webapp.clock import now
from webapp.errors import ModelStoreError, RecordsUnavailable
from webapp.evidence.version import summary
from webapp.lifecycle.criteria import DOES, Retirement
from webapp.records.answered_cases import counts_by_channel_and_light
from webapp.records.decisions import history
from webapp.records.standing import PUTS_IN_PLACE
from webapp.records.track_record import TrackRecord, track_record
from webapp.serving import Champion, Paused
from webapp.views.services import services
from webapp.wording.chances import in_hundred_text, rule_text
from webapp.wording.dates import iso_day_text
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import shown

DAYS = 30
ENOUGH = 30  # known outcomes; of fewer a share says little
CHANNELS = {"form": "in the form", "api": "by programs", "batch": "in files of cases"}
AWAY = "The records cannot be reached at the moment"

Facts = Mapping[str, tuple[str, ...]]


def facts_beside(known: Champion | Paused) -> Facts:
    """By the key of the question; where nothing is measured there is nothing."""
    words, facts = known.words, _facts_of(known)
    found = {
        "alternatives": _measured(facts),
        "metric": _measured(facts),
        "threshold": _threshold(words),
        "objective": _texts(words.get("objective")),
        "schedule": _learned(words),
        "owner": _texts(words.get("owner"), words.get("contact")),
        "retirement": _criteria(words),
    }
    try:
        return found | _recorded(known.model)
    except RecordsUnavailable:
        return found | {"benefit": (AWAY,)}


def _facts_of(known: Champion | Paused) -> Mapping[str, Any]:
    version = known.words.get("version")
    if not version:
        return {}
    try:
        return services().store.facts(known.model, version, services().follower.trusted_keys)
    except ModelStoreError:
        return {}


def _measured(facts: Mapping[str, Any]) -> tuple[str, ...]:
    text = summary(facts)
    return (f"On rows kept back: {text[0].lower() if text[:2].istitle() else text[0]}{text[1:]}",) if text else ()


def _threshold(words: Mapping[str, Any]) -> tuple[str, ...]:
    decision = words.get("decision") or {}
    if decision.get("threshold") is None:
        return ()
    by = f", set by {shown(decision['set_by'])}" if decision.get("set_by") else ""
    return (f"Answers are decided at {rule_text(decision['threshold'])}{by}",)


def _criteria(words: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"{one.question} If it comes to that, it {DOES[one.action]}" for one in Retirement.of(words).criteria)


def _learned(words: Mapping[str, Any]) -> tuple[str, ...]:
    if not words.get("trained_at"):
        return ()
    rows = f" from {count_text(words['trained_rows'])} rows" if words.get("trained_rows") else ""
    until = f" up to {iso_day_text(words['data_until'])}" if words.get("data_until") else ""
    return (f"It learned on {iso_day_text(words['trained_at'])}{rows}{until}",)


def _texts(*texts: str | None) -> tuple[str, ...]:
    return tuple(shown(text) for text in texts if text)


def _recorded(model: str) -> Facts:
    with services().database.reading() as connection:
        counts = counts_by_channel_and_light(connection, model, now() - timedelta(days=DAYS))
        record = track_record(connection, model)
        rows = history(connection, model)
    changes = sum(row.action in PUTS_IN_PLACE for row in rows)
    return {
        "reaches_users": tuple(_use(counts)),
        "watching_use": tuple(_overrides(record)),
        "benefit": tuple(_right(record)),
        "systems": tuple(_programs(counts)),
        "pitfalls": tuple(_care(counts)),
        "can_change": (f"{counted(changes, 'decision', 'decisions')} so far put a version into use",)
        if changes
        else (),
    }


def _use(counts: Mapping[tuple[str, str], int]) -> Iterator[str]:
    total = sum(counts.values())
    yield f"{counted(total, 'answer', 'answers')} in the last {DAYS} days"
    for channel, words in CHANNELS.items():
        found = sum(count for (name, _), count in counts.items() if name == channel)
        if found:
            yield f"{count_text(found)} {words}"


def _overrides(record: TrackRecord) -> Iterator[str]:
    if record.known:
        yield (
            f"People decided otherwise in {count_text(record.overridden)} of {count_text(record.known)} cases whose "
            "outcome is known"
        )


def _right(record: TrackRecord) -> Iterator[str]:
    if record.known:
        share = f" ({in_hundred_text(record.right / record.known)})" if record.known >= ENOUGH else ""
        yield f"{count_text(record.right)} of {counted(record.known, 'answer', 'answers')} proved right{share}"
    else:
        yield "No outcome is known yet, so that nothing can be said"


def _programs(counts: Mapping[tuple[str, str], int]) -> Iterator[str]:
    found = sum(count for (name, _), count in counts.items() if name == "api")
    yield f"{counted(found, 'answer', 'answers')} went to programs in the last {DAYS} days"


def _care(counts: Mapping[tuple[str, str], int]) -> Iterator[str]:
    total = sum(counts.values())
    care = sum(count for (_, light), count in counts.items() if light != "green")
    if total:
        yield f"Care was advised with {count_text(care)} of {count_text(total)} answers in the last {DAYS} days"
