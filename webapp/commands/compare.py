"""compare: the same rows through two versions, and a verdict that a person can act on."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from pathlib import Path

import numpy as np

from webapp.commands.answer import Answer
from webapp.commands.comparison_report import comparison_lines, speed_lines
from webapp.commands.promotion import Workplace
from webapp.commands.recorded import Found, recorded_table, table_if_unchanged
from webapp.comparison.answers import lacking_columns
from webapp.comparison.comparing import Comparison, Context, compare
from webapp.comparison.fields import renamed_fields
from webapp.comparison.rows import MOST_ROWS, Rows, linked, made_up, with_golden_rows
from webapp.comparison.sides import Side
from webapp.comparison.speed import Figure, Job, fit_times, race
from webapp.comparison.tables import table_mark
from webapp.errors import FormcastError, UnusableTable
from webapp.evidence.side_by_side import side_by_side
from webapp.model_package.format import GOLDEN_ROWS, ModelPackage
from webapp.model_package.loader import open_package
from webapp.model_package.manifest import json_object
from webapp.storage.folder import read_folder
from webapp.training.columns.spec_against_table import decimal_sign
from webapp.training.spec.file import DataSpec, Spec

USAGE = 2
SPEED_ROWS = 2_000


def compare_versions(place: Workplace, given: argparse.Namespace) -> Answer:
    """Exit code 0 where they are the same, 1 where they are not; what cannot be compared ends with 2."""
    opened = [_opened(place, given.model, which) for which in (given.a, given.b)]
    comparison, rows = _compared(place, given, *opened)
    speeds = _speeds(place, comparison, opened, rows, given.benchmark) if given.benchmark else ()
    document = comparison.to_json() | ({"benchmark": [asdict(one) for one in speeds]} if given.benchmark else {})
    lines = [*comparison_lines(comparison), *speed_lines(speeds)]
    if isinstance(given.json, str):
        _write(Path(given.json), json.dumps(document, indent=1, ensure_ascii=False))
        lines.append(f"As JSON: {given.json}")
    if given.html:
        _write(Path(given.html), _page(comparison, speeds))
        lines.append(f"As a page: {given.html}")
    return Answer(tuple(lines), document, comparison.code)


def _page(comparison: Comparison, speeds: Sequence[Figure]) -> str:
    page = side_by_side(comparison, speeds)
    # Loaded for a page alone: a command at a terminal needs no templates.
    return import_module("webapp.commands.page_file").page_file("pages/compare/file.html", page.title, page=page)


def _speeds(
    place: Workplace, comparison: Comparison, opened: Sequence["Opened"], rows: Rows, rounds: int
) -> tuple[Figure, ...]:
    keys, modules = place.trusted_keys, place.config.trusted_modules
    few = rows.take(np.arange(min(len(rows), SPEED_ROWS)))
    jobs = [Job(one.files, keys, modules, few.columns, few.decimal) for one in opened]
    training = fit_times(comparison.before, comparison.after, rows if rows.is_table else None)
    return (training, *race(*jobs, rounds=rounds))


@dataclass(frozen=True)
class Opened:
    """A package and the bytes that it was opened from."""

    package: ModelPackage
    files: Mapping[str, bytes]


def _opened(place: Workplace, model: str, which: str) -> Opened:
    """A version of the store by number or id, or the package in a folder."""
    if Path(which).is_dir():
        files = read_folder(Path(which))
    else:
        stored = place.find(model, which)
        files = place.store.files(stored.model, stored.version)
    return Opened(open_package(files, place.trusted_keys, place.config.trusted_modules), files)


def _compared(place: Workplace, given: argparse.Namespace, before: Opened, after: Opened) -> tuple[Comparison, Rows]:
    """And the rows on which they were compared."""
    packages = (before.package, after.package)
    a, b = _named(*map(Side.of, packages))
    renamed = renamed_fields(a, b)
    found = _table(place, given, packages, renamed)
    if found is None:
        rows = made_up(a, b, given.seed)
        for side, opened in ((a, before), (b, after)):
            rows = with_golden_rows(rows, json_object(opened.files, GOLDEN_ROWS), side)
        rows = linked(rows, renamed)
        return compare(a, b, rows, Context(given.seed, _earlier(place, a))), rows
    rows = linked(_rows(found, b, given.data), renamed)
    if lacking := lacking_columns((a, b), list(rows.columns)):
        name, fields = next(iter(lacking.items()))
        raise UnusableTable(f"{found.table.location} lacks {', '.join(fields)}, which {name} asks for")
    chosen = np.arange(len(rows))
    if len(rows) > MOST_ROWS:
        chosen = np.sort(np.random.default_rng(given.seed).choice(len(rows), MOST_ROWS, replace=False))
    context = Context(given.seed, _earlier(place, a), chosen if given.data else None)
    rows = rows.take(chosen)
    return compare(a, b, rows, context), rows


def _named(a: Side, b: Side) -> tuple[Side, Side]:
    """Two packages from elsewhere may bear the same number."""
    if a.name != b.name:
        return a, b
    return replace(a, name=f"{a.name} (the first)"), replace(b, name=f"{b.name} (the second)")


def _table(
    place: Workplace, given: argparse.Namespace, packages: tuple[ModelPackage, ModelPackage], renamed: Mapping[str, str]
) -> Found | None:
    """
    The table given; else the rows that the later version learned from, or the earlier one, if they are unchanged and
    hold all that either asks for.
    """
    if given.data:
        target = packages[1].schema.target.name
        spec = Spec(packages[1].model, data=DataSpec(source=given.data, target=target))
        return recorded_table(place, spec, {}, given.data)
    asked = {feature.name for package in packages for feature in package.schema.features}
    found = (table_if_unchanged(place, package.model, package.metadata) for package in reversed(packages))
    same = {**renamed, **{new: old for old, new in renamed.items()}}
    whole = (one for one in found if one and all({name, same.get(name)} & set(one.table.columns) for name in asked))
    return next(whole, None)


def _rows(found: Found, b: Side, given: str) -> Rows:
    table, target = found.table, b.schema.target.name
    spec = Spec("", data=DataSpec(source=table.location, target=target, decimal=b.schema.target.decimal))
    count = f"{table.rows:,} rows"
    if table.rows > MOST_ROWS:
        count = f"{MOST_ROWS:,} of {table.rows:,} rows, drawn by chance,"
    origin = f"{count} of {table.location}"
    if not given:
        origin += ", from which at least one of the two has learned"
    return Rows(
        columns={name: texts.astype(object) for name, texts in table.columns.items() if name != target},
        origin=origin,
        truth=table.columns.get(target),
        is_table=True,
        decimal=decimal_sign(table, spec),
    )


def _earlier(place: Workplace, a: Side) -> dict[str, str]:
    """The tables of versions older than `a`, but for its own."""
    found = {}
    for stored in place.store.versions(a.schema.model):
        if stored.version == a.version or stored.number >= a.metadata.get("number", 0):
            continue
        try:
            mark = table_mark(place.facts(stored))
        except FormcastError:
            continue  # one that cannot be read says nothing, and `verify` names it
        if mark and mark != table_mark(a.metadata):
            found[mark] = f"version {stored.number}"
    return found


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as problem:
        raise UnusableTable(f"{path} cannot be written: {problem.strerror}") from problem
