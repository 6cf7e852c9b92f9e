"""The version that answers while another is trained: what the new one is compared with."""

from webapp.commands.promotion import Workplace
from webapp.config import Config
from webapp.errors import ModelStoreError, RecordsUnavailable
from webapp.records.decisions import standing_of
from webapp.records.migrate import is_migrated
from webapp.records.standing import Standing
from webapp.training.succession.incumbent import Incumbent


def version_in_use(place: Workplace, model: str) -> Incumbent | None:
    """None where nobody ever decided on a version; where it cannot be opened or asked for, its problem says why."""
    try:
        standing = _standing(place, model)
    except RecordsUnavailable as problem:
        return Incumbent(0, problem=str(problem))
    return None if standing is None else _opened(place, standing)


def columns_in_use(config: Config, model: str) -> frozenset[str]:
    """What the version in use asks, as the decision about it says; nothing where nobody knows."""
    place = Workplace.from_config(config)
    try:
        standing = _standing(place, model)
    except RecordsUnavailable:
        return frozenset()
    finally:
        place.database.dispose()
    return frozenset(feature["name"] for feature in standing.words["schema"]["features"]) if standing else frozenset()


def _standing(place: Workplace, model: str) -> Standing | None:
    path = place.database.path
    if path is not None and not path.exists():
        return None
    if not is_migrated(place.database):
        return None
    with place.database.reading() as connection:
        standing = standing_of(connection, model)
    return standing if standing is not None and standing.has_champion else None


def _opened(place: Workplace, standing: Standing) -> Incumbent:
    known = Incumbent(standing.words.get("number") or 0, standing.version)
    model, version, keys = standing.model, standing.version, place.trusted_keys
    try:
        package = place.store.load(model, version, keys, place.config.trusted_modules)
    except ModelStoreError as problem:
        return _facts_only(place, standing, known, str(problem))
    return Incumbent(known.number, version, package.metadata, package)


def _facts_only(place: Workplace, standing: Standing, known: Incumbent, problem: str) -> Incumbent:
    try:
        metadata = place.store.facts(standing.model, standing.version, place.trusted_keys)
    except ModelStoreError:
        metadata = {}
    return Incumbent(known.number, known.version, metadata, problem=problem)
