"""Signing in and out."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError

from webapp.errors import AccountRefused
from webapp.forms.accounts import SignInForm
from webapp.records.attempts import Retry
from webapp.records.users import User
from webapp.views.access import requires
from webapp.views.kept_answers import waiting
from webapp.views.next_page import own_path, referring_page
from webapp.views.proving import TooManyPasswords, proven, try_once
from webapp.views.services import services
from webapp.views.visitors import TOKEN, begin_session, end_session, nobody, signed_in
from webapp.wording.numbers import counted
from webapp.wording.quoting import shown

bp = Blueprint("sign_in", __name__)

# Not the cookies: a browser would take those of every other service under the same domain too.
FORGET_PAGES = '"cache", "storage"'
WRONG = "The sign-in name or the password is not right. Check both and try again"
SIGNED_OUT = {"title": "You are signed out", "text": "Nobody can use this browser to act in your name any more."}
OVER = {
    "title": "Your session is over",
    "text": "It ends after 30 minutes without use, after 12 hours, and when it is ended elsewhere. Sign in to go on.",
}
ANSWERS_KEPT = {
    "title": "Your answers are kept",
    "text": "Sign in to go on. Your answers are then back in the form, as you typed them. They are kept for 24 hours.",
}
OPEN_TOO_LONG = {
    "title": "Try once more",
    "text": "This page was open too long, or your browser did not send back the cookie that protects its form.",
}


@bp.get("/sign-in")
@requires("public")
def show() -> Response:
    form = SignInForm(formdata=None)
    form.next.data = own_path(request.args.get("next", "")) or referring_page()
    if signed_in() is not None:
        return redirect(form.next.data or url_for("models.index"), code=303)
    return sign_in_page(form, notice=_why_here(form.next.data))


@bp.post("/sign-in")
@requires("public")
def enter() -> Response:
    form = SignInForm()
    if not form.validate():
        return sign_in_page(form, 422)
    retry = try_once(form.name.data)
    if retry is not None:
        return too_often(form, retry)
    user = proven(form.name.data, form.password.data)
    if user is None or not _began(user):
        form.refuse("name", WRONG)
        return sign_in_page(form, 422)
    return redirect(own_path(form.next.data) or url_for("models.index"), code=303)


@bp.post("/sign-out")
@requires("public")
def leave() -> Response:
    """Out of the session; with an address, to go on there as anybody may."""
    target = own_path(request.form.get("next", ""))
    end_session(keep_answers=bool(target))
    response = redirect(target or url_for(".show", out=1), code=303)
    if not target:
        response.headers["Clear-Site-Data"] = FORGET_PAGES
    return response


@bp.errorhandler(CSRFError)
def open_too_long(_error: CSRFError) -> Response:
    """The page again, with a fresh token and the name as it was typed; whoever leaves has to press once more."""
    form = SignInForm()
    return sign_in_page(form, 400, OPEN_TOO_LONG)


@bp.errorhandler(TooManyPasswords)
def too_many_at_once(error: TooManyPasswords) -> Response:
    form = SignInForm()
    form.refuse("name", error.description)
    response = sign_in_page(form, 503)
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def sign_in_page(form: SignInForm, status: int = 200, notice: dict[str, str] | None = None) -> Response:
    may_go_on = TOKEN in session and "view" in nobody().permissions
    stays = signed_in()
    page = render_template(
        "pages/sign_in/show.html",
        form=form,
        notice=notice,
        stays=shown(stays.name) if stays else "",
        go_on_to=(form.next.data or url_for("models.index")) if may_go_on else "",
        has_terminal=services().config.is_loopback,
    )
    return make_response(page, status)


def too_often(form: SignInForm, retry: Retry) -> Response:
    form.refuse("name", f"That was tried too often. Wait {counted(retry.after_s, 'second', 'seconds')} and try again")
    response = sign_in_page(form, 429)
    response.headers["Retry-After"] = str(retry.after_s)
    return response


def _began(user: User) -> bool:
    try:
        begin_session(user)
    except AccountRefused:  # disabled in the same moment
        return False
    return True


def _why_here(path: str) -> dict[str, str] | None:
    if request.args.get("out"):
        return SIGNED_OUT
    if waiting(path):
        return ANSWERS_KEPT
    return OVER if TOKEN in session else None
