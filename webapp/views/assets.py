"""The stylesheet, the script and the icon: read once, served from memory under addresses that change with them."""

import hashlib
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Request, Response, abort, current_app, request, url_for

from webapp.views.access import requires

bp = Blueprint("assets", __name__)

EXTENSION = "formcast_assets"
FINGERPRINT_LENGTH = 16


@dataclass(frozen=True)
class Assets:
    """Contents by path below static/, and one fingerprint of them all."""

    contents: dict[str, bytes]
    fingerprint: str


def read_assets(folder: Path) -> Assets:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(f"{name}:{len(content)}:".encode() + content)
    return Assets(contents, digest.hexdigest()[:FINGERPRINT_LENGTH])


def serve_assets(app: Flask, folder: Path) -> None:
    """Read the folder now; give templates `asset(path)` and, for pages without parameters, `address(endpoint)`."""
    assets = app.extensions[EXTENSION] = read_assets(folder)

    def asset(path: str) -> str:
        return url_for("assets.file", fingerprint=assets.fingerprint, path=path)

    app.add_template_global(_remembered(asset), "asset")
    app.add_template_global(_remembered(url_for), "address")
    app.register_blueprint(bp)


def _remembered(build: Callable[[str], str]) -> Callable[[str], str]:
    """Build each address once: a dozen on every page were a tenth of its time."""
    known: dict[tuple[str, str], str] = {}

    def address(name: str) -> str:
        key = (request.script_root, name)
        if key not in known:
            known[key] = build(name)
        return known[key]

    return address


@bp.get("/static/<fingerprint>/<path:path>")
@requires("public")
def file(fingerprint: str, path: str) -> Response:
    """Any fingerprint will do, for a page of the last release may still be open; only the present one is kept."""
    content = current_app.extensions[EXTENSION].contents.get(path)
    if content is None:
        abort(404)
    return Response(content, mimetype=mimetypes.guess_type(path)[0] or "application/octet-stream")


def is_fingerprinted(request: Request) -> bool:
    """Whether the address names exactly the present content, so that it may be kept for ever."""
    present = current_app.extensions[EXTENSION].fingerprint
    return request.endpoint == "assets.file" and (request.view_args or {}).get("fingerprint") == present
