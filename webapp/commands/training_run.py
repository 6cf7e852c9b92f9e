"""What train.py does for one model, between its arguments and its exit code."""

import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from webapp.commands.change_report import change_lines
from webapp.commands.earlier_tables import changes_of_table
from webapp.commands.promotion import Workplace, promote_by_itself
from webapp.commands.run_report import (
    check_lines,
    dry_run_lines,
    heading_lines,
    inference_lines,
    labelled,
    outcome_lines,
)
from webapp.commands.sources import Source
from webapp.commands.version_in_use import version_in_use
from webapp.config import Config
from webapp.errors import ConfigError, FormcastError
from webapp.model_package.signing import SigningKey, parse_trusted_keys, read_or_create_signing_key
from webapp.model_store import StoredVersion
from webapp.records.actors import command_actor
from webapp.records.migrate import is_migrated, migrate
from webapp.training.run import Options, Outcome, train

PROMOTED, FAILED, USAGE, NOT_PROMOTED = 0, 1, 2, 3
PROMOTED_NOW = "It answers now."


@dataclass(frozen=True)
class Verdict:
    """Exit code and the readable lines for stdout."""

    code: int
    lines: tuple[str, ...]


def signing_key(config: Config) -> tuple[SigningKey, tuple[str, ...]]:
    """The trainer's key and, when one is made now, what its person must know. Raises ConfigError."""
    if config.signing_key:
        return SigningKey.from_text(config.signing_key), ()
    path = config.instance / "signing_key"
    is_new = not path.exists()
    try:
        key = read_or_create_signing_key(path)
        _leave_public_key(config.instance / "signing_key.pub", key.public.text)
    except OSError as problem:
        raise ConfigError(
            f"The signing key {path} cannot be read or made: {problem.strerror}. Set FORMCAST_SIGNING_KEY instead"
        ) from problem
    lines = (
        f"A new signing key was made in {_short(path)}. Keep it secret.",
        f"A service elsewhere needs: FORMCAST_TRUSTED_KEYS={key.public.text}",
    )
    return key, lines if is_new else ()


def train_one(config: Config, source: Source, options: Options, *, may_promote: bool) -> Verdict:
    """Train, store, and promote where that may happen by itself."""
    key, key_lines = signing_key(config)
    place = _workplace(config, key.public.text)
    parse_trusted_keys(place.config.given_keys)  # one that cannot be read is noticed before the work, not after it
    try:
        options = replace(
            options,
            incumbent=version_in_use(place, source.spec.model),
            trusted_modules=place.config.trusted_modules,
        )
        changes = changes_of_table(place, source, options.incumbent)  # while the newest is still the one before
        outcome = train(source.table, source.spec, place.store, key, options, source.inference)
        code, said = _decided(place, outcome, may_promote)
    finally:
        place.database.dispose()
    lines = [
        *heading_lines(source, changes),
        "",
        *inference_lines(outcome.inference),
        *check_lines(outcome.checks),
        "",
        *outcome_lines(outcome, source.spec),
        *change_lines(outcome.facts["changes"]),
        *labelled("Promoted" if said.startswith(PROMOTED_NOW) else "Not shown", said.splitlines()),
        *labelled("Key", key_lines),
    ]
    return Verdict(code, tuple(lines))


def dry_run(config: Config, source: Source) -> list[str]:
    """What a run would start from. Nothing is learned or stored, and no key or database is made."""
    place = _workplace(config, SigningKey.from_text(config.signing_key).public.text if config.signing_key else "")
    try:
        changes = changes_of_table(place, source, version_in_use(place, source.spec.model))
    finally:
        place.database.dispose()
    return dry_run_lines(source, changes)


def _workplace(config: Config, own_key: str) -> Workplace:
    """Where what was signed here is trusted as well."""
    return Workplace.from_config(replace(config, given_keys=",".join(filter(None, (config.given_keys, own_key)))))


def _decided(place: Workplace, outcome: Outcome, may_promote: bool) -> tuple[int, str]:
    """Exit code and what became of the version."""
    stored = outcome.stored
    command = f"python -m webapp promote {stored.model} {stored.number} --why REASON"
    if outcome.is_refused:
        refused = ", ".join(gate.name for gate in outcome.gates if gate.verdict == "refuse")
        return NOT_PROMOTED, f"{refused} refused it. To promote it anyway:\n{command}"
    if not may_promote:
        return PROMOTED, f"It was not to be promoted. To promote it:\n{command}"
    hindrance = _promote_or_why_not(place, stored)
    if hindrance:
        return NOT_PROMOTED, f"{hindrance}. To promote it:\n{command}"
    return PROMOTED, PROMOTED_NOW


def _promote_or_why_not(place: Workplace, stored: StoredVersion) -> str:
    try:
        if place.database.is_sqlite:
            migrate(place.database)
        elif not is_migrated(place.database):
            return "The database is not migrated: run python -m webapp release first"
        hindrance = promote_by_itself(place, stored, command_actor(), "Trained, and no gate refused")
    except FormcastError as problem:
        return str(problem).removesuffix(".")
    return hindrance and hindrance[0].upper() + hindrance[1:]


def _leave_public_key(path: Path, text: str) -> None:
    """Beside the secret one, for the services of this machine; whoever reads it finds it whole."""
    if path.exists() and path.read_text(encoding="ascii", errors="replace").strip() == text:
        return
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    draft.write_text(text + "\n", encoding="ascii")
    draft.replace(path)


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
