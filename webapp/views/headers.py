"""The response headers that make a browser help: the same set on every answer, errors and files included."""

from flask import Flask, Response, redirect, request

from webapp.views.assets import is_fingerprinted

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
)
DEVICES = ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
COMMON = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{device}=()" for device in DEVICES),
    "X-Robots-Tag": "noindex, nofollow",
}
NEVER_KEPT = "no-store"
KEPT_FOR_EVER = "public, max-age=31536000, immutable"
TWO_YEARS_OF_HTTPS = "max-age=63072000; includeSubDomains"
ASKED_BY_PLATFORM = ("/livez", "/readyz")


def headers_for(https: bool) -> dict[str, str]:
    """Without HTTPS, as on a laptop, a browser told to insist on it would reach nothing."""
    policy = "; ".join((*POLICY, "upgrade-insecure-requests") if https else POLICY)
    insisting = {"Strict-Transport-Security": TWO_YEARS_OF_HTTPS} if https else {}
    return {"Content-Security-Policy": policy, **COMMON, **insisting}


def set_headers(app: Flask, https: bool) -> None:
    """Register the step that puts the set on every response."""
    headers = list(headers_for(https).items())

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.extend(headers)  # no view sets one of them, so that none has to be looked for first
        kept = response.status_code in (200, 304) and is_fingerprinted(request)
        response.headers["Cache-Control"] = KEPT_FOR_EVER if kept else NEVER_KEPT
        return response


def insist_on_https(app: Flask) -> None:
    """Register the redirect of a visitor who came over plain HTTP: cookies that are kept safe would be lost there."""

    @app.before_request
    def to_https() -> Response | None:
        if request.is_secure or request.method not in ("GET", "HEAD") or request.path in ASKED_BY_PLATFORM:
            return None
        return redirect(request.url.replace("http://", "https://", 1), code=308)
