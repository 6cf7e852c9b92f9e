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
    restore(Path(given.path), place.config.database_url)
    return Answer((f"{given.path} is the database now. Start the service again.",), {"path": given.path})
