"""Where a model stands: what its decisions, read in order, add up to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from webapp.records.actors import Actor

VERSION_TIME = "%Y%m%dT%H%M%SZ"

# Decisions about what answers; their words are in force. The others are about a version in the shadow, or a request.
PUTS_IN_PLACE = ("promote", "rollback", "fall_back", "reinstate")
ABOUT_ANSWERS = (*PUTS_IN_PLACE, "retire", "stop", "refer", "continue")
ENDS_A_REQUEST = ("promote", "rollback", "fall_back", "retire", "decline")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """One decision as it was stored."""

    id: int
    model: str
    seq: int
    action: str  # one of decisions.DONE
    version: str
    previous_version: str
    who: Actor
    why: str
    gate_report: Any
    words: Mapping[str, Any]
    manifest_sha: str
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The champion of a model, "" where none was ever promoted, and what was decided about it.

    `earlier` are the champions that repeated roll-backs would return to, the nearest last; `last` is the last decision
    about what answers, `latest` the last of all. `stop` and `referral` are criteria's decisions that still hold,
    `continued` says by criterion who last let it pass, `request`
    is the wish to promote a version that a gate refused, as long as nobody else confirmed or declined it.
    """

    model: str
    version: str
    is_retired: bool
    earlier: tuple[str, ...]
    named: frozenset[str]
    last: DecisionRow
    latest: DecisionRow
    challenger: DecisionRow | None = None
    request: DecisionRow | None = None
    stop: DecisionRow | None = None
    referral: DecisionRow | None = None
    continued: Mapping[str, DecisionRow] = field(default_factory=dict)

    @property
    def has_champion(self) -> bool:
        return bool(self.version)

    @property
    def is_stopped(self) -> bool:
        """By one of the model's own criteria; a retired model is retired, whatever came before."""
        return self.stop is not None and not self.is_retired

    @property
    def answers(self) -> bool:
        """Whether a version is in charge and nothing keeps it from answering."""
        return self.has_champion and not self.is_retired and self.stop is None

    @property
    def decision_id(self) -> int:
        return self.last.id

    @property
    def seq(self) -> int:
        return self.latest.seq

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
    standing, champions = None, []
    for row in rows:
        champions = _champions_after(champions, row)
        version = champions[-1] if champions else ""
        if standing is None:
            standing = Standing(
                model=row.model, version="", is_retired=False, earlier=(), named=frozenset(), last=row, latest=row
            )
        standing = replace(
            standing,
            version=version,
            earlier=tuple(champions[:-1]),
            named=standing.named | {row.version},
            last=row if row.action in ABOUT_ANSWERS else standing.last,
            latest=row,
            **_after_answers(standing, row),
            **_in_the_shadow(standing, row, version),
        )
    return standing


def _champions_after(champions: list[str], row: DecisionRow) -> list[str]:
    """The versions that were in charge one after the other, the present one last."""
    if row.action == "promote" or (row.action == "fall_back" and row.version not in champions):
        # The same version again only has new words.
        return champions if row.version in champions[-1:] else [*champions, row.version]
    return _back_to(champions, row.version) if row.action in ("rollback", "fall_back") else champions


def _after_answers(standing: Standing, row: DecisionRow) -> dict[str, Any]:
    """What keeps the champion from answering, or from answering alone."""
    is_free = row.action in (*PUTS_IN_PLACE, "continue")
    passed = {row.details.get("criterion", ""): row} if row.action == "continue" else {}
    return {
        "continued": {**standing.continued, **passed},
        "is_retired": row.action == "retire" or (standing.is_retired and row.action not in PUTS_IN_PLACE),
        "stop": None if is_free else row if row.action == "stop" else standing.stop,
        "referral": None if is_free else row if row.action == "refer" else standing.referral,
    }


def _in_the_shadow(standing: Standing, row: DecisionRow, champion: str) -> dict[str, Any]:
    challenger = row if row.action == "challenge" else standing.challenger
    if row.action == "unchallenge" or (challenger is not None and challenger.version == champion):
        challenger = None
    request = row if row.action == "request" else standing.request
    return {"challenger": challenger, "request": None if row.action in ENDS_A_REQUEST else request}


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
    if not standing.has_champion:
        return ""
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
