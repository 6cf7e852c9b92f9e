"""What a training run is doing, on stderr: a bar that moves at a terminal, plain lines anywhere else."""

import shutil
import sys
import time
from typing import TextIO

WIDTH = 24  # characters of the bar
REDRAWN_S = 0.2
CLEARED = "\r\x1b[K"


class Progress:
    """One line that says what is being done, how much of the run is behind and about how long the rest will take."""

    def __init__(self, model: str, stream: TextIO | None = None):
        self.model, self.stream = model, stream or sys.stderr
        self.is_terminal = self.stream.isatty()
        self.message, self.share, self.seconds = "", 0.0, 0.0
        self.drawn_at = 0.0

    def say(self, message: str) -> None:
        """The next step begins."""
        self.message = message
        if self.is_terminal:
            self._draw()
        else:
            left = f" ({self._left()})" if self._left() else ""
            print(f"{self.model}: {message} ...{left}", file=self.stream, flush=True)

    def show(self, share: float, seconds: float) -> None:
        """The share of the run that is behind never goes back, whatever new estimates say."""
        self.share, self.seconds = max(self.share, min(share, 1.0)), seconds
        if self.is_terminal and time.monotonic() - self.drawn_at > REDRAWN_S:
            self._draw()

    def close(self) -> None:
        """Leave the line to whoever writes next."""
        if self.is_terminal and self.drawn_at:
            self.stream.write(CLEARED)
            self.stream.flush()

    def _draw(self) -> None:
        full = round(WIDTH * self.share)
        bar = "█" * full + "░" * (WIDTH - full)
        left = f", {self._left()}" if self._left() else ""
        line = f"{self.model} {bar} {100 * self.share:3.0f}%  {self.message}{left}"
        self.stream.write(CLEARED + line[: shutil.get_terminal_size().columns - 1])
        self.stream.flush()
        self.drawn_at = time.monotonic()

    def _left(self) -> str:
        if self.seconds < 1:
            return ""
        if self.seconds < 90:
            return f"about {self.seconds:.0f} s left"
        return f"about {self.seconds / 60:.0f} min left"
