"""A reader of one's own, [data] reader = "module:function", behind what every reader here promises."""

from webapp.errors import FormcastError, UnusableSpec, UnusableTable
from webapp.training.own_code import own_code
from webapp.training.sources.addresses import Address
from webapp.training.sources.reading import Reader
from webapp.training.sources.table import Found, Wanted


def own_reader(place: str) -> Reader:
    """Raises UnusableSpec where there is none, and as it reads UnusableTable for whatever goes wrong."""
    where = f"[data] reader “{place}”"
    function = own_code(place, "[data] reader")

    def reader(address: Address, wanted: Wanted) -> Found:
        try:
            found = function(address, wanted)
        except FormcastError:
            raise
        except Exception as problem:  # whatever a function of somebody's own raises
            raise UnusableTable(
                f"{where} failed on {address.written}: "
                f"{address.without_secrets(f'{type(problem).__name__}: {problem}')}"
            ) from problem
        if not isinstance(found, Found):
            raise UnusableSpec(f"{where} must give a Found, and gave {type(found).__name__}")
        _refuse_unlike_a_table(found, where)
        return found

    return reader


def _refuse_unlike_a_table(found: Found, where: str) -> None:
    for name, cells in found.columns.items():
        if len(cells) != found.rows:
            raise UnusableTable(f"{where} gave {len(cells):,} cells in “{name}” and {found.rows:,} rows")
        if not all(isinstance(cell, str) for cell in cells):
            raise UnusableTable(f"{where} gave values in “{name}” that are no texts. TextColumns makes texts of them")
    if not found.rows or len(found.columns) < 2:
        raise UnusableTable(f"{where} gave no table: at least a row and two columns are needed")
