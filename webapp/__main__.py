"""python -m webapp COMMAND: what people at a terminal and platforms ask of the product."""

import signal
import sys

from webapp.commands.line import run

if __name__ == "__main__":
    try:
        sys.exit(run())
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. What was not complete is neither stored nor decided\n")
        sys.exit(128 + signal.SIGINT)
