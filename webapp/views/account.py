"""What a person sees and changes of their own account."""

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, url_for

from webapp.forms.accounts import ChangePasswordForm
from webapp.records import api_keys, sessions
from webapp.records.users import set_password
from webapp.views.access import current_actor, requires
from webapp.views.account_tables import key_rows, session_rows
from webapp.views.proving import hashed, proves_again, try_once
from webapp.views.services import services
from webapp.views.visitors import begin_session, visitor
from webapp.wording.numbers import counted
from webapp.wording.quoting import shown
from webapp.wording.roles import all_that_may_be_done, role_title

bp = Blueprint("account", __name__)

NOT_RIGHT = "The present password is not right"
TOO_OFTEN = "That was tried too often. Wait {wait} and try again"


@bp.get("/account")
@requires("account")
def show() -> str:
    me = visitor()
    with services().database.reading() as connection:
        open_sessions = sessions.of_user(connection, me.user.id, me.token)
        keys = api_keys.of_user(connection, me.user.id)
    return render_template(
        "pages/account/show.html",
        name=shown(me.user.name),
        sign_in_name=shown(me.user.sign_in_name),
        role=role_title(me.user.role),
        may=all_that_may_be_done(me.user.role),
        sessions=session_rows(open_sessions),
        keys=key_rows(keys),
    )


@bp.get("/account/password")
@requires("account")
def password() -> Response:
    return password_page(ChangePasswordForm(formdata=None))


@bp.post("/account/password")
@requires("account")
def change_password() -> Response:
    form, user = ChangePasswordForm(), visitor().user
    if not form.validate():
        return password_page(form, 422)
    retry = try_once(user.sign_in_name)
    if retry is not None:
        form.refuse("present", TOO_OFTEN.format(wait=counted(retry.after_s, "second", "seconds")))
        return password_page(form, 429)
    if not proves_again(user, form.present.data):
        form.refuse("present", NOT_RIGHT)
        return password_page(form, 422)
    _set_password(form.password.data)
    flash("Your password is changed. All other sessions of yours have ended.")
    return redirect(url_for(".show"), code=303)


@bp.post("/account/sessions/<session_id>/end")
@requires("account")
def end_session(session_id: str) -> Response:
    with services().database.writing() as connection:
        ended = sessions.end_by_id(connection, visitor().user.id, session_id, current_actor())
    if not ended:
        abort(404)
    flash("That session has ended.")
    return redirect(url_for(".show"), code=303)


@bp.post("/account/sessions/end-others")
@requires("account")
def end_other_sessions() -> Response:
    me = visitor()
    with services().database.writing() as connection:
        ended = sessions.end_others(connection, me.user.id, me.token, me.actor)
    flash(f"{counted(ended, 'other session has', 'other sessions have')} ended.")
    return redirect(url_for(".show"), code=303)


def password_page(form: ChangePasswordForm, status: int = 200) -> Response:
    page = render_template("pages/account/password.html", form=form, sign_in_name=visitor().user.sign_in_name)
    return make_response(page, status)


def _set_password(text: str) -> None:
    """End every session, this one too, and begin a new one: a token that was stolen is worth nothing now."""
    me, new_hash = visitor(), hashed(text)
    with services().database.writing() as connection:
        user = set_password(connection, me.user.id, new_hash, me.actor)
    begin_session(user)
