"""Where a version comes from: the table, the settings, the machine, and what changed against the version before."""

from collections.abc import Iterator, Mapping
from typing import Any

from webapp.evidence.parts import Part, Points, Section, Table, facts, paragraphs
from webapp.evidence.said import label_of
from webapp.wording.dates import iso_day_text
from webapp.wording.numbers import count_text
from webapp.wording.quoting import shown

MIB = 2**20
DATA_TERMS = {
    "name": "Table", "source": "Source", "kind": "Kind", "query": "Query", "parameters": "Parameters, by name",
    "files": "Files", "rows": "Rows", "skipped": "Rows left out", "bytes": "Size", "sha256": "SHA-256 of the bytes",
    "rows_sha256": "SHA-256 of the rows", "time_range": "From and to", "timezone": "Time zone",
    "object_version": "Version of the object", "read_at": "Read at", "snapshot": "Snapshot",
}  # fmt: skip
PLACE_TERMS = {
    "command": "Command", "git_commit": "Commit of the code", "git_dirty": "Code changed since the commit",
    "python": "Python", "platform": "Platform", "blas": "Linear algebra", "timezone": "Time zone of the model",
    "locale": "Locale", "geography": "Geography", "seed": "Seed",
}  # fmt: skip


def data_section(metadata: Mapping[str, Any]) -> Section | None:
    data = metadata.get("data")
    if not data:
        return None
    known = [(term, _text(data[key], key)) for key, term in DATA_TERMS.items() if data.get(key) not in (None, "", [])]
    until = metadata.get("data_until")
    parts: list[Part] = [
        facts(*known, ("Learned from cases up to", iso_day_text(until) if until else ""), *_rows_pairs(metadata))
    ]
    hashes = data.get("column_sha256") or {}
    if hashes:
        lines = tuple((shown(name), shown(str(digest))) for name, digest in hashes.items())
        parts.append(Table("Hash of each column", (("Column", False), ("SHA-256", False)), lines, folded=True))
    return Section("data", "The table", tuple(parts))


def adopted_section(metadata: Mapping[str, Any]) -> Section | None:
    """A pipeline that somebody fitted elsewhere."""
    found = metadata.get("adopted")
    if not found:
        return None
    terms = {"file": "File", "kind": "Kind", "sha256": "SHA-256", "bytes": "Size"}
    pairs = [(term, _text(found[key], key)) for key, term in terms.items() if found.get(key) not in (None, "")]
    return Section("adopted", "Fitted elsewhere", (facts(*pairs), Points(tuple(map(shown, found.get("notes") or [])))))


def _rows_pairs(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    counts = metadata.get("rows")
    if counts:
        learned = "not known: it was fitted elsewhere"
        yield "Learned from", learned if counts["train"] is None else f"{count_text(counts['train'])} rows"
        yield "Kept back", f"{count_text(counts['holdout'])} rows, {metadata.get('split', '')}".rstrip(", ")
        drawn = (metadata.get("data") or {}).get("sample")
        if drawn:
            alike = ", the same share of each class" if drawn.get("by_class") else ""
            yield "Both from a sample of", f"{count_text(drawn['rows'])} rows, drawn by what stands in them{alike}"


def changes_section(metadata: Mapping[str, Any]) -> Section | None:
    """Against the version that was in use when this one was trained."""
    found = metadata.get("changes")
    if not found:
        return None
    if not isinstance(found, Mapping):
        return Section("changes", "What changed", (Points(tuple(map(_text, found))),))
    lines = tuple(_change(metadata, change) for change in found.get("changes") or [])
    parts: list[Part] = [*paragraphs(_sentence(found.get("summary") or "")), *paragraphs(_entangled(metadata, found))]
    if lines:
        columns = (("Field", False), ("What", False), ("Beyond training again", False))
        parts.append(Table("Changes", columns, lines, folded=len(lines) > 12))
    return Section("changes", "What changed", tuple(parts))


def _change(metadata: Mapping[str, Any], change: Mapping[str, Any]) -> tuple[str, ...]:
    label = shown(change.get("label") or change.get("field") or change["kind"].capitalize())
    return label, shown(change["words"]), "yes" if change["is_material"] else "no"


def _entangled(metadata: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    names = [label_of(metadata, name) for name in found.get("entangled") or []]
    return (
        f"Nothing about these fields was changed, and yet they do something else: {', '.join(names)}." if names else ""
    )


def settings_section(metadata: Mapping[str, Any]) -> Section:
    settings = metadata.get("settings") or {}
    plain = {key: value for key, value in settings.items() if key != "spec" and value is not None}
    pairs = [
        (term, _text(metadata[key], key)) for key, term in PLACE_TERMS.items() if metadata.get(key) not in (None, "")
    ]
    parts: list[Part] = [facts(*pairs), _two_columns("Settings of the run", "Setting", plain)]
    packages = metadata.get("dependencies") or metadata.get("packages") or {}
    parts.append(_two_columns("Packages it was made with", "Package", packages))
    parts.append(_two_columns("Seconds", "Step", metadata.get("durations") or {}))
    if settings.get("spec"):
        lines = tuple(shown(line) for line in settings["spec"].splitlines() if line.strip())
        parts.append(
            Table("The spec, word for word", (("Line", False),), tuple((line,) for line in lines), folded=True)
        )
    return Section("settings", "How it was made", tuple(parts))


def _two_columns(caption: str, head: str, values: Mapping[str, Any]) -> Table:
    lines = tuple((shown(str(name)).replace("_", " "), _text(value)) for name, value in values.items())
    return Table(caption, ((head, False), ("Value", False)), lines, folded=True)


def _sentence(text: str) -> str:
    return f"{shown(text).rstrip('.')}." if text else ""


def _text(value: Any, key: str = "") -> str:
    """Anything that JSON can hold, as one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key == "bytes":
        return f"{value / MIB:,.2f} MB" if value >= MIB else f"{value:,} bytes"
    if isinstance(value, int):
        return count_text(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{shown(str(name))}: {_text(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return " to ".join(map(_text, value)) if key == "time_range" else ", ".join(map(_text, value))
    return shown(str(value))
