"""Passwords: Argon2id, one at a time in each process, and as slow for a name that nobody has."""

import threading
import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

SHORTEST = 12
LONGEST = 200
TOO_SHORT = f"Use at least {SHORTEST} characters. Several words in a row are easy to remember and hard to guess"
TOO_LONG = f"Use at most {LONGEST} characters"

# The library's defaults, written down: changed ones would make old accounts and unknown names differ in time.
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, hash_len=32, salt_len=16, type=Type.ID)
# Each takes 64 MiB: one in each of two workers fits into 512 MB beside the models, eight at once would not.
_ONE_AT_A_TIME = threading.BoundedSemaphore(1)
# Of a password that was drawn by chance and thrown away.
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$m+RmhVLpYvep+/iGLhHjlw$HdG2qib4Ger8rJomK2WKQPuRzwHjgBrnp6PkkmnB7UE"


def hash_password(text: str) -> str:
    """What is stored instead of the password."""
    with _ONE_AT_A_TIME:
        return _HASHER.hash(_as_bytes(text))


def is_right(stored: str | None, text: str) -> bool:
    """Whether this is the password of which `stored` was made; without one the same work is done for nothing."""
    with _ONE_AT_A_TIME:
        try:
            _HASHER.verify(stored or _NOBODYS, _as_bytes(text))
        except VerifyMismatchError:
            return False
    return stored is not None


def problem_with(text: str) -> str:
    """What is wrong with a new password, in words; "" when nothing is."""
    length = len(_normal(text))
    if length < SHORTEST:
        return TOO_SHORT
    return TOO_LONG if length > LONGEST else ""


def _normal(text: str) -> str:
    """One form for what different keyboards send for the same letters."""
    return unicodedata.normalize("NFKC", text)


def _as_bytes(text: str) -> bytes:
    return _normal(text).encode("utf-8", "surrogatepass")
