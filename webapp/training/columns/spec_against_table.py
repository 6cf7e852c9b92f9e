"""What a spec says about a table, checked against the table: names of columns and the decimal sign."""

import difflib
from collections.abc import Iterable

from webapp.errors import UnusableSpec, UnusableTable
from webapp.parsing.delimited import DELIMITER_NAMES
from webapp.schema import Target
from webapp.training.sources.table_source import Table
from webapp.training.spec.file import DecisionSpec, Spec

LISTED = 12  # names in a sentence


def input_columns(table: Table, spec: Spec) -> list[str]:
    """The columns besides the target and those the spec leaves out. Raises for a name the table does not have."""
    data = spec.data
    if data.target not in table.columns:
        raise UnusableTable(f"{table.location} has no column “{data.target}”.{_nearest(data.target, table.columns)}")
    said = {"id_column": [data.id_column], "time_column": [data.time_column], "exclude": data.exclude}
    for key, names in said.items():
        _refuse_unknown(f"[data] {key}", filter(None, names), table)
    _refuse_unknown("A section [features.<column>]", spec.features, table)
    for key in ("id_column", "time_column"):
        if getattr(data, key) == data.target:
            raise UnusableSpec(f"[data] {key} is the target “{data.target}”. Name another column")
    return [name for name in table.columns if name != data.target]


def decimal_sign(table: Table, spec: Spec) -> str:
    """The table's own sign; where no cell decides the spec's, and where 1,234 is left open a refusal."""
    if not table.doubtful_decimal:
        return table.decimal
    if spec.data.decimal:
        return spec.data.decimal
    if table.delimiter != ",":
        by = f" is separated by {DELIMITER_NAMES[table.delimiter]}, and" if table.delimiter else ":"
        raise UnusableTable(
            f"{table.location}{by} a number such as {table.doubtful_decimal} can be read with the comma as decimal "
            'sign or between thousands; no cell decides. Say decimal = "," or decimal = "." under [data] in the spec'
        )
    return table.decimal


def refuse_unfit_words(spec: Spec, target: Target) -> None:
    """Raises UnusableSpec for a decision or outcomes that the target does not have."""
    if spec.decision != DecisionSpec() and target.task != "binary":
        found = "is a number" if target.task == "number" else f"has {len(target.classes)} classes"
        raise UnusableSpec(
            f"[decision] says from which chance on something is done, so it needs a target of two classes, but "
            f"“{target.name}” {found}. Take the section out"
        )
    for name in spec.outcomes:
        if target.task == "number":
            raise UnusableSpec(f"[outcomes.{name}] describes a class, but the target “{target.name}” is a number")
        if name not in target.classes:
            hint = _nearest(name, target.classes, "The classes")
            raise UnusableSpec(f"[outcomes.{name}] is no class of the target “{target.name}”.{hint}")


def _refuse_unknown(where: str, names: Iterable[str], table: Table) -> None:
    for name in names:
        if name not in table.columns:
            raise UnusableSpec(
                f"{where} names “{name}”, which {table.location} does not have.{_nearest(name, table.columns)}"
            )


def _nearest(name: str, known: Iterable[str], called: str = "Its columns") -> str:
    by_fold = {column.casefold(): column for column in known}
    near = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.6)
    if near:
        return f" Did you mean “{by_fold[near[0]]}”?"
    columns = list(by_fold.values())
    more = f" and {len(columns) - LISTED} more" if len(columns) > LISTED else ""
    return f" {called} are {', '.join(columns[:LISTED])}{more}"
