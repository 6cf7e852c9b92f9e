"""The feature change log at a terminal: after training, and before a version begins to answer."""

from collections.abc import Mapping
from typing import Any

from webapp.commands.promotion import Workplace
from webapp.commands.run_report import labelled, wrapped
from webapp.commands.version_in_use import version_in_use
from webapp.comparison.change_log import change_log
from webapp.comparison.sides import Side
from webapp.errors import FormcastError
from webapp.model_store import StoredVersion

MOST_LINES = 12


def change_lines(changes: Mapping[str, Any] | None) -> list[str]:
    """Nothing for a first version; else one line for each change, the most important first."""
    if changes is None:
        return []
    found = changes["changes"]
    facts = wrapped(changes["summary"])
    for change in found[:MOST_LINES]:
        facts += wrapped(f"{'!' if change['is_material'] else '-'} {change['words']}")
    if len(found) > MOST_LINES:
        facts.append(f"- and {len(found) - MOST_LINES} more, in the version's metadata")
    return labelled("Changes", facts)


def changes_at_promotion(place: Workplace, stored: StoredVersion) -> Mapping[str, Any] | None:
    """Against the version that answers now: as noted at training, or found out again where that was another one."""
    incumbent = version_in_use(place, stored.model)
    if incumbent is None or incumbent.version == stored.version:
        return None
    noted = place.facts(stored).get("changes")
    if noted is not None and noted.get("version") == incumbent.version:
        return noted
    if incumbent.package is None:
        return {"summary": f"What changed since {incumbent.name} is not known: {incumbent.problem}", "changes": []}
    try:
        package = place.store.load(stored.model, stored.version, place.trusted_keys, place.config.trusted_modules)
    except FormcastError as problem:  # the promotion itself will say so, and refuse
        return {"summary": f"What changed is not known: {problem}", "changes": []}
    return change_log(Side.of(incumbent.package), Side.of(package)).to_json()
