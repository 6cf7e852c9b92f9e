"""What is put off until somebody asks for it comes out as it would have at once."""

import pytest
from flask import Flask
from werkzeug.routing import BuildError

from webapp.views.application import Application


def with_routes(kind):
    app = kind("formcast", static_folder=None)
    for rule in ("/models/<name>", "/models/<name>/versions/<int:number>", "/help"):
        app.add_url_rule(rule, endpoint=rule)
    return app.url_map.bind("example.org")


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("/help", {}),
        ("/help", {"q": "a b", "rule": "1"}),
        ("/models/<name>", {"name": "ä/b", "route": "x"}),
        ("/models/<name>/versions/<int:number>", {"name": "leaving", "number": 3}),
    ],
)
def test_an_address_is_what_flask_itself_would_build(endpoint, values):
    ours, theirs = with_routes(Application), with_routes(Flask)

    assert ours.build(endpoint, values) == ours.build(endpoint, values) == theirs.build(endpoint, values)
    assert ours.build(endpoint, values, append_unknown=False) == theirs.build(endpoint, values, append_unknown=False)


def test_an_address_without_its_parts_is_refused():
    with pytest.raises(BuildError):
        with_routes(Application).build("/models/<name>", {})


def test_nothing_is_compiled_before_an_address_is_built(monkeypatch):
    compiled = []
    monkeypatch.setattr(
        "builtins.compile", lambda *given, real=compile, **more: compiled.append(1) or real(*given, **more)
    )

    routes = with_routes(Application)
    assert compiled == []
    routes.build("/help")

    assert compiled != []
