"""A new password from the person at the terminal, never from the command line, which others on the machine can read."""

import getpass
import sys

from webapp.errors import AccountRefused
from webapp.passwords import LONGEST, problem_with

DIFFERENT = "The two passwords differ. Nothing was changed"
NOTHING_CAME = "No password came in. Type it when asked, or send it as the first line of standard input"


def new_password() -> str:
    """Typed twice without being shown, or the first line of what is piped in. Raises AccountRefused."""
    password = _typed() if sys.stdin.isatty() else sys.stdin.readline(4 * LONGEST).rstrip("\r\n")
    if not password:
        raise AccountRefused(NOTHING_CAME)
    if problem := problem_with(password):
        raise AccountRefused(problem)
    return password


def _typed() -> str:
    try:
        password = getpass.getpass("New password: ")
        if password != getpass.getpass("The same again: "):
            raise AccountRefused(DIFFERENT)
    except EOFError:
        raise AccountRefused(NOTHING_CAME) from None
    return password
