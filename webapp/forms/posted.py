"""What a browser sent, before any form looks at it."""

from werkzeug.datastructures import MultiDict

from webapp.errors import InvalidRow, InvalidValue


def form_values(posted: MultiDict) -> dict[str, str]:
    """One text per field name. Raises InvalidRow where a field was sent twice: neither is taken over the other."""
    twice = [name for name, texts in posted.lists() if len(texts) > 1]
    if twice:
        raise InvalidRow([InvalidValue(f"The field {name[:40]} was sent twice", name) for name in twice])
    return posted.to_dict()
