"""What train.py, release and promote share: whether a version may answer, and the words it then answers with."""

from dataclasses import dataclass
from typing import Any

from webapp.config import Config
from webapp.errors import DecisionRefused
from webapp.lifecycle.promotion import promotion
from webapp.lifecycle.retiring import Archive
from webapp.model_package.format import parse_moment
from webapp.model_package.signing import parse_trusted_keys
from webapp.model_store import ModelStore, StoredVersion
from webapp.parsing.own_kinds import load_trusted
from webapp.records.actors import Actor
from webapp.records.database import Database
from webapp.records.decisions import Decision, decide, standing_of
from webapp.records.standing import DecisionRow, may_promote_by_itself
from webapp.training.words import current_words


@dataclass(frozen=True)
class Workplace:
    """The store and the database that decisions are about."""

    config: Config
    store: ModelStore
    database: Database

    @classmethod
    def from_config(cls, config: Config) -> "Workplace":
        """Raises ConfigError for a trusted module that is not there."""
        load_trusted(config.trusted_modules)
        return cls(config, ModelStore(config.model_store, config.model_cache), Database(config.database_url))

    @property
    def trusted_keys(self) -> tuple:
        return parse_trusted_keys(self.config.trusted_keys)

    @property
    def archive(self) -> Archive:
        """Where criteria and challengers look."""
        return Archive(self.database, self.store, lambda: self.trusted_keys)

    def facts(self, stored: StoredVersion) -> dict[str, Any]:
        return self.store.facts(stored.model, stored.version, self.trusted_keys)

    def find(self, model: str, version: str = "") -> StoredVersion:
        """The version of that id or running number; the newest when none is named. Raises DecisionRefused."""
        versions = self.store.versions(model)
        if not versions:
            known = ", ".join(self.store.models()) or "none"
            raise DecisionRefused(f"The store {self.store.root} has no model {model}. Models there: {known}")
        wanted = [stored for stored in versions if version in ("", stored.version, str(stored.number))]
        if not wanted:
            known = ", ".join(str(stored.number) for stored in versions)
            raise DecisionRefused(f"The store has no version {version} of {model}. Versions there: {known}")
        return wanted[-1]


def promote(place: Workplace, stored: StoredVersion, actor: Actor, why: str, seq: int | None = None) -> DecisionRow:
    """
    Let this version answer. Its package is opened first, so that nothing is promoted that will not load.

    `seq` is that of the last decision on which this one rests: refused if somebody decided otherwise since.
    """
    seq = last_seq(place, stored.model) if seq is None else seq
    return decide(place.database, promotion_of(place, stored, actor, why), seq)


def promotion_of(place: Workplace, stored: StoredVersion, actor: Actor, why: str) -> Decision:
    """The decision to let it answer, in the words of the spec as it is now."""
    package = place.store.load(stored.model, stored.version, place.trusted_keys, place.config.trusted_modules)
    return promotion(package, current_words(place.config.specs, stored.model), actor, why)


def promote_by_itself(place: Workplace, stored: StoredVersion, actor: Actor, why: str) -> str:
    """Promote where no person needs to be asked; the reason why not, or '' when it was done."""
    seq = last_seq(place, stored.model)
    hindrance = why_not_by_itself(place, stored)
    if not hindrance:
        promote(place, stored, actor, why, seq)
    return hindrance


def last_seq(place: Workplace, model: str) -> int:
    """Of the last decision about the model; 0 without any."""
    with place.database.reading() as session:
        standing = standing_of(session, model)
    return standing.seq if standing else 0


def answers_now(place: Workplace, stored: StoredVersion) -> bool:
    with place.database.reading() as session:
        standing = standing_of(session, stored.model)
    return standing is not None and standing.version == stored.version and standing.answers


def why_not_by_itself(place: Workplace, stored: StoredVersion) -> str:
    """The reason why nobody but a person may promote this version; '' when it may happen by itself."""
    facts = place.facts(stored)
    refused = [gate["name"] for gate in facts["gates"] if gate["verdict"] == "refuse"]
    if refused:
        return f"refused by {', '.join(refused)}"
    with place.database.reading() as session:
        standing = standing_of(session, stored.model)
    return may_promote_by_itself(standing, stored.version, parse_moment(facts["created_at"]))
