"""Pages that explain."""

from flask import Blueprint, render_template

from webapp.views.access import requires
from webapp.views.services import services

bp = Blueprint("help", __name__)


@bp.get("/help")
@requires("public")
def help() -> str:
    return render_template("pages/help/help.html")


@bp.get("/accessibility")
@requires("public")
def accessibility() -> str:
    return render_template("pages/help/accessibility.html")


@bp.get("/privacy")
@requires("public")
def privacy() -> str:
    return render_template("pages/help/privacy.html", keep_days=services().config.keep_days)
