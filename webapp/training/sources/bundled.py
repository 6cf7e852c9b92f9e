"""Tables that come with scikit-learn and with Formcast itself. Nothing is fetched."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sklearn import datasets

from webapp.errors import UnusableTable
from webapp.training.sources.addresses import Address, name_in
from webapp.training.sources.cells import TextColumns
from webapp.training.sources.extras import naming
from webapp.training.sources.formats import columns_in
from webapp.training.sources.table import Found, Wanted
from webapp.training.sources.text_table import named_columns

Builder = Callable[[], object]  # gives a CSV text, its bytes or a DataFrame
NAMES = ("breast_cancer", "diabetes", "digits", "iris", "linnerud", "wine")


def read_bundled(address: Address, wanted: Wanted) -> Found:
    """`sklearn:NAME`; the target is called as scikit-learn calls it, its classes by their names. UnusableTable."""
    name = name_in(address.opened)
    if name not in NAMES:
        raise UnusableTable(f"There is no bundled table {address.written}. scikit-learn has {', '.join(NAMES)}")
    bunch = getattr(datasets, f"load_{name}")(as_frame=True)
    columns = {column: cells.tolist() for column, cells in bunch.frame.items()}
    names = list(getattr(bunch, "target_names", ()))
    if "target" in columns and names and isinstance(names[0], str):
        columns["target"] = [names[code] for code in columns["target"]]
    texts = TextColumns(list(columns), wanted.exclude)
    texts.add(list(zip(*columns.values(), strict=True)))
    named = named_columns(list(columns), texts.texts)
    return Found(kind="sklearn", columns=named, rows=len(bunch.frame), decimal=texts.decimal)


def example_reader(builders: Mapping[str, Builder]) -> Callable[[Address, Wanted], Found]:
    """The reader of `examples:NAME`."""

    def read_example(address: Address, wanted: Wanted) -> Found:
        name = name_in(address.opened)
        if name not in builders:
            known = ", ".join(sorted(builders)) or "none"
            raise UnusableTable(f"There is no example table “{name}”. Known examples: {known}")
        built = builders[name]()
        if hasattr(built, "to_csv"):
            built = built.to_csv(index=False)
        with naming(address.written):
            found = columns_in(built.encode() if isinstance(built, str) else built, name, wanted)
        return replace(found, kind="example")

    return read_example
