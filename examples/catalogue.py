"""Which sample tables there are, by the name a spec gives them: source = "examples:NAME"."""

from collections.abc import Callable, Mapping

from examples import diabetes, loans, wine

BUILDERS: Mapping[str, Callable[[], str]] = {
    "loans": loans.table,
    "diabetes": diabetes.table,
    "wine": wine.table,
}
