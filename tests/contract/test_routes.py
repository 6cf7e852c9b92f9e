"""No address appears or vanishes unnoticed, and each says who may use it."""

from pathlib import Path

import pytest

from webapp.app import create_app
from webapp.config import Config
from webapp.views.access import PERMISSIONS, permission_of
from webapp.views.services import services_of

LISTED = Path(__file__).resolve().parents[2] / "docs" / "routes.txt"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("routes")
    app = create_app(Config.for_service({"SECRET_KEY": "k" * 40}, folder))
    yield app
    services_of(app).database.dispose()


def test_the_list_of_addresses_is_the_one_in_the_docs(app):
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    lines = [
        f"{method:4} {rule.rule:40} {permission_of(app.view_functions[rule.endpoint]):10} {rule.endpoint}"
        for rule in rules
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]

    assert LISTED.read_text().splitlines() == lines


def test_every_address_names_a_permission(app):
    named = {rule.endpoint: permission_of(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}

    assert set(named.values()) <= set(PERMISSIONS)
