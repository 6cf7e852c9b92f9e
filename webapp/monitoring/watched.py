"""What is known of one version before its days are counted and judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from webapp.schema import DATES, Feature, Schema

LEAST_OUTCOMES = 200  # for a verdict on whether it is still right
WINDOW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Watching:
    """
    [monitoring] of the spec. `outcome_days`: how long it takes until it is known what happened, None: learned from
    the outcomes that came. `expected_to_change` names fields whose values may move without anybody being told.
    """

    window_days: int = WINDOW_DAYS
    outcome_days: int | None = None
    min_outcomes: int = LEAST_OUTCOMES
    expected_to_change: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> "Watching":
        """As the words of a decision say it; what another release says besides is passed over."""
        said = words.get("monitoring") or {}
        known = {part.name: said[part.name] for part in fields(cls) if said.get(part.name) is not None}
        return cls(**known | {"expected_to_change": tuple(known.get("expected_to_change", ()))})


@dataclass(frozen=True)
class Watched:
    """
    One version: its schema, the words it answers with, and what its package remembers of training.

    `profile` holds counts by field, `evaluation` what was measured on rows kept back, `facts` all that its package
    says; {} where the package is gone.
    """

    model: str
    version: str
    schema: Schema
    words: Mapping[str, Any] = field(default_factory=dict)
    profile: Mapping[str, Any] = field(default_factory=dict)
    evaluation: Mapping[str, Any] = field(default_factory=dict)
    trained_rows: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def settings(self) -> Watching:
        return Watching.of(self.words)

    @property
    def task(self) -> str:
        return self.schema.target.task

    @property
    def case(self) -> str:
        return self.words.get("case") or "case"

    @property
    def cases(self) -> str:
        return self.words.get("cases") or "cases"

    @property
    def who_acts(self) -> str:
        return self.words.get("owner") or self.words.get("contact") or ""

    @cached_property
    def importance(self) -> Mapping[str, float]:
        """By field how much worse the answers are without it; fields that were not found to matter are 0."""
        found = self.evaluation.get("importance") or ()
        return {one["feature"]: one["loss_increase"] if one["low"] > 0 else 0.0 for one in found}

    @cached_property
    def compared(self) -> tuple[Feature, ...]:
        """Fields whose values can be laid beside those of training. A date moves on by itself."""
        return tuple(one for one in self.schema.features if one.kind not in DATES and one.name in self.profile)

    @cached_property
    def grouped(self) -> tuple[Feature, ...]:
        """Fields by whose parts answers are judged: those that people should not be judged by, then what matters."""
        parted = [one for one in self.compared if parts_of(self, one)]
        order = sorted(parted, key=lambda one: (not one.sensitive, -self.importance.get(one.name, 0.0)))
        sensitive = sum(one.sensitive for one in parted)
        return tuple(order[: sensitive + MOST_GROUPED])


MOST_GROUPED = 5  # besides the sensitive ones
MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Parts:
    """How a field is divided: named levels, or numbers between `edges`; `labels` say each part."""

    levels: tuple[str, ...]
    edges: tuple[float, ...]
    labels: tuple[str, ...]


def parts_of(watched: Watched, feature: Feature) -> Parts | None:
    """Its most frequent levels, or three parts of about equal size; None where nothing is told apart."""
    known = watched.profile[feature.name]
    if feature.kind in ("category", "yes_no"):
        rows = {choice.value: choice.rows for choice in feature.choices}
        levels = tuple(sorted((name for name in rows if rows[name]), key=lambda name: -rows[name])[:MOST_PARTS])
        labels = {choice.value: choice.label for choice in feature.choices}
        return Parts(levels, (), tuple(labels[name] for name in levels)) if len(levels) > 1 else None
    edges = _thirds(known["edges"], known["counts"])
    if not edges:
        return None
    said = [feature.value_text(edge) for edge in edges]
    between = tuple(f"over {low} to {high}" for low, high in zip(said, said[1:], strict=False))
    return Parts((), edges, (f"up to {said[0]}", *between, f"over {said[-1]}"))


def _thirds(edges: list[float], counts: list[int]) -> tuple[float, ...]:
    total = sum(counts)
    kept: list[float] = []
    below = 0
    for edge, count in zip(edges, counts, strict=False):
        below += count
        if below >= (len(kept) + 1) * total / 3 and below < total:
            kept.append(float(edge))
        if len(kept) == 2:
            break
    return tuple(kept)
