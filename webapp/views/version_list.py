"""The versions of one model as a list shows them: role, origin, what was measured, and whether gates let it pass."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import url_for

from webapp.errors import ModelStoreError
from webapp.evidence.parts import Row, Table
from webapp.evidence.plots import Measure, row_chart
from webapp.evidence.version import MALFORMED, gates_text, summary
from webapp.model_store import ModelStore, StoredVersion
from webapp.records.decisions import history
from webapp.records.standing import ABOUT_ANSWERS, DecisionRow, fold
from webapp.views.services import services
from webapp.wording.dates import day_text, iso_day_text
from webapp.wording.numbers import count_text
from webapp.wording.quoting import shown

KEPT = 256  # versions whose line stays in memory; what it is made from never changes
HASH_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Role:
    """`kind` and `icon` are those of a badge."""

    kind: str
    icon: str
    words: str
    under: str


IN_THE_SHADOW = Role("soft", "people", "Challenger", "scores in the shadow")


@dataclass(frozen=True, slots=True)
class About:
    """What one line says of a version's facts; `problem` where they cannot be read."""

    estimator: str = ""
    trained: str = ""
    learned_from: str = ""
    measured: str = ""
    metric: tuple[str, float, float, float] | None = None
    gates: str = ""
    gates_kind: str = ""
    refused: bool = False
    made_from: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class VersionLine:
    name: str
    url: str
    role: Role
    about: About
    version: str
    dot: Row | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """From when to when a version answered; `until` None: it answers now. `left` is "retire", "stop" or ""."""

    since: datetime
    until: datetime | None = None
    left: str = ""


def version_lines(model: str) -> list[VersionLine]:
    """The newest first; nothing for a model that the store does not have."""
    store, rows = services().store, decisions_about(model)
    spells, standing = spells_of(rows), fold(reversed(rows))
    challenger = standing.challenger.version if standing and standing.challenger else ""
    paused = services().follower.picture.paused.get(model)
    stored = store.versions(model)[::-1]
    lines = [
        replace(line, role=IN_THE_SHADOW) if one.version == challenger else line
        for one in stored
        for line in [_line(one, about_version(store, one), spells.get(one.version), paused.problem if paused else "")]
    ]
    return _with_dots(lines)


def decisions_about(model: str) -> list[DecisionRow]:
    """The latest first."""
    with services().database.reading() as connection:
        return history(connection, model)


def spells_of(rows: Sequence[DecisionRow]) -> dict[str, Spell]:
    """The last time that each version answered; `rows` the latest first."""
    spells: dict[str, Spell] = {}
    present = ""
    for row in reversed([row for row in rows if row.action in ABOUT_ANSWERS]):
        leaves = row.action in ("retire", "stop")
        if present and (leaves or row.version != present):
            spells[present] = Spell(spells[present].since, row.at, row.action if leaves else "")
        if not leaves and row.version != present:
            spells[row.version] = Spell(row.at)
        present = "" if leaves else row.version
    return spells


def made_from(lines: Iterable[VersionLine]) -> Table | None:
    """By what two versions can be told to come from the same table, code and libraries."""
    rows = tuple((line.name, *line.about.made_from) for line in lines if line.about.made_from)
    columns = (("Version", False), ("Table", False), ("Code", False), ("scikit-learn", False), ("Identifier", False))
    return Table("What each version was made from", columns, rows, folded=True) if rows else None


def about_version(store: ModelStore, stored: StoredVersion) -> About:
    try:
        return _about(store, stored)
    except (ModelStoreError, *MALFORMED) as problem:
        said = str(problem) if isinstance(problem, ModelStoreError) else "Its facts cannot be understood"
        return About(problem=said, gates="not known", gates_kind="calm")


@lru_cache(maxsize=KEPT)
def _about(store: ModelStore, stored: StoredVersion) -> About:
    facts = store.facts(stored.model, stored.version, services().follower.trusted_keys)
    gates = facts.get("gates") or []
    verdicts = {gate["verdict"] for gate in gates}
    data = facts.get("data") or {}
    until = facts.get("data_until")
    rows = (facts.get("rows") or {}).get("train")
    learned = f"{count_text(rows)} rows" if rows else ""
    return About(
        estimator=shown(facts.get("estimator") or ""),
        trained=iso_day_text(facts["created_at"]),
        learned_from=f"{learned} to {iso_day_text(until)}" if learned and until else learned,
        measured=summary(facts),
        metric=_metric(facts.get("evaluation") or {}),
        gates=gates_text(gates) if gates else "none",
        gates_kind="bad" if "refuse" in verdicts else "care" if "warn" in verdicts else "good",
        refused="refuse" in verdicts,
        made_from=(
            _short(data.get("rows_sha256") or data.get("sha256")),
            _short(facts.get("git_commit")),
            shown((facts.get("packages") or {}).get("scikit-learn") or ""),
            stored.version,
        ),
    )


def _metric(evaluation: Mapping[str, Any]) -> tuple[str, float, float, float] | None:
    chosen = evaluation.get("metric") or {}
    if chosen.get("low") is None:
        return None
    return chosen["name"], chosen["value"], chosen["low"], chosen["high"]


def _short(digest: Any) -> str:
    return shown(str(digest or ""))[:HASH_SHOWN] or "not known"


def _line(stored: StoredVersion, about: About, spell: Spell | None, hindrance: str) -> VersionLine:
    number = str(stored.number) if stored.number else stored.version
    url = "" if about.problem else url_for("versions.show", model=stored.model, version=number)
    return VersionLine(f"Version {number}", url, _role(about, spell, hindrance), about, stored.version)


def _role(about: About, spell: Spell | None, hindrance: str) -> Role:
    """`hindrance`: why the version that should answer does not."""
    if spell is not None and spell.until is None:
        if hindrance:
            return Role("bad", "refused", "Cannot be loaded", hindrance)
        return Role("on", "good", "Answers", f"since {day_text(spell.since)}")
    if about.problem:
        return Role("bad", "refused", "Damaged", about.problem)
    if spell is not None:
        words = {"retire": "Retired", "stop": "Stopped"}.get(spell.left, "Replaced")
        return Role("", "retired", words, f"answered until {day_text(spell.until)}")
    if about.refused:
        return Role("bad", "refused", "Refused", "never answered")
    return Role("soft", "waiting", "Stored", "never answered")


def _with_dots(lines: list[VersionLine]) -> list[VersionLine]:
    """Dots on one scale for several versions that are measured by one metric, that of the newest."""
    name = next((line.about.metric[0] for line in lines if line.about.metric), "")
    alike = [line for line in lines if line.about.metric and line.about.metric[0] == name]
    if len(alike) < 2:
        return lines
    measures = [Measure(line.name, *line.about.metric[1:], text="") for line in alike]
    rows = row_chart(measures, measures[0].value, "").rows
    dots = {line.name: row for line, row in zip(alike, rows, strict=True)}
    return [replace(line, dot=dots.get(line.name)) for line in lines]
