"""Where a model stands: what its decisions, read in order, add up to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from webapp.records.actors import Actor

VERSION_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """One decision as it was stored."""

    id: int
    model: str
    seq: int
    action: str  # "promote", "rollback", "retire" or "reinstate"
    version: str
    previous_version: str
    who: Actor
    why: str
    gate_report: Any
    words: Mapping[str, Any]
    manifest_sha: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The champion of a model and the last decision about it.

    `earlier` are the champions that repeated roll-backs would return to, the nearest last.
    """

    model: str
    version: str
    is_retired: bool
    earlier: tuple[str, ...]
    named: frozenset[str]
    last: DecisionRow

    @property
    def decision_id(self) -> int:
        return self.last.id

    @property
    def seq(self) -> int:
        return self.last.seq

    @property
    def words(self) -> Mapping[str, Any]:
        return self.last.words

    @property
    def manifest_sha(self) -> str:
        return self.last.manifest_sha

    @property
    def action(self) -> str:
        return self.last.action

    @property
    def is_by_a_person(self) -> bool:
        return self.last.who.is_human


def fold(rows: Iterable[DecisionRow]) -> Standing | None:
    """The standing after all of one model's rows, given in order of seq; None without any."""
    champions: list[str] = []
    named: set[str] = set()
    is_retired = False
    last = None
    for last in rows:
        named.add(last.version)
        if last.action == "promote":
            if last.version not in champions[-1:]:  # the same version again only has new words
                champions.append(last.version)
        elif last.action == "rollback":
            champions = _back_to(champions, last.version)
        is_retired = last.action == "retire"
    if last is None:
        return None
    return Standing(
        model=last.model,
        version=champions[-1],
        is_retired=is_retired,
        earlier=tuple(champions[:-1]),
        named=frozenset(named),
        last=last,
    )


def _back_to(champions: list[str], version: str) -> list[str]:
    shorter = champions[:-1]
    while shorter and shorter[-1] != version:
        shorter.pop()
    return shorter or [version]


def may_promote_by_itself(standing: Standing | None, version: str, trained_at: datetime) -> str:
    """ "" when no person needs to be asked before this version is promoted, else the reason why one must be."""
    if standing is None:
        return ""
    if version in standing.named:
        return "a decision about this version was made before"
    if standing.is_by_a_person and standing.action in ("rollback", "retire"):
        done = {"rollback": "rolled the model back", "retire": "retired the model"}[standing.action]
        return f"{standing.last.who.name or 'somebody'} {done} on {standing.last.at:%Y-%m-%d}"
    champion_trained_at = _trained_at(standing)
    if champion_trained_at is None:
        return "it is not known when the present champion was trained"
    if trained_at < champion_trained_at:  # moments are whole seconds, and two versions can share one
        return "it was trained before the present champion"
    return ""


def version_name(words: Mapping[str, Any], version: str) -> str:
    """ "version 7" where the number is known, else the identifier."""
    return f"version {words['number']}" if words.get("number") else f"version {version}"


def _trained_at(standing: Standing) -> datetime | None:
    """When the champion was trained: as its words say, else as its identifier begins."""
    stated = standing.words.get("trained_at") or ""
    try:
        moment = datetime.fromisoformat(stated) if stated else _stamp(standing.version)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _stamp(version: str) -> datetime:
    return datetime.strptime(version.split("-")[0], VERSION_TIME).replace(tzinfo=UTC)
