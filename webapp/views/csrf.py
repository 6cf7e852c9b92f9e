"""No other site can make a visitor's browser change anything here."""

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_wtf import CSRFProtect

from webapp.views.programs import is_for_programs

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

    @app.before_request
    def check_token() -> None:
        if request.endpoint is not None and not is_for_programs():
            protection.protect()


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
