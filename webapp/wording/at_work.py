"""Who works on files of cases, and on what, in words."""

from datetime import timedelta

from webapp.records.jobs import CHECKING
from webapp.records.workers import HeardOf
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import shown

MINUTE, HOUR = 60, 3600
NOBODY_THERE = "Nobody is at work on files. Start: python -m webapp worker"
NOTHING, LEFT = "nothing at the moment", "nothing any more; what it had begun is left to the others"


def work_text(worker: HeardOf) -> str:
    """'part 3 of 25 of a file about churn, which is being answered'; nobody's name, and not that of the file."""
    if worker.seq is None:
        return NOTHING if worker.is_alive else LEFT
    doing = "checked" if worker.state == CHECKING else "answered"
    part = f"part {count_text(worker.seq + 1)} of {count_text(worker.parts)}"
    return f"{part} of a file about {shown(worker.model)}, which is being {doing}"


def waiting_text(parts: int) -> str:
    """'3 parts of files wait', of at most 2,000 rows each."""
    return (
        f"{counted(parts, 'part', 'parts')} of files {'waits' if parts == 1 else 'wait'}" if parts else "No file waits"
    )


def ago_text(span: timedelta) -> str:
    """'4 seconds ago', '12 minutes ago', '3 hours ago'"""
    seconds = max(round(span.total_seconds()), 0)
    if seconds < MINUTE:
        return f"{counted(seconds, 'second', 'seconds')} ago"
    if seconds < HOUR:
        return f"{counted(seconds // MINUTE, 'minute', 'minutes')} ago"
    return f"{counted(seconds // HOUR, 'hour', 'hours')} ago"
