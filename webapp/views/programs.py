"""Addresses that programs ask: a key opens them, a cookie never does, and refusals are documents."""

from flask import request

ROOTS = ("/api", "/invocations", "/metrics", "/ping")
BEARER = "bearer"


def is_for_programs() -> bool:
    """Whether the present request goes to such an address."""
    path = request.path
    return path.startswith(ROOTS) and any(path == root or path.startswith(f"{root}/") for root in ROOTS)


def given_key() -> str | None:
    """The text of the key that came with the request; None where none did."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if kind.lower() == BEARER else None
