"""What the product says about itself goes to stderr, one line each, and quotes nothing that anybody typed."""

import logging
import re
import sys
import traceback
from types import TracebackType

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class StderrHandler(logging.StreamHandler):
    """Writes to what sys.stderr is at the time."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self):
        return sys.stderr


class DiscreetFormatter(logging.Formatter):
    """One line a record, whatever it contains; of errors the places and kinds, since their words may quote answers."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return escaped(super().formatMessage(record))

    def formatException(self, ei: tuple[type, BaseException, TracebackType]) -> str:
        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None and len(lines) < 200:
            frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
            lines += [f"{type(error).__module__}.{type(error).__qualname__} raised at:\n", *frames]
            error = error.__cause__ or error.__context__
        return "".join(lines).rstrip()


def escaped(text: str) -> str:
    """The text without anything that could begin a line of its own."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


def log_to_stderr(level: str) -> None:
    """Send what this product says to stderr; done once, however many apps are made."""
    product = logging.getLogger("formcast")
    product.setLevel(level.upper())
    if not any(isinstance(handler, StderrHandler) for handler in product.handlers):
        handler = StderrHandler()
        handler.setFormatter(DiscreetFormatter(FORMAT))
        product.addHandler(handler)
