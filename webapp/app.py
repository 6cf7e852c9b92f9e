"""The web application: create_app is its table of contents."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import logging
from functools import partial

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.config import PROJECT_ROOT, Config
from webapp.errors import ConfigError, RecordsUnavailable
from webapp.model_package.signing import parse_trusted_keys
from webapp.model_store import ModelStore
from webapp.parsing.own_kinds import load_trusted
from webapp.records.database import Database
from webapp.records.migrate import migrate
from webapp.serving import Follower
from webapp.training.words import current_words
from webapp.views import (
    account,
    audit_page,
    batches,
    champion_decisions,
    changes,
    compare,
    deciding,
    decisions,
    duel,
    health,
    help,
    history,
    invitations,
    keys,
    models,
    monitoring,
    outcomes,
    overrides,
    people,
    plan,
    predict,
    remarks,
    results,
    retirement,
    shadow,
    sign_in,
    two_answers,
    versions,
    what_if,
    workers_page,
)
from webapp.views.access import deny_by_default
from webapp.views.api import batches as batch_api
from webapp.views.api import happened, mlflow, programs_page, routes
from webapp.views.application import Application
from webapp.views.assets import serve_assets
from webapp.views.cookies import SignedCookies
from webapp.views.csrf import refuse_other_sites, want_tokens
from webapp.views.errors import register_error_pages
from webapp.views.headers import insist_on_https, set_headers
from webapp.views.limits import limit_bodies
from webapp.views.request_log import log_requests
from webapp.views.services import Services, attach
from webapp.views.uploads import receive_uploads
from webapp.views.visitors import know_visitors

VIEWS = (
    models, monitoring, versions, decisions, deciding, champion_decisions, shadow, duel, retirement, compare, plan,
    predict, results, batches, changes, what_if, outcomes, overrides, remarks, history, two_answers, health, help,
    sign_in, invitations, account, keys, people, audit_page, workers_page,
)  # fmt: skip
FOR_PROGRAMS = (routes, batch_api, happened, mlflow, programs_page)

logger = logging.getLogger("formcast.app")


def create_app(config: Config | None = None) -> Flask:
    """The whole service; ends the program with one line when it must not start."""
    try:
        return build_app(config or Config.for_service())
    except ConfigError as problem:
        raise SystemExit(f"Formcast does not start. {problem}.") from None


def build_app(config: Config) -> Flask:
    app = Application("webapp", template_folder=str(PROJECT_ROOT / "templates"), static_folder=None)
    set_cookies(app, config)
    trust_proxy(app, config)

    # Registered first runs first before a view and last after it: the log sees everything, headers reach everything.
    set_headers(app, config.https)
    log_requests(app, config)
    if config.https and config.trust_proxy:
        insist_on_https(app)
    limit_bodies(app)
    refuse_other_sites(app)
    know_visitors(app, config)
    deny_by_default(app)
    receive_uploads(app)
    want_tokens(app)

    serve_assets(app, PROJECT_ROOT / "static")
    register_views(app)
    register_error_pages(app)
    attach(app, connect(config))
    for warning in config.warnings:
        logger.warning(warning)
    return app


def set_cookies(app: Flask, config: Config) -> None:
    app.secret_key = config.secret_key
    app.session_interface = SignedCookies()
    app.config.update(
        SECRET_KEY_FALLBACKS=list(config.secret_key_fallbacks),
        SESSION_COOKIE_NAME="__Host-session" if config.https else "session",
        SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session
    )


def trust_proxy(app: Flask, config: Config) -> None:
    """Who is asked for, and over what, is taken from a proxy only where one is known to stand before us."""
    app.config["TRUSTED_HOSTS"] = list(config.trusted_hosts) or None
    if config.trust_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)


def connect(config: Config) -> Services:
    """Database, store and follower; whatever is away is looked for again while the service runs."""
    database = Database(config.database_url)
    if database.is_sqlite:
        try:
            migrate(database)
        except RecordsUnavailable as problem:
            logger.error("%s", problem)
    store = ModelStore(config.model_store, config.model_cache)
    load_trusted(config.trusted_modules)
    follower = Follower(database, store, lambda: parse_trusted_keys(config.trusted_keys), config.trusted_modules)
    parse_trusted_keys(config.trusted_keys)  # one that cannot be read is noticed now
    follower.refresh()
    return Services(config, database, store, follower, partial(current_words, config.specs))


def register_views(app: Flask) -> None:
    for view in VIEWS + FOR_PROGRAMS:
        app.register_blueprint(view.bp)
