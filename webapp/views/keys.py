"""A person's keys for programs: made here, shown once, revoked here."""

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, url_for

from webapp.errors import AccountRefused
from webapp.forms.accounts import KeyForm
from webapp.records import api_keys
from webapp.records.api_keys import ApiKey
from webapp.views.access import current_actor, requires
from webapp.views.permissions import of_role
from webapp.views.services import services
from webapp.views.visitors import visitor
from webapp.wording.dates import date_text
from webapp.wording.quoting import shown

bp = Blueprint("keys", __name__)

USUAL_DAYS = "90"


@bp.get("/account/keys/new")
@requires("account")
def new() -> Response:
    form = KeyForm(formdata=None)
    form.days.data = USUAL_DAYS
    return new_key_page(form)


@bp.post("/account/keys/new")
@requires("account")
def make() -> Response:
    form = KeyForm()
    if not form.validate():
        return new_key_page(form, 422)
    try:
        key, text = _made(form)
    except AccountRefused as refused:
        form.refuse("label", refused)
        return new_key_page(form, 422)
    return make_response(render_template("pages/account/new_key.html", label=shown(key.label), text=text))


@bp.get("/account/keys/<key_id>/revoke")
@requires("account")
def ask_to_revoke(key_id: str) -> str:
    key = _own_key(key_id)
    seen = date_text(key.seen_at) if key.seen_at else ""
    return render_template("pages/account/revoke_key.html", key_id=key.id, label=shown(key.label), seen=seen)


@bp.post("/account/keys/<key_id>/revoke")
@requires("account")
def revoke(key_id: str) -> Response:
    with services().database.writing() as connection:
        revoked = api_keys.revoke(connection, visitor().user.id, key_id, current_actor())
    if not revoked:
        abort(404)
    flash("The key is revoked. It opens nothing any more.")
    return redirect(url_for("account.show"), code=303)


def new_key_page(form: KeyForm, status: int = 200) -> Response:
    scopes = [form[name] for name in api_keys.SCOPES if name in of_role(visitor().user.role)]
    return make_response(render_template("pages/account/make_key.html", form=form, scopes=scopes), status)


def _made(form: KeyForm) -> tuple[ApiKey, str]:
    """The key and its text: it may do what was chosen and its owner may. Raises AccountRefused for an odd name."""
    me = visitor()
    scopes = [scope for scope in form.scopes if scope in of_role(me.user.role)]
    with services().database.writing() as connection:
        return api_keys.make(connection, me.user.id, form.label.data, scopes, int(form.days.data), me.actor)


def _own_key(key_id: str) -> ApiKey:
    with services().database.reading() as connection:
        keys = api_keys.of_user(connection, visitor().user.id)
    found = [key for key in keys if key.id == key_id and key.is_valid]
    if not found:
        abort(404)
    return found[0]
