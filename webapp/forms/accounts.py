"""The forms of accounts: signing in, passwords, keys and people."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, StringField, ValidationError

from webapp.passwords import LONGEST, SHORTEST, problem_with
from webapp.records.api_keys import LONGEST_LABEL
from webapp.records.users import LONGEST_NAME
from webapp.wording.roles import ROLES, SCOPES

KEY_DAYS = {"30": "30 days", "90": "90 days", "365": "365 days"}

Check = Callable[[FlaskForm, Any], None]


def wanted(sentence: str) -> Check:
    """Refuse a blank; the sentence says what to do about it."""

    def check(form: FlaskForm, field: Any) -> None:
        if not (field.data or "").strip():
            raise ValidationError(sentence)

    return check


def at_most(length: int, what: str) -> Check:
    def check(form: FlaskForm, field: Any) -> None:
        if len((field.data or "").strip()) > length:
            raise ValidationError(f"{what} must be {length} characters or less")

    return check


def one_of_them(sentence: str) -> Check:
    def check(form: FlaskForm, field: RadioField) -> None:
        if field.data not in field.choices:
            raise ValidationError(sentence)

    return check


def good_password(form: FlaskForm, field: PasswordField) -> None:
    problem = problem_with(field.data or "")
    if problem:
        raise ValidationError(problem)


def something_chosen(form: FlaskForm, field: BooleanField) -> None:
    if not form.scopes:
        raise ValidationError("Select what the key may do")


class AccountForm(FlaskForm):
    """What these forms have in common; their token was checked before any view ran."""

    class Meta(FlaskForm.Meta):
        csrf = False

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> MultiDict | None:
            """Only what a form posts: Flask-WTF would take a JSON body too."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form if request.method == "POST" else None

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(where the link leads, the sentence) of every field that cannot be used, in page order."""
        return [(f"#{_first_control(field)}", field.errors[0]) for field in self if field.errors]

    def refuse(self, name: str, sentence: object) -> None:
        """Say what is wrong with a field that looked right by itself."""
        self[name].errors = [str(sentence).rstrip(".")]


class SignInForm(AccountForm):
    next = HiddenField()
    name = StringField("Sign-in name", [wanted("Enter your sign-in name")])
    password = PasswordField("Password", [wanted("Enter your password")])


def _new_password() -> PasswordField:
    hint = f"{SHORTEST} to {LONGEST} characters. Several words in a row are easy to remember"
    return PasswordField("New password", [good_password], description=hint)


def _role() -> RadioField:
    choices = {role: title for role, (title, _) in ROLES.items()}
    return RadioField("Role", [one_of_them("Select a role")], choices=choices, validate_choice=False)


class NewPasswordForm(AccountForm):
    password = _new_password()


class ChangePasswordForm(AccountForm):
    present = PasswordField("Present password", [wanted("Enter your present password")])
    password = _new_password()


class KeyForm(AccountForm):
    label = StringField(
        "What is the key for?",
        [wanted("Say what the key is for"), at_most(LONGEST_LABEL, "What the key is for")],
        description="Such as the name of the program that will use it",
    )
    view = BooleanField(SCOPES["view"], [something_chosen])
    record = BooleanField(SCOPES["record"])
    analyse = BooleanField(SCOPES["analyse"])
    days = RadioField(
        "How long does it last?",
        [one_of_them("Select how long the key lasts")],
        choices=KEY_DAYS,
        validate_choice=False,
    )

    @property
    def scopes(self) -> list[str]:
        return [scope for scope in SCOPES if self[scope].data]


class RoleForm(AccountForm):
    role = _role()


class PersonForm(AccountForm):
    name = StringField("Name", [wanted("Enter the name"), at_most(LONGEST_NAME, "The name")])
    sign_in_name = StringField(
        "Sign-in name",
        [wanted("Enter a sign-in name"), at_most(LONGEST_NAME, "The sign-in name")],
        description="Such as an e-mail address. Capital and small letters are the same",
    )
    role = _role()


def _first_control(field: Any) -> str:
    """The control that the error summary leads to: of several, the first."""
    return f"{field.id}-0" if isinstance(field, RadioField) else field.id
