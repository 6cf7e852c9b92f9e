"""How slow a password is to hash: on purpose in the product, hardly at all where a test is not about that."""

from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher

from webapp import passwords

_SLOW = passwords._HASHER, passwords._NOBODYS
_QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_QUICK = _QUICK_HASHER, _QUICK_HASHER.hash("nobody's")


@contextmanager
def quickly() -> Iterator[None]:
    """The same algorithm without most of its work."""
    passwords._HASHER, passwords._NOBODYS = _QUICK
    yield
    passwords._HASHER, passwords._NOBODYS = _SLOW
