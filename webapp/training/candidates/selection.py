"""Which inputs the chosen model can do without, and why each of the others is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import clone

from webapp.schema import Feature, Schema
from webapp.training.candidates.choice import Choice
from webapp.training.candidates.effort import Effort
from webapp.training.candidates.question import Question
from webapp.training.candidates.trials import Candidate, tried
from webapp.training.spec.file import Spec

FEWEST_ROWS = 500  # under it a field that helps a little cannot be told from one that does not
MANY_INPUTS = 40  # questions that nobody answers: beyond it even few rows have to tell which of them matter
LEAST_INPUTS = 2
SHARE = 0.3  # of the time left that making sure may take
HELPS = "without it the loss grows by {gain:.2g} (give or take {error:.1g})"
DROPPED = "the answers are no worse without it"
NEEDED = "it seems to help little, but it could not be shown that the answers are no worse without it"


@dataclass(frozen=True)
class Decided:
    """One input: `gain` is by how much the loss grew when it was shuffled, None where that was not tried."""

    feature: str
    kept: bool
    why: str
    gain: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {"feature": self.feature, "kept": self.kept, "why": self.why, "gain": self.gain}


@dataclass(frozen=True)
class Selection:
    """The question and the choice with the inputs that are left; `kept` are their positions in the schema."""

    question: Question
    choice: Choice
    decided: tuple[Decided, ...]
    kept: tuple[int, ...]

    @property
    def dropped(self) -> tuple[Decided, ...]:
        return tuple(one for one in self.decided if not one.kept)


def select(schema: Schema, spec: Spec, question: Question, choice: Choice, effort: Effort) -> Selection:
    """
    Drop what does not help beyond noise, if the model learned without it is no worse on the same folds.

    An input may go when shuffling it costs less than one standard error. What the spec asks for, what is sensitive,
    can be changed or has a direction stays, and so does the column that says when a case happened.
    """
    everything = tuple(range(len(schema.features)))
    grown = choice.taken.grown
    if why := _why_not(question, choice, spec):
        decided = tuple(Decided(feature.name, True, f"not tried: {why}") for feature in schema.features)
        return Selection(question, choice, decided, everything)
    gains, errors = grown.mean(axis=0), grown.std(axis=0, ddof=1) / np.sqrt(len(grown))
    demanded = {place: why for place in everything if (why := _demanded(schema.features[place], spec))}
    doubtful = [place for place in everything if gains[place] <= errors[place] and place not in demanded]
    dropped, without = _learned_without(doubtful, gains, question, choice, effort)

    def why_of(place: int) -> str:
        if place in demanded:
            return demanded[place]
        if place not in doubtful:
            return HELPS.format(gain=gains[place], error=errors[place])
        return DROPPED if place in dropped else NEEDED

    decided = tuple(
        Decided(schema.features[place].name, place not in dropped, why_of(place), float(gains[place]))
        for place in everything
    )
    if without is None:
        return Selection(question, choice, decided, everything)
    kept = tuple(place for place in everything if place not in dropped)
    others = tuple(without if one is choice.taken else one for one in choice.tried)
    return Selection(question.only(kept), replace(choice, taken=without, tried=others), decided, kept)


def _learned_without(
    doubtful: Sequence[int], gains: np.ndarray, question: Question, choice: Choice, effort: Effort
) -> tuple[set[int], Candidate | None]:
    """All doubtful inputs, or else those that did harm, and the candidate without them; nothing where it is worse."""
    attempts = [set(doubtful), {place for place in doubtful if gains[place] <= 0.0}]
    for number, attempt in enumerate(attempts):
        kept = [place for place in range(len(question.inputs)) if place not in attempt]
        if not attempt or attempt in attempts[:number] or len(kept) < LEAST_INPUTS:
            continue
        effort.begin("selection", f"Trying without {len(attempt)} of {len(question.inputs)} inputs")
        narrower, taken = replace(question.only(kept), selection=False), choice.taken
        estimator = clone(taken.estimator).set_params(**narrower.columns, **narrower.constraints)
        trial = tried(taken.name, estimator, narrower, effort, effort.deadline(SHARE))
        if isinstance(trial, Candidate) and trial.loss <= taken.loss:
            return attempt, replace(trial, note=taken.note)
    return set(), None


def _why_not(question: Question, choice: Choice, spec: Spec) -> str:
    if not spec.training.selection:
        return "the spec says so"
    if question.own or question.adopted is not None:
        return "what somebody brought may need every input"
    if len(question.y) < FEWEST_ROWS and len(question.inputs) <= MANY_INPUTS:
        return f"{len(question.y):,} rows are too few to tell, {FEWEST_ROWS} wanted"
    return "" if choice.taken.grown is not None and len(choice.taken.grown) else "it was switched off"


def _demanded(feature: Feature, spec: Spec) -> str:
    said = spec.features.get(feature.name)
    reasons = {
        "the spec asks for it": said is not None and said.keep,
        "it is sensitive, so what it does is to be seen": feature.sensitive,
        "it is what can be changed": feature.actionable,
        "it has a direction to keep to": bool(feature.monotonic),
        "it says when a case happened": feature.name == spec.data.time_column,
    }
    return next((why for why, holds in reasons.items() if holds), "")
