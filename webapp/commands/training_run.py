"""What train.py does for one model, between its arguments and its exit code."""

from dataclasses import dataclass, replace
from pathlib import Path

from webapp.commands.promotion import Workplace, promote, why_not_by_itself
from webapp.commands.sources import Source
from webapp.config import Config
from webapp.errors import FormcastError, RecordsUnavailable
from webapp.model_package.signing import SigningKey, read_or_create_signing_key
from webapp.parsing.shown import number_text
from webapp.records.actors import command_actor
from webapp.records.migrate import is_migrated, migrate
from webapp.training.run import Options, Outcome, train
from webapp.training.schema_inference import Inference

PROMOTED, FAILED, USAGE, REFUSED = 0, 1, 2, 3


@dataclass(frozen=True)
class Verdict:
    """Exit code and the readable lines for stdout."""

    code: int
    lines: tuple[str, ...]


def signing_key(config: Config) -> tuple[SigningKey, tuple[str, ...]]:
    """The trainer's key and, when one is made now, what its person must know."""
    if config.signing_key:
        return SigningKey.from_text(config.signing_key), ()
    path, public = config.instance / "signing_key", config.instance / "signing_key.pub"
    is_new = not path.exists()
    key = read_or_create_signing_key(path)
    if not public.exists() or public.read_text().strip() != key.public.text:
        public.write_text(key.public.text + "\n")
    lines = (
        f"A new signing key was made in {_short(path)}. Keep it secret.",
        f"A service elsewhere needs: FORMCAST_TRUSTED_KEYS={key.public.text}",
    )
    return key, lines if is_new else ()


def train_one(config: Config, source: Source, options: Options, *, may_promote: bool) -> Verdict:
    """Train, store, and promote where that may happen by itself."""
    key, key_lines = signing_key(config)
    trusted = ",".join(filter(None, (config.trusted_keys, key.public.text)))
    place = Workplace.from_config(replace(config, trusted_keys=trusted))
    outcome = train(source.table, source.spec, place.store, key, options, source.inference)
    lines = [*key_lines, *_learned_lines(outcome)]
    if outcome.is_refused:
        command = f"python -m webapp promote {outcome.stored.model} {outcome.stored.number} --why REASON"
        return Verdict(REFUSED, (*lines, "Stored, not promoted: a gate refused. To promote anyway:", f"  {command}"))
    if not may_promote:
        return Verdict(PROMOTED, (*lines, "Stored, not promoted, as asked."))
    return Verdict(PROMOTED, (*lines, _promoted(place, outcome)))


def _promoted(place: Workplace, outcome: Outcome) -> str:
    stored = outcome.stored
    by_hand = f"To promote it: python -m webapp promote {stored.model} {stored.number} --why REASON"
    try:
        if place.database.is_sqlite:
            migrate(place.database)
        elif not is_migrated(place.database):
            return "Stored, not promoted: the database is not migrated. Run: python -m webapp release"
        hindrance = why_not_by_itself(place, stored)
        if hindrance:
            return f"Stored, not promoted: {hindrance}. {by_hand}"
        promote(place, stored, command_actor(), "Trained, and no gate refused")
    except RecordsUnavailable as problem:
        return f"Stored, not promoted: {problem} {by_hand}"
    except FormcastError as problem:
        return f"Stored, not promoted: {problem} {by_hand}"
    return f"Promoted: version {stored.number} of {stored.model} answers now."


def inference_lines(inference: Inference) -> list[str]:
    """What was understood of the table, for stdout."""
    target = inference.schema.target
    kinds = f"{len(target.classes)} classes: {', '.join(target.classes)}" if target.classes else "a number"
    positive = f"; the chance shown is that of “{target.positive}”" if target.positive else ""
    return [
        f"Target {target.name}: {kinds}{positive}",
        f"Inputs: {len(inference.schema.features)}",
        *(f"  {feature.name}: {feature.kind}" for feature in inference.schema.features),
        *(f"Set aside: {column}: {reason}" for column, reason in inference.set_aside),
        *inference.notes,
        *(f"Warning: {warning}" for warning in inference.warnings),
    ]


def _learned_lines(outcome: Outcome) -> list[str]:
    stored = outcome.stored
    rows = outcome.facts["rows"]
    figures = ", ".join(
        f"{name.replace('_', ' ')} {number_text(float(f'{value:.3g}'), decimals=3)}"
        for name, value in outcome.evaluation.figures.items()
    )
    return [
        *inference_lines(outcome.inference),
        f"Learned from {rows['train']} rows, judged on {rows['holdout']} others. {outcome.choice_reason}",
        f"On the rows kept back: {figures}",
        *(f"{gate.verdict:<6} {gate.name}: {gate.reason}" for gate in outcome.gates),
        f"Version {stored.number} of {stored.model} is in the store as {stored.version}",
    ]


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
