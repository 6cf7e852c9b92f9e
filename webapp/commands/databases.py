"""backup and restore of the SQLite file."""

import argparse
from pathlib import Path

from webapp.commands.answer import Answer
from webapp.commands.promotion import Workplace
from webapp.records.backup import backup, restore


def backup_to(place: Workplace, given: argparse.Namespace) -> Answer:
    backup(place.database, Path(given.path))
    return Answer((f"The database is copied to {given.path}",), {"path": given.path})


def restore_from(place: Workplace, given: argparse.Namespace) -> Answer:
    before = restore(Path(given.path), place.config.database_url)
    lines = [f"{given.path} is the database now. Start the service again."]
    if before:
        lines.append(f"The database of before is kept as {before}")
    return Answer(tuple(lines), {"path": given.path, "before": str(before) if before else None})
