"""Which sample tables there are, by the name a spec gives them: source = "examples:NAME"."""

from collections.abc import Callable, Mapping
from datetime import date

import pandas as pd

from examples import diabetes, loans, wine

BUILDERS: Mapping[str, Callable[[], str]] = {
    "loans": loans.table,
    "diabetes": diabetes.table,
    "wine": wine.table,
}

# Cases in use, with their ends: the last day, how many days, how many cases a day.
TRAFFIC: Mapping[str, Callable[[date, int, int], pd.DataFrame]] = {"loans": loans.traffic}
