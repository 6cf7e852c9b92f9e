"""What Ctrl-C and SIGTERM do to a command that learns: it ends at once, and says so."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def ended_when_told(*folders: Path) -> Iterator[None]:
    """
    Meanwhile both signals end the process, and these folders with it.

    An exception would not do: raised in the middle of what a library does, it can be swallowed there, and the command
    goes on.
    """

    def end(number: int, frame: object) -> None:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        os.write(2, b"Stopped. A version that was not complete is not in the store\n")
        os._exit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
