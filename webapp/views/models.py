"""The questions that can be asked here, and what is known about the model behind each."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from webapp.serving import Picture
from webapp.views.about import about_parts
from webapp.views.access import may, requires
from webapp.views.catalogue import Search, cards, last_answers, search, search_hint
from webapp.views.champion import champion_of, present_picture, tabs, title_of
from webapp.wording.quoting import shown

bp = Blueprint("models", __name__)


@bp.get("/")
@requires("view")
def index() -> Response:
    picture = present_picture()
    found = search(request.args.get("q", ""))
    if found.only is not None:
        return redirect(url_for("results.show", prediction_id=found.only), code=303)
    if not (picture.champions or picture.paused or found.text):
        return make_response(render_template("pages/models/empty.html"))
    return make_response(catalogue_page(found, picture))


@bp.get("/models/<model>/about")
@requires("view")
def about(model: str) -> str:
    champion = champion_of(model)
    return render_template(
        "pages/models/about.html",
        model_title=title_of(model, champion.words),
        tabs=tabs(model, "About this model"),
        lead=shown(champion.words.get("objective") or ""),
        parts=about_parts(champion),
    )


def catalogue_page(found: Search, picture: Picture) -> str:
    """The catalogue; without its counts and last answers while the database is away."""
    return render_template(
        "pages/models/index.html",
        models=cards(picture),
        query=found.text,
        search_hint=search_hint(),
        search_problem=found.problem,
        found=found.listed,
        answers=last_answers(),
        outcomes_url=url_for("outcomes.index") if may("record") else "",
    )
