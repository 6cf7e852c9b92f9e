"""The form of one version of a model, made from its schema."""

import secrets
from typing import Any, ClassVar, NamedTuple

from flask import current_app, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.fields.core import UnboundField

from webapp.forms.controls import Control, control_for
from webapp.forms.example import example_answers, example_values
from webapp.forms.fields import Answer, ChoiceField, DateField, FeatureField, HiddenField, KeyField, TextField
from webapp.forms.layout import Section, sections_for
from webapp.schema import Schema, Value
from webapp.wording.quoting import shown

NONCE_BYTES = 16
KEY_NAME = "business_key"
FILLED = "1"
_FIELDS = {"text": TextField, "select": ChoiceField, "radios": ChoiceField, "dates": DateField}


class RowView(NamedTuple):
    """Fields that are laid out together."""

    fields: list[FeatureField]
    are_choice_rows: bool = False
    is_level: bool = False


class GroupView(NamedTuple):
    """One section as the template shows it."""

    title: str
    help: str
    rows: list[RowView]


class PredictionForm(FlaskForm):
    """What every such form can do; `form_class_for` adds the questions in a class of their own."""

    schema: ClassVar[Schema]
    sections: ClassVar[tuple[Section, ...]]
    feature_names: ClassVar[tuple[str, ...]]
    _blank_html: ClassVar[Markup | None] = None

    nonce = HiddenField()
    version = HiddenField()
    example = HiddenField()

    class Meta(FlaskForm.Meta):
        csrf = False  # checked before any view runs, so that a second field and token would be of no use

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> dict[str, str] | None:
            """Only what a form posts: Flask-WTF would take a JSON body too. No name comes twice, so a dict will do."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form.to_dict() if request.method == "POST" else None

        def bind_field(self, form: FlaskForm, unbound_field: UnboundField, options: dict) -> Field:
            """A lean field takes its name and nothing else of what WTForms would gather for each."""
            made = object.__new__(unbound_field.field_class)
            made.__init__(*unbound_field.args, name=options["name"], _form=form, **unbound_field.kwargs)
            return made

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not self.nonce.data:
            self.nonce.data = secrets.token_urlsafe(NONCE_BYTES)

    def process(self, formdata: Any = None, *_: Any, **__: Any) -> None:
        """What was posted, to each field; WTForms' own also looks for filters, objects and defaults of each."""
        posted = self.meta.wrap_formdata(self, formdata)
        for field in self._fields.values():
            field.process(posted)

    @property
    def questions(self) -> list[FeatureField]:
        """The fields of the features in schema order."""
        return [self._fields[name] for name in self.feature_names]

    def values(self) -> list[Value]:
        """Typed values in schema order; of use once the form has been validated."""
        return [field.data for field in self.questions]

    def answers(self) -> dict[str, Answer]:
        """Column name -> the answer as typed; a question without an answer is left out."""
        answers = {field.feature.name: field.answer for field in self.questions}
        return {name: answer for name, answer in answers.items() if answer is not None}

    def fill(self, answers: dict[str, Answer], business_key: str = "") -> None:
        """Show earlier answers, of a record or the example; what this version does not ask is passed over."""
        for field in self.questions:
            if field.feature.name in answers:
                field.take(answers[field.feature.name])
        if business_key and self.has_key:
            self._fields[KEY_NAME].take(business_key)

    def fill_example(self) -> None:
        self.fill(example_answers(self.schema))
        self.example.data = FILLED

    def forget_choices(self) -> None:
        """Keep what was typed and leave out what was picked: positions mean nothing in another list."""
        for field in self.questions:
            if isinstance(field, ChoiceField):
                field.clear()

    @property
    def is_example(self) -> bool:
        """True for a form that was filled with the example and sent unchanged; a real case can have equal answers."""
        return bool(self.example.data) and not self.key and self.values() == example_values(self.schema)

    @property
    def has_key(self) -> bool:
        """True when the form begins with the person's own reference of the case."""
        return bool(self.schema.id_column)

    @property
    def key(self) -> str:
        """The person's own reference of the case, or ''."""
        return (self._fields[KEY_NAME].data or "") if self.has_key else ""

    @property
    def has_titles(self) -> bool:
        return any(section.title for section in self.sections)

    @property
    def groups(self) -> list[GroupView]:
        """The sections in page order with their fields."""
        groups = [
            GroupView(
                section.title,
                section.help,
                [
                    RowView([self._fields[name] for name in row.names], row.are_choice_rows, row.is_level)
                    for row in section.rows
                ],
            )
            for section in self.sections
        ]
        if self.has_key:
            title = "Your reference" if self.has_titles else ""
            groups.insert(0, GroupView(title, "", [RowView([self._fields[KEY_NAME]])]))
        return groups

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(where the link leads, the sentence) of every wrong answer in page order."""
        fields = (field for group in self.groups for row in group.rows for field in row.fields)
        return [(field.href, field.error) for field in fields if field.errors]

    @property
    def sections_html(self) -> Markup:
        """The questions as HTML; the blank form, which most requests want, is rendered once per version."""
        fields = self.questions + ([self._fields[KEY_NAME]] if self.has_key else [])
        if not all(field.is_untouched for field in fields):
            return self._render()
        form_class = type(self)
        if form_class._blank_html is None:
            form_class._blank_html = self._render()
        return form_class._blank_html

    def _render(self) -> Markup:
        return current_app.jinja_env.get_template("components/form_sections.html").module.form_sections(self.groups)


def form_class_for(schema: Schema) -> type[PredictionForm]:
    """A new form class; adding fields to a shared one would leak them into other requests."""
    names = tuple(f"f{position}" for position in range(len(schema.features)))
    controls = [control_for(feature, name) for feature, name in zip(schema.features, names, strict=True)]
    questions = zip(names, schema.features, controls, strict=True)
    fields = {name: _FIELDS[control.kind](feature, control) for name, feature, control in questions}
    if schema.id_column:
        fields[KEY_NAME] = KeyField(None, _key_control(schema))
    described = {"schema": schema, "sections": sections_for(schema, controls), "feature_names": names}
    return type("SchemaPredictionForm", (PredictionForm,), {**described, **fields})


def _key_control(schema: Schema) -> Control:
    return Control(
        name=KEY_NAME,
        kind="text",
        label=shown(schema.id_label or schema.id_column),
        hint="Kept with the answer. The model never sees it",
        says_optional=True,
        width="w-m",
    )
