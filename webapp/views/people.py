"""Who may come in, and what each may do: for administrators."""

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, url_for

from webapp.errors import AccountRefused
from webapp.forms.accounts import PersonForm, RoleForm
from webapp.records import users
from webapp.records.invitations import invite
from webapp.records.users import NewUser, User
from webapp.views.access import current_actor, requires
from webapp.views.services import services
from webapp.wording.dates import day_text
from webapp.wording.quoting import shown
from webapp.wording.roles import STATES, role_choices, role_title

bp = Blueprint("people", __name__)

NOT_ONESELF = "Another administrator has to do this for you"


@bp.get("/admin/users")
@requires("administer")
def index() -> str:
    with services().database.reading() as connection:
        everybody = users.everybody(connection)
    return render_template("pages/people/index.html", people=[_line(user) for user in everybody])


@bp.get("/admin/users/new")
@requires("administer")
def new() -> Response:
    return new_person_page(PersonForm(formdata=None))


@bp.post("/admin/users/new")
@requires("administer")
def add() -> Response:
    form = PersonForm()
    if not form.validate():
        return new_person_page(form, 422)
    try:
        with services().database.writing() as connection:
            added = NewUser(form.sign_in_name.data, form.name.data, form.role.data)
            user = users.add(connection, added, current_actor())
            token = invite(connection, user.id, current_actor())
    except AccountRefused as refused:
        form.refuse("sign_in_name", refused)
        return new_person_page(form, 422)
    return link_page(user, token)


@bp.get("/admin/users/<user_id>")
@requires("administer")
def show(user_id: str) -> Response:
    user = _user_or_stop(user_id)
    form = RoleForm(formdata=None)
    form.role.data = user.role
    return person_page(user, form)


@bp.post("/admin/users/<user_id>/role")
@requires("administer")
def change_role(user_id: str) -> Response:
    user, form = _user_or_stop(user_id), RoleForm()
    if not form.validate():
        return person_page(user, form, 422)
    try:
        changed = _changed(users.change_role, user, form.role.data)
    except AccountRefused as refused:
        form.refuse("role", refused)
        return person_page(user, form, 422)
    flash(f"The role of {shown(changed.name)} is now {role_title(changed.role).lower()}.")
    return redirect(url_for(".show", user_id=user_id), code=303)


@bp.post("/admin/users/<user_id>/disable")
@requires("administer")
def disable(user_id: str) -> Response:
    user = _changed(users.disable, _user_or_stop(user_id))
    flash(f"{shown(user.name)} is disabled and signed out everywhere.")
    return redirect(url_for(".show", user_id=user_id), code=303)


@bp.post("/admin/users/<user_id>/enable")
@requires("administer")
def enable(user_id: str) -> Response:
    user = _changed(users.enable, _user_or_stop(user_id))
    flash(f"{shown(user.name)} may come in again.")
    return redirect(url_for(".show", user_id=user_id), code=303)


@bp.post("/admin/users/<user_id>/link")
@requires("administer")
def new_link(user_id: str) -> Response:
    user = _user_or_stop(user_id)
    with services().database.writing() as connection:
        token = invite(connection, user.id, current_actor())
    return link_page(user, token)


def new_person_page(form: PersonForm, status: int = 200) -> Response:
    return make_response(render_template("pages/people/new.html", form=form, roles=role_choices()), status)


def person_page(user: User, form: RoleForm, status: int = 200) -> Response:
    page = render_template(
        "pages/people/show.html",
        person=_line(user),
        form=form,
        roles=role_choices(),
        is_oneself=user.id == current_actor().id,
    )
    return make_response(page, status)


def link_page(user: User, token: str) -> Response:
    """The link, for this once: whoever has it chooses the password."""
    link = url_for("invitations.show", token=token, _external=True)
    is_first = user.password_set_at is None
    return make_response(render_template("pages/people/link.html", person=_line(user), link=link, is_first=is_first))


def _user_or_stop(user_id: str) -> User:
    with services().database.reading() as connection:
        user = users.by_id(connection, user_id)
    if user is None:
        abort(404)
    return user


def _changed(change, user: User, *more: str) -> User:
    """What the change makes of the account. Raises AccountRefused, for oneself as well."""
    who = current_actor()
    if user.id == who.id:
        raise AccountRefused(NOT_ONESELF)
    with services().database.writing() as connection:
        return change(connection, user.id, *more, who)


def _line(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "name": shown(user.name),
        "sign_in_name": shown(user.sign_in_name),
        "role": role_title(user.role),
        "status": STATES.get(user.state, ("calm", user.state)),
        "is_disabled": user.state == "disabled",
        "since": day_text(user.created_at),
        "has_password": user.password_set_at is not None,
    }
