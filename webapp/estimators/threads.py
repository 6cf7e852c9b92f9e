"""Linear algebra on one thread: on a busy machine, threads wait for each other ten times longer than they work."""

from functools import cache

from threadpoolctl import ThreadpoolController


def one_thread():
    """Return a context in which BLAS calls stay on the calling thread."""
    return _loaded_libraries().limit(limits=1, user_api="blas")


@cache
def _loaded_libraries() -> ThreadpoolController:
    """Look them up once: it takes milliseconds."""
    return ThreadpoolController()
