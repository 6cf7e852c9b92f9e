"""python -m webapp COMMAND: what people at a terminal and platforms ask of the product."""

import sys

from webapp.commands.line import run

if __name__ == "__main__":
    sys.exit(run())
