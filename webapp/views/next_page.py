"""Where somebody wanted to go before they had to sign in: always a page of ours, and never one that acts."""

from urllib.parse import quote, urlsplit

from flask import request

LONGEST = 1000
NOT_TO_RETURN_TO = ("/sign-in", "/sign-out", "/invitations/")


def own_path(text: str) -> str:
    """The text when it is a path of this site, else ""; browsers read a backslash as a slash and skip controls."""
    if not text.startswith("/") or text.startswith("//") or len(text) > LONGEST:
        return ""
    if not text.isascii() or not text.isprintable() or "\\" in text:
        return ""
    return "" if text.startswith(NOT_TO_RETURN_TO) else text


def page_to_return_to() -> str:
    """The page that was asked for, or the one from which something was sent."""
    if request.method in ("GET", "HEAD"):
        return own_path(_with_query(quote(request.path), request.query_string.decode("ascii", "replace")))
    return referring_page()


def referring_page() -> str:
    """The page of ours on which a link or button was pressed, as far as the browser says."""
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    if came_from.netloc.lower() != request.host.lower():
        return ""
    return own_path(_with_query(came_from.path, came_from.query))


def _with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
