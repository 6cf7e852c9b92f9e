"""What Ctrl-C and SIGTERM do to a command while it is at work."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NOT_STORED = b"Stopped. A version that was not complete is not in the store\n"


@contextmanager
def told_to_end(hear: Callable[[int, object], object]) -> Iterator[None]:
    """Meanwhile both signals are heard, with their number, instead of what they do otherwise."""
    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def ended_when_told(*folders: Path) -> Iterator[None]:
    """
    Meanwhile both signals end the process, and these folders with it: for a command that learns.

    An exception would not do: raised in the middle of what a library does, it can be swallowed there, and the command
    goes on.
    """

    def end(number: int, frame: object) -> None:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        os.write(2, NOT_STORED)
        os._exit(128 + number)

    with told_to_end(end):
        yield
