"""backup and restore of the SQLite file."""

import argparse
from pathlib import Path

from webapp.commands.answer import Answer
from webapp.commands.promotion import Workplace
from webapp.records.actors import command_actor
from webapp.records.audit import note
from webapp.records.backup import backup, restore
from webapp.records.migrate import migrate
from webapp.records.purging import end_everything


def backup_to(place: Workplace, given: argparse.Namespace) -> Answer:
    backup(place.database, Path(given.path))
    return Answer((f"The database is copied to {given.path}",), {"path": given.path})


def restore_from(place: Workplace, given: argparse.Namespace) -> Answer:
    """A backup can hold people and keys that were shut out since: sessions and links at least do not come back."""
    before = restore(Path(given.path), place.config.database_url)
    migrate(place.database)
    with place.database.writing() as connection:
        end_everything(connection)
        note(connection, command_actor(), "restored", "database", after={"from": given.path})
    lines = [f"{given.path} is the database now. Start the service again."]
    if before:
        lines.append(f"The database of before is kept as {before}")
    lines.append("People, roles and keys are those of the backup, so look through them: python -m webapp users list")
    return Answer(tuple(lines), {"path": given.path, "before": str(before) if before else None})
