"""A link that lets one person choose a password, for the first time or anew."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for

from webapp.errors import AccountRefused
from webapp.forms.accounts import NewPasswordForm
from webapp.records.invitations import accept, open_invitation
from webapp.records.users import User
from webapp.views.access import requires
from webapp.views.errors import problem
from webapp.views.proving import hashed
from webapp.views.services import services
from webapp.views.visitors import address, begin_session
from webapp.wording.quoting import shown
from webapp.wording.roles import all_that_may_be_done, role_title

bp = Blueprint("invitations", __name__)

NOT_OPEN = {
    "title": "This link does not work any more",
    "happened": "Such a link works once, for 60 minutes, and only until there is a newer one.",
    "kept": "Nothing was changed. If you have a password already, it still works.",
    "todo": "Ask an administrator of this service for a new link.",
}


@bp.get("/invitations/<token>")
@requires("public")
def show(token: str) -> Response:
    user = _invited(token)
    return password_page(user, NewPasswordForm(formdata=None)) if user else problem(404, **NOT_OPEN)


@bp.post("/invitations/<token>")
@requires("public")
def choose(token: str) -> Response:
    form = NewPasswordForm()
    invited = _invited(token)  # before the costly hash, which is for nobody without a link
    if invited is None:
        return problem(404, **NOT_OPEN)
    if not form.validate():
        return password_page(invited, form, 422)
    user = _accepted(token, form.password.data)
    if user is None:
        return problem(404, **NOT_OPEN)
    flash("Your password is set, and you are signed in. All other sessions of yours have ended.")
    return redirect(url_for("account.show"), code=303)


def password_page(user: User, form: NewPasswordForm, status: int = 200) -> Response:
    page = render_template(
        "pages/invitations/show.html",
        name=shown(user.name),
        sign_in_name=user.sign_in_name,
        form=form,
        is_first=user.password_set_at is None,
        role=role_title(user.role).lower(),
        may=all_that_may_be_done(user.role),
    )
    return make_response(page, status)


def _invited(token: str) -> User | None:
    with services().database.reading() as connection:
        return open_invitation(connection, token)


def _accepted(token: str, password: str) -> User | None:
    """The person, signed in; None when somebody else used the link in the meantime."""
    new_hash = hashed(password)
    with services().database.writing() as connection:
        user = accept(connection, token, new_hash, address())
    if user is None:
        return None
    try:
        begin_session(user)
    except AccountRefused:
        return None
    return user
