"""Which models can be asked, as a program reads it."""

from typing import Any

from flask import url_for

from webapp.serving import Champion, Paused, Picture


def known_models(picture: Picture) -> list[dict[str, Any]]:
    """By name; one that does not answer says so."""
    known = {**picture.paused, **picture.champions}
    return [_model(known[name]) for name in sorted(known)]


def _model(model: Champion | Paused) -> dict[str, Any]:
    words = model.words
    said = {name: words.get(name) or None for name in ("title", "question", "owner")}
    if isinstance(model, Paused):
        state = "retired" if model.is_retired else "paused"
        return {"model": model.model, "state": state, **said, "version": None, "number": None, "schema": None}
    return {
        "model": model.model,
        "state": "answers",
        **said,
        "version": model.version,
        "number": words.get("number"),
        "schema": url_for("api.model", model=model.model),
    }
