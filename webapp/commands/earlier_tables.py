"""Whether the table of a run is the one that earlier versions learned from under the same name."""

from collections.abc import Iterator, Mapping
from typing import Any

from webapp.commands.promotion import Workplace
from webapp.commands.sources import Source
from webapp.errors import ModelStoreError
from webapp.training.sources.addresses import without_folders
from webapp.training.sources.comparing import changes_since, is_same_name
from webapp.training.succession.incumbent import Incumbent


def changes_of_table(place: Workplace, source: Source, incumbent: Incumbent | None) -> list[str]:
    """A sentence for the version in use and one for the newest, where their table was another under this name."""
    table, lines = source.table, []
    for name, record in _earlier(place, source.spec.model, incumbent):
        changes = changes_since(table, record) if is_same_name(table, record) else []
        if changes:
            lines.append(f"{without_folders(table.location)} is not what {name} learned from: {', '.join(changes)}")
    return lines


def _earlier(place: Workplace, model: str, incumbent: Incumbent | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(what it is called, its "data" record); a version that cannot be read is passed over here and named elsewhere."""
    in_use = incumbent.version if incumbent is not None else ""
    if incumbent is not None and "data" in incumbent.metadata:
        yield incumbent.name, incumbent.metadata["data"]
    stored = place.store.versions(model)
    if stored and stored[-1].version != in_use:
        try:
            yield f"version {stored[-1].number}, the newest,", place.facts(stored[-1])["data"]
        except ModelStoreError:
            return
