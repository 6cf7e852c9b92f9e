"""No other site can make a visitor's browser change anything here."""

from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer

from webapp.views.programs import is_for_programs

FIELD, SALT = "csrf_token", "wtf-csrf-token"  # those of Flask-WTF, which checks what is signed here
TOKENS_KEPT = 1024

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
OWN_SITE = ("same-origin", "none")
FOREIGN = "This came from another site, so it was not accepted. Open the page here and try again"


def refuse_other_sites(app: Flask) -> None:
    """Register the look at where a request says it comes from."""
    app.before_request(check_origin)


def want_tokens(app: Flask) -> None:
    """Register the check of the token in every form; programs send none, and bring no cookie that could be misused."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # checked below instead
    protection = CSRFProtect(app)
    app.context_processor(lambda: {FIELD: csrf_token})  # comes after Flask-WTF's own, and so before it in a page

    @app.before_request
    def check_token() -> None:
        if request.endpoint is not None and not is_for_programs():
            protection.protect()


def csrf_token() -> str:
    """The token for the forms of a page. It holds as long as its session, so that it is signed once for each."""
    raw = session.get(FIELD)
    return generate_csrf() if raw is None else _signed(current_app.secret_key, raw)


@lru_cache(maxsize=TOKENS_KEPT)
def _signed(secret: str, raw: str) -> str:
    return URLSafeTimedSerializer(secret, salt=SALT).dumps(raw)


def check_origin() -> None:
    """Browsers say where a request comes from; programs that say nothing still need the token."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin").lower() not in OWN_SITE:
        abort(403, FOREIGN)
    origin = request.headers.get("Origin")
    if origin is not None and not _is_own(origin):
        abort(403, FOREIGN)


def _is_own(origin: str) -> bool:
    try:
        return urlsplit(origin).netloc.lower() == request.host.lower()
    except ValueError:
        return False
