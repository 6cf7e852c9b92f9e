"""Two versions laid side by side: everything found out about them, as one value, as JSON and as lines."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from webapp.comparison.answers import Flip, answer_both, flips_by_class, slice_moves
from webapp.comparison.change_log import ChangeLog, change_log
from webapp.comparison.movers import Mover, movers
from webapp.comparison.quality import quality_of
from webapp.comparison.rows import Rows
from webapp.comparison.sides import Side, same_kind_of_answer
from webapp.comparison.stability import tolerance, unit_of
from webapp.comparison.tables import TableChange, table_changes
from webapp.comparison.verdict import Finding, Seen, findings, verdict_words

SAME, DIFFERENT = 0, 1


@dataclass(frozen=True)
class Context:
    """
    `earlier`: mark of a table -> name of an older version that had it. `positions` (n,): where in a table that somebody
    gave each row stands; None for other rows, of which none is shown.
    """

    seed: int = 0
    earlier: Mapping[str, str] = field(default_factory=dict)
    positions: np.ndarray | None = None


@dataclass(frozen=True)
class Comparison:
    """`seen` is None where the answers cannot be laid side by side; `movers` only for rows that somebody gave."""

    before: Side
    after: Side
    origin: str
    log: ChangeLog
    tables: tuple[TableChange, ...]
    seen: Seen | None
    movers: tuple[Mover, ...]
    findings: tuple[Finding, ...]

    @property
    def is_same(self) -> bool:
        return not any(finding.is_material for finding in self.findings)

    @property
    def code(self) -> int:
        return SAME if self.is_same else DIFFERENT

    @property
    def verdict(self) -> str:
        return verdict_words(self.before, self.after, self.findings)

    @property
    def flips(self) -> tuple[Flip, ...]:
        return () if self.seen is None else flips_by_class(self.seen.answers)

    def sensitivities(self) -> list[dict[str, Any]]:
        """For each field how far answers move with it, before and after; None where a version does not have it."""
        lines = []
        for name, (before, after) in self.log.effects.items():
            side = self.after if after is not None else self.before
            figures = [None if effect is None else effect.sensitivity for effect in (before, after)]
            away = after.away_from(before) if before is not None and after is not None else None
            lines.append(
                {
                    "field": name,
                    "label": side.schema.by_name[name].label,
                    "before": figures[0],
                    "after": figures[1],
                    "effect_moved": away,
                }
            )
        return sorted(lines, key=lambda line: -max(line["before"] or 0.0, line["after"] or 0.0))

    def to_json(self) -> dict[str, Any]:
        return {
            "before": _identity(self.before),
            "after": _identity(self.after),
            "verdict": self.verdict,
            "same": self.is_same,
            "rows": self.origin,
            "findings": [asdict(finding) for finding in self.findings],
            "changes": self.log.to_json(),
            "tables": [asdict(change) for change in self.tables],
            "sensitivities": self.sensitivities(),
            "answers": None if self.seen is None else _seen_json(self.seen, self.flips),
            "rows_that_moved_most": [asdict(mover) for mover in self.movers],
        }


def compare(a: Side, b: Side, rows: Rows, context: Context) -> Comparison:
    """Lay `b` beside `a` on these rows; `rows` hold every field that either of them asks for."""
    log = change_log(a, b, context.seed, rows)
    tables = tuple(table_changes(a, b, context.earlier))
    if not same_kind_of_answer(a, b):
        found = findings((a, b), log, tables, None)
        return Comparison(a, b, rows.origin, log, tables, None, (), found)
    answers = answer_both(a, b, rows)
    if not len(answers.kept):
        nothing = Finding("answers", "There is no row that both of them can read", True)
        return Comparison(a, b, rows.origin, log, tables, None, (), (nothing, *findings((a, b), log, tables, None)))
    unit = float(np.mean([unit_of(side, own) for side, own in ((a, answers.before), (b, answers.after))]))
    seen = Seen(
        answers=answers,
        slices=slice_moves(a, b, rows, answers),
        quality=quality_of(a, b, rows, answers, context.seed),
        tolerance=tolerance(a, b, unit),
    )
    moved = () if context.positions is None else movers(a, b, rows, answers, context.positions)
    return Comparison(a, b, rows.origin, log, tables, seen, moved, findings((a, b), log, tables, seen))


def _identity(side: Side) -> dict[str, Any]:
    return {"name": side.name, "version": side.version, "trained_at": side.metadata.get("created_at")}


def _seen_json(seen: Seen, flips: tuple[Flip, ...]) -> dict[str, Any]:
    answers = seen.answers
    return {
        "rows": len(answers.kept),
        "mean_move": float(answers.moved.mean()) if len(answers.kept) else None,
        "largest_move": float(answers.moved.max(initial=0.0)),
        "decided_otherwise": int(answers.flipped.sum()),
        "flips": [asdict(flip) for flip in flips],
        "tolerance": {
            "mean_move": seen.tolerance.answers,
            "decided_otherwise": seen.tolerance.flips,
            "measured": seen.tolerance.is_measured,
        },
        "groups": [asdict(move) for move in seen.slices],
        "quality": None if seen.quality is None else asdict(seen.quality),
    }
