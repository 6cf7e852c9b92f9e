"""A page that is a file of its own, in the product's look; loads the templates' engine, as only pages need it."""

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from webapp.config import PROJECT_ROOT

STYLESHEET = PROJECT_ROOT / "static" / "css" / "formcast.css"


def page_file(template: str, title: str, **wanted: Any) -> str:
    """The page with its stylesheet inside."""
    environment = Environment(
        loader=FileSystemLoader(PROJECT_ROOT / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The stylesheet is the product's own, and holds no end of a tag.
    stylesheet = Markup("<style>{}</style>").format(Markup(STYLESHEET.read_text(encoding="utf-8")))
    return environment.get_template(template).render(title=title, stylesheet=stylesheet, **wanted)
