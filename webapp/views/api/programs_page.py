"""The page that shows a person how a program asks this model."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from webapp.batch.upload import MAX_ROWS as MAX_FILE_ROWS
from webapp.parsing.shown import number_text
from webapp.parsing.texts import MAX_KEY
from webapp.schema import NUMBERS, Feature, Schema
from webapp.serving import Champion
from webapp.views.about import KIND_WORDS
from webapp.views.access import requires
from webapp.views.api.answering import invoked
from webapp.views.api.examples import FILE, SHOWN, Asking, curl, python, spreadsheet, spreadsheet_file
from webapp.views.api.row_schema import example_row
from webapp.views.api.rows import MAX_ROWS
from webapp.views.champion import champion_of, present_picture, tabs, title_of
from webapp.views.limits import MAX_BODY
from webapp.views.permissions import granted_to_anyone
from webapp.views.quotas import BY_PROGRAM
from webapp.views.services import services
from webapp.wording.numbers import count_text
from webapp.wording.quoting import shortened, shown

bp = Blueprint("programs_page", __name__)

WHOLE_FILE = (
    f"Save the sheet as {FILE}, the column names first, up to {count_text(MAX_FILE_ROWS)} rows. The reply "
    "says under which address to ask how far it is; there, results is the address of the table with its answers."
)
FEW_ROWS = f"The same file, up to {count_text(MAX_ROWS)} rows: the bare answers come back at once."
FEW_CHOICES = 12
CELL = 60  # characters of one choice in the table

Column = tuple[str, bool]
COLUMNS: tuple[Column, ...] = (("Column", False), ("What it is", False), ("How to write it", False), ("Needed", False))


@dataclass(frozen=True, slots=True)
class Example:
    """Something to copy; `rows` is how high its box is."""

    id: str
    title: str
    text: str
    rows: int
    before: str


@bp.get("/models/<model>/programs")
@requires("view")
def show(model: str) -> str:
    champion = champion_of(model)
    return render_template(
        "pages/programs_page/show.html",
        model_title=title_of(model, champion.words),
        tabs=tabs(model, "For programs"),
        address_of_model=url_for("api.predict", model=model, _external=True),
        schema_url=url_for("api.model", model=model),
        openapi_url=url_for("api.description"),
        needs_key=not is_granted("record"),
        reads_with_key=not is_granted("view"),
        limits=limits(),
        columns=COLUMNS,
        rows=rows(champion.predictor.schema),
        examples=examples(champion),
    )


def is_granted(permission: str) -> bool:
    """Whether a program may do that without a key."""
    return permission in granted_to_anyone(services().config)


def limits() -> dict[str, str]:
    return {
        "rows": count_text(MAX_ROWS),
        "body": f"{MAX_BODY // 1024} kB",
        "rate": count_text(BY_PROGRAM.limit) if services().config.limits else "",
    }


def rows(schema: Schema) -> list[tuple[str, str, str, str]]:
    """One line a column: its name, its label, how it is written, whether it may be left out."""
    key = [
        (
            shown(schema.id_column),
            shown(schema.id_label),
            f"your own number of the case, up to {MAX_KEY} characters",
            "no",
        )
    ]
    asked = [(shown(one.name), shown(one.label), _how(one), "no" if one.optional else "yes") for one in schema.features]
    return (key if schema.id_column else []) + asked


def examples(champion: Champion) -> list[Example]:
    url = url_for("api.predict", model=champion.model, _external=True)
    schema = champion.predictor.schema
    asking = Asking(url, example_row(schema), not is_granted("record"), SHOWN[schema.target.kind])
    found = [
        _example("curl", "At a command line", curl(asking), "For bash, zsh and other shells of that kind."),
        _example(
            "python",
            "In Python",
            python(asking),
            "Needs nothing but Python itself. A refusal is printed with everything that is wrong.",
        ),
        _example(
            "excel",
            "In Excel",
            spreadsheet(asking),
            "Make a table named Cases with these columns. Then choose Data, Get Data, From Other Sources, Blank Query, "
            "Advanced Editor, and paste this. Every refresh asks again.",
        ),
    ]
    send = url_for("batch_api.send", model=champion.model, wrong_rows="leave_out", _external=True)
    found.append(_example("file", "A whole file", spreadsheet_file(send, asking.needs_key), WHOLE_FILE))
    if invoked(present_picture()) is champion:
        text = spreadsheet_file(url_for("mlflow.invocations", _external=True), asking.needs_key)
        found.append(_example("csv", "A few rows of any spreadsheet", text, FEW_ROWS))
    return found


def _example(name: str, title: str, text: str, before: str) -> Example:
    return Example(name, title, text, text.rstrip("\n").count("\n") + 1, before)


def _how(feature: Feature) -> str:
    parts = [_choices(feature) if feature.choices else KIND_WORDS[feature.kind], _limits(feature)]
    if feature.kind == "date":
        parts[0] = "a date, as 2024-03-27"
    elif feature.kind == "datetime":
        parts[0] = "a date and time, as 2024-03-27T14:30"
    return ", ".join(filter(None, parts))


def _choices(feature: Feature) -> str:
    if feature.kind == "yes_no":
        return "true or false"
    named = [shown(shortened(choice.value, CELL)) for choice in feature.choices[:FEW_CHOICES]]
    more = len(feature.choices) - FEW_CHOICES
    return " · ".join(named) + (f" · and {count_text(more)} more" if more > 0 else "")


def _limits(feature: Feature) -> str:
    if feature.kind not in NUMBERS:
        return ""
    low, high = (
        None if end is None else number_text(end, unit=feature.unit, is_year=feature.is_year)
        for end in (feature.minimum, feature.maximum)
    )
    if low and high:
        return f"{low} to {high}"
    return (
        f"{low} or more" if low else f"{high} or less" if high else shown(feature.unit) and f"in {shown(feature.unit)}"
    )
