"""outcomes: what really happened, from a file."""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from webapp.commands.accounts import prepare
from webapp.commands.answer import Answer
from webapp.commands.command import Argument, Command
from webapp.commands.outcome_file import OutcomeFile, read_outcome_file
from webapp.commands.outcome_lines import CONFLICT, REFUSED, UNKNOWN, Left, Matching, Wanted
from webapp.commands.promotion import Workplace
from webapp.errors import DecisionRefused
from webapp.records.actors import command_actor
from webapp.records.decisions import standing_of
from webapp.records.outcomes import CORRECTED, RECORDED, SAME, By, Happened, Kept, record_outcomes, would_become
from webapp.schema import Schema
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import shown

NOT_ALL = 3  # exit code: some lines stand recorded, others do not
WRITTEN_AT_ONCE = 1000  # lines in a transaction: others must be able to write in between
LISTED = 50
KINDS = {
    REFUSED: "cannot be used",
    UNKNOWN: "name no answer that is known",
    CONFLICT: "say something else than what is recorded, which stands; --correct would correct it",
}


def import_file(place: Workplace, given: argparse.Namespace) -> Answer:
    """What is recorded already stays as it is, so that a file can be imported again after it has grown."""
    prepare(place)
    file = read_outcome_file(Path(given.file), _own_names(place, given.model))
    matching = Matching(place, file, Wanted(given.model, given.decimal, given.newest))
    matching.left.extend(Left(line, REFUSED, reason) for line, reason in file.broken)
    states: Counter[str] = Counter()
    for start in range(0, len(file.lines), WRITTEN_AT_ONCE):
        lines = file.lines[start : start + WRITTEN_AT_ONCE]
        with place.database.reading() as connection:
            matched = matching.matched(connection, lines)
        fates = _recorded(place, [happened for _, happened in matched], given, file)
        for (line, happened), kept in zip(matched, fates, strict=True):
            states[kept.state] += 1
            if kept.state == CONFLICT:
                matching.left.append(Left(line, CONFLICT, _conflict(happened, kept)))
    states[SAME] += matching.repeated
    return _answer(file, given, states, sorted(matching.left, key=lambda left: left.line))


def _recorded(place: Workplace, many: Sequence[Happened], given: argparse.Namespace, file: OutcomeFile) -> list[Kept]:
    if not many:
        return []
    if given.dry_run:
        with place.database.reading() as connection:
            return would_become(connection, many, may_correct=given.correct)
    by = By(command_actor(), "file", file.name)
    return place.database.run(lambda connection: record_outcomes(connection, many, by, may_correct=given.correct))


def _own_names(place: Workplace, model: str) -> Mapping[str, Sequence[str]]:
    """What the columns are called in the table that the model learned from. Raises DecisionRefused."""
    if not model:
        return {}
    with place.database.reading() as connection:
        standing = standing_of(connection, model)
    if standing is None or not standing.has_champion:
        raise DecisionRefused(f"No version of {model} was ever promoted, so nothing was answered by it.")
    schema = Schema.from_json(standing.words["schema"])
    return {"key": (schema.id_column, schema.id_label), "value": (schema.target.name, schema.target.label)}


def _conflict(happened: Happened, kept: Kept) -> str:
    rule, before = happened.rule, kept.before
    stands = f"“{rule.value_text(before.value)}”" if before.value else "that it is not known after all"
    by = f" by {before.who.name}" if before.who.name else ""
    return f"“{rule.value_text(happened.value)}”, but {stands} was recorded on {before.at:%Y-%m-%d}{by}"


def _answer(file: OutcomeFile, given: argparse.Namespace, states: Mapping[str, int], left: Sequence[Left]) -> Answer:
    lines = [_summary(states, given.dry_run)]
    for kind, words in KINDS.items():
        of_kind = [one for one in left if one.kind == kind]
        lines += [f"{counted(len(of_kind), 'line', 'lines')} {words}:"] if of_kind else []
        lines += [f"  line {one.line}: {shown(one.reason)}" for one in of_kind[:LISTED]]
        lines += [f"  and {count_text(len(of_kind) - LISTED)} more, which --json lists"] if of_kind[LISTED:] else []
    if file.unused:
        lines.append(f"Columns that say nothing here: {', '.join(map(shown, file.unused))}")
    document = {
        "file": given.file,
        "dry_run": given.dry_run,
        **{state.replace(" ", "_"): states[state] for state in (RECORDED, CORRECTED, SAME)},
        "not_recorded": [{"line": one.line, "problem": one.kind, "reason": one.reason} for one in left],
        "unused_columns": list(file.unused),
    }
    return Answer(tuple(lines), document, NOT_ALL if left else 0)


def _summary(states: Mapping[str, int], dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    done = [f"{count_text(states[state])} {would}{state}" for state in (RECORDED, CORRECTED) if states[state]]
    same = f"{counted(states[SAME], 'outcome was', 'outcomes were')} recorded before" if states[SAME] else ""
    if not done:
        return f"Nothing {'would change' if dry_run else 'changed'}{': ' if same else ''}{same}"
    return f"Outcomes: {', '.join(done)}{f'; {same}' if same else ''}"


FILE: Argument = ("file", {"metavar": "FILE", "help": "CSV: prediction_id, reference or business_key; outcome; time"})
IMPORT: tuple[Argument, ...] = (
    FILE,
    ("--model", {"default": "", "metavar": "MODEL", "help": "of whose answers; its own names of columns count too"}),
    ("--correct", {"action": "store_true", "help": "correct what was recorded otherwise; its history stays"}),
    ("--newest", {"action": "store_true", "help": "where a number of the case names several answers, take the last"}),
    (
        "--decimal",
        {"default": "", "choices": (".", ","), "help": "the sign before decimals, where the file is unclear"},
    ),
    ("--dry-run", {"action": "store_true", "help": "say what would be recorded and record nothing"}),
)
PARTS: dict[str, Any] = {
    "import": Command(
        "record what happened from a CSV file; exit code 0 all of it stands, 3 some lines do not, 1 nothing was read",
        import_file,
        IMPORT,
    ),
}
