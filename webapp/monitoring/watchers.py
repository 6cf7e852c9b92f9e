"""What watching needs to know of versions, from the store and from the decisions about them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from webapp.errors import MALFORMED, ModelStoreError
from webapp.model_package.signing import PublicKey
from webapp.model_store import ModelStore
from webapp.monitoring.days import Day
from webapp.monitoring.judging import error_by_width
from webapp.monitoring.keeping import Knows
from webapp.monitoring.measures import yardstick
from webapp.monitoring.report import Report, report_of
from webapp.monitoring.watched import Watched
from webapp.records.database import Database
from webapp.records.day_counts import counted_days, versions_counted
from webapp.records.decisions import champions
from webapp.records.refusals import refused_since
from webapp.schema import Schema


def watched_versions(database: Database, store: ModelStore, read_keys: Callable[[], Sequence[PublicKey]]) -> Knows:
    """How to come to know a version: words as they are in force now, the rest as it was trained."""
    with database.reading() as connection:
        standings = champions(connection)

    @cache  # a look asks for the same version to count it, to report on it and to judge it; its package never changes
    def knows(model: str, version: str) -> Watched | None:
        standing = standings.get(model)
        words = standing.words if standing is not None else {}
        own = words if standing is not None and standing.version == version else {}
        try:
            facts = store.facts(model, version, read_keys())
            profile = store.profile(model, version, read_keys())
        except ModelStoreError:
            return _from_words(model, version, own)
        try:
            return _from_package(model, version, facts, profile, words)
        except MALFORMED:
            return _from_words(model, version, own, facts)

    return knows


def report_for(database: Database, watched: Watched, now: datetime, knows: Knows | None = None) -> Report:
    """
    From the days as they are counted; webapp.monitoring.keeping brings them up to date. `knows` the versions that
    answered before, which are reported on as well then.
    """
    with database.reading() as connection:
        days = _days(connection, watched)
        first = now.date() - timedelta(days=watched.settings.window_days - 1)
        refused = refused_since(connection, watched.model, first)
        versions = versions_counted(connection, watched.model) if knows is not None else []
        earlier = [
            one for name in reversed(versions) if name != watched.version and (one := knows(watched.model, name))
        ]
        return report_of(watched, days, now, refused, [(one, _days(connection, one)) for one in earlier])


def _days(connection: Connection, watched: Watched) -> list[Day]:
    days = counted_days(connection, watched.model, watched.version)
    return [Day(one.day, one.counts) for one in days if one.counts]


def _from_words(
    model: str, version: str, words: Mapping[str, Any], facts: Mapping[str, Any] = MappingProxyType({})
) -> Watched | None:
    """Without its package nothing can be compared with training, and answers are counted all the same."""
    try:
        return Watched(model, version, Schema.from_json(words["schema"]), words, facts=facts) if words else None
    except MALFORMED:
        return None


def _from_package(
    model: str, version: str, facts: Mapping[str, Any], profile: Mapping[str, Any], words: Mapping[str, Any]
) -> Watched:
    """Raises one of MALFORMED for facts that another release wrote and that say nothing here."""
    watched = Watched(
        model,
        version,
        Schema.from_json(facts["schema"]),
        {**(facts.get("words") or {}), **words},
        profile.get("features") or {},
        facts.get("evaluation") or {},
        (facts.get("rows") or {}).get("train") or 0,
        facts,
    )
    # What stumbles over facts of another release stumbles here, before anything is counted by them.
    yardstick(watched), watched.importance, watched.grouped, error_by_width(watched)
    return watched
