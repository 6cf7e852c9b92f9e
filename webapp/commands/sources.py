"""A spec and the table it names; for a table without one, the spec that is written from what was understood."""

from dataclasses import dataclass, replace
from pathlib import Path

from examples.catalogue import BUILDERS
from webapp.errors import UnusableSpec
from webapp.model_package.format import is_model_name
from webapp.training.schema_inference import Inference, infer_schema
from webapp.training.spec_file import DataSpec, Spec, read_spec
from webapp.training.spec_writing import write_spec
from webapp.training.table_source import Table, is_elsewhere, read_table_of


@dataclass(frozen=True)
class Source:
    """What one training run starts from."""

    spec: Spec
    table: Table
    inference: Inference


def source_of_spec(path: Path) -> Source:
    """Raises UnusableSpec or UnusableTable."""
    _check_name(path)
    spec = read_spec(path)
    table = read_table_of(spec, BUILDERS)
    return Source(spec, table, infer_schema(table, spec))


def source_of_table(data: str, target: str, path: Path, *, write: bool) -> Source:
    """
    The table `data` with the spec in `path`, which is written, or given the columns it lacks, if `write`.

    A person's edits of an existing spec hold. Nothing is written for a table that cannot be learned from.
    """
    _check_name(path)
    spec = _pointed_at(data, target, path)
    table = read_table_of(spec, BUILDERS)
    inference = infer_schema(table, spec)
    if not write:
        return Source(spec, table, inference)
    _make_folder(path.parent)
    write_spec(path, spec, inference)
    written = replace(read_spec(path), data=spec.data)
    return Source(written, table, inference)


def _pointed_at(data: str, target: str, path: Path) -> Spec:
    data = data if is_elsewhere(data) else str(Path(data).absolute())
    if not path.exists():
        return Spec(model=path.stem, path=path, data=DataSpec(source=data, target=target))
    spec = read_spec(path)
    if spec.data.target != target:
        raise UnusableSpec(
            f"{path} is about the target {spec.data.target}, not {target}. Give the new model a name of its own: --name"
        )
    return replace(spec, data=replace(spec.data, source=data))


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
