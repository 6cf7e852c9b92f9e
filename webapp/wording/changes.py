"""What an entry of the audit trail says has changed, in a line of words."""

import re
from datetime import datetime
from typing import Any

from webapp.wording.dates import date_text

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?\+00:00")


def change_text(before: Any, after: Any) -> str:
    """'role: viewer, now analyst'; 'label: Nightly' where something only appeared or went; nothing of what is empty."""
    old, new = (part if isinstance(part, dict) else {} for part in (before, after))
    told = (_one(name, old, new) for name in sorted({*old, *new}) if old.get(name) or new.get(name))
    return "; ".join(told)


def _one(name: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    words = name.replace("_", " ")
    if name in old and name in new and old[name] != new[name]:
        return f"{words}: {_value(old[name])}, now {_value(new[name])}"
    return f"{words}: {_value(new.get(name, old.get(name)))}"


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_value(part)}" for name, part in sorted(value.items()) if part)
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return _moment_text(text) if _MOMENT.fullmatch(text) else text


def _moment_text(text: str) -> str:
    try:
        return date_text(datetime.fromisoformat(text))
    except ValueError:  # somebody's own words
        return text
