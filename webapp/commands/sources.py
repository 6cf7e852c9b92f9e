"""A spec and the table it names; for a table without one, the spec that is written from what was understood."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from examples.catalogue import BUILDERS
from webapp.commands.database_source import read_query, read_query_in_pieces
from webapp.errors import UnusableSpec
from webapp.model_package.format import is_model_name
from webapp.training.columns.inference import Inference, infer_schema
from webapp.training.sources.addresses import is_database, is_elsewhere, refuse_plain_secrets
from webapp.training.sources.bundled import example_reader
from webapp.training.sources.reading import SQL, Reader
from webapp.training.sources.sampled import SQL_PIECES
from webapp.training.sources.table import Portion, Table
from webapp.training.spec.file import DataSpec, Spec, read_spec
from webapp.training.spec.source import ALL_ROWS, read_table_of
from webapp.training.spec_writing import write_spec

# Readers of what the learning half does not know, by scheme. One of your own is a line here.
READERS: Mapping[str, Reader] = {
    "examples": example_reader(BUILDERS),
    SQL: read_query,
    SQL_PIECES: read_query_in_pieces,
}


Understand = Callable[[Table, Spec], tuple[Spec, Inference]]


@dataclass(frozen=True)
class Source:
    """What one training run starts from."""

    spec: Spec
    table: Table
    inference: Inference


@dataclass(frozen=True)
class Asked:
    """What a person gives at a terminal in place of a spec, or besides one."""

    data: str = ""
    target: str = ""
    query: str = ""
    sheet: str = ""
    snapshot: bool = False
    portion: Portion = ALL_ROWS


def source_of_spec(
    path: Path, *, snapshot: bool = False, in_use: Collection[str] = (), portion: Portion = ALL_ROWS
) -> Source:
    """`in_use`: columns that the version in use asks. Raises UnusableSpec or UnusableTable."""
    _check_name(path)
    spec = read_spec(path)
    if snapshot:
        spec = replace(spec, data=replace(spec.data, snapshot=True))
    table = read_table_of(spec, READERS, portion)
    spec = _without_lost(spec, table, in_use)
    return Source(spec, table, infer_schema(table, spec))


def _understood(table: Table, spec: Spec) -> tuple[Spec, Inference]:
    return spec, infer_schema(table, spec)


def source_of_table(
    asked: Asked, path: Path, *, write: bool, in_use: Collection[str] = (), understand: Understand = _understood
) -> Source:
    """
    The table `asked` for with the spec in `path`, which is written, or given the columns it lacks, if `write`.

    A person's edits of an existing spec hold. Nothing is written for a table that cannot be learned from. `understand`
    may add to the spec what must hold of the table.
    """
    _check_name(path)
    spec = _pointed_at(asked, path)
    table = read_table_of(spec, READERS, asked.portion)
    spec, inference = understand(table, _without_lost(spec, table, in_use))
    source = Source(spec, table, inference)
    return written(source, path) if write else source


def written(source: Source, path: Path) -> Source:
    """The same with its spec in `path`, as source_of_table writes it."""
    _make_folder(path.parent)
    write_spec(path, source.spec, source.inference)
    return replace(source, spec=replace(read_spec(path), data=source.spec.data))


def _pointed_at(asked: Asked, path: Path) -> Spec:
    data = asked.data if is_elsewhere(asked.data) else str(Path(asked.data).absolute())
    if is_elsewhere(data):
        refuse_plain_secrets(data)
    if not path.exists():
        given = DataSpec(data, asked.query, asked.target, sheet=asked.sheet, snapshot=asked.snapshot)
        return Spec(model=path.stem, path=path, data=given)
    spec = read_spec(path)
    known = spec.data
    if known.target != asked.target:
        raise UnusableSpec(
            f"{path} is about the target {known.target}, not {asked.target}. "
            "Give the new model a name of its own: --name"
        )
    query = asked.query or (known.query if is_database(data) else "")
    given = replace(
        known,
        source=data,
        query=query,
        parameters=known.parameters if query == known.query else {},
        sheet=asked.sheet or known.sheet,
        snapshot=asked.snapshot or known.snapshot,
    )
    return replace(spec, data=given)


def _without_lost(spec: Spec, table: Table, in_use: Collection[str]) -> Spec:
    """Less the sections of columns that the table once had: a gate will ask whether they may be missing."""
    kept = {name: said for name, said in spec.features.items() if name in table.columns or name not in in_use}
    return replace(spec, features=kept)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise UnusableSpec(f"The folder of specs {folder} cannot be made: {problem.strerror}") from problem


def _check_name(path: Path) -> None:
    if not is_model_name(path.stem):
        raise UnusableSpec(
            f"{path.stem!r} cannot be the name of a model: use small letters, digits, - and _, and begin with a letter "
            "or digit. Give another one with --name"
        )
