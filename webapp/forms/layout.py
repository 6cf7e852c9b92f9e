"""Where each question stands on the form: in titled sections of at most eight, equal neighbours lined up."""

from dataclasses import dataclass
from itertools import groupby

from webapp.forms.controls import Control
from webapp.schema import Group, Schema
from webapp.wording.quoting import shown

MAX_FIELDS = 8  # of one section with a title: more is not taken in at a glance
MIN_CHOICE_ROWS = 3
REST_TITLE = "Other questions"


@dataclass(frozen=True, slots=True)
class Row:
    """Neighbours that are laid out together; `names` of form fields."""

    names: tuple[str, ...]
    are_choice_rows: bool = False
    is_level: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the form; without a title it has no heading."""

    title: str
    help: str
    rows: tuple[Row, ...]


def sections_for(schema: Schema, controls: list[Control]) -> tuple[Section, ...]:
    """The sections of a form in page order; controls in schema order. Without a title nobody sees where one ends."""
    sections = []
    for group, members in _grouped(schema, controls):
        size = _evenly(len(members)) if group.title else len(members)
        for start in range(0, len(members), size):
            chunk = members[start : start + size]
            title = f"{group.title}, continued" if group.title and start else group.title
            sections.append(Section(shown(title), "" if start else shown(group.help), tuple(_rows(chunk))))
    return tuple(sections)


def _grouped(schema: Schema, controls: list[Control]) -> list[tuple[Group, list[Control]]]:
    titles = {group.title for group in schema.groups}
    members: dict[str, list[Control]] = {}
    for feature, control in zip(schema.features, controls, strict=True):
        members.setdefault(feature.group if feature.group in titles else "", []).append(control)
    named = [(group, members[group.title]) for group in schema.groups if members.get(group.title)]
    rest = members.get("", [])
    return named + [(Group(REST_TITLE if named else ""), rest)] if rest else named


def _evenly(count: int) -> int:
    """The size of the sections that many fields are divided into, none much smaller than the others."""
    sections = -(-count // MAX_FIELDS)
    return -(-count // sections)


def _rows(controls: list[Control]) -> list[Row]:
    rows: list[Row] = []
    for choices, run in groupby(controls, key=lambda control: control.short_choices):
        neighbours = list(run)
        if choices and len(neighbours) >= MIN_CHOICE_ROWS:
            rows.append(Row(tuple(control.name for control in neighbours), are_choice_rows=True))
        else:
            rows.extend(Row((control.name,)) for control in neighbours)
    return list(_paired(rows, {control.name: control for control in controls}))


def _paired(rows: list[Row], controls: dict[str, Control]) -> list[Row]:
    """Two single fields beside each other become one row; level if both controls are one line high."""
    paired: list[Row] = []
    for row in rows:
        left = paired[-1] if paired else None
        if left is None or row.are_choice_rows or left.are_choice_rows or len(left.names) == 2:
            paired.append(row)
            continue
        names = left.names + row.names
        paired[-1] = Row(names, is_level=all(controls[name].is_one_line for name in names))
    return paired
