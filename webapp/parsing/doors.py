"""The doors through which texts come in."""

from enum import Enum


class Door(Enum):
    """Where a text came in; the rule is one, the doors differ in what only they can contain."""

    FORM = "form"  # a person typed it: no scientific notation, unknown categories are refused
    FILE = "file"  # a row of a file of cases: missing markers count as blank, unknown categories are flagged
    JSON = "json"  # likewise from a program
    TABLE = "table"  # the table learned from: everything is taken as it is
