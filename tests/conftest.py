"""What several folders of tests need: a process for each folder, and in a process one Chromium and one Postgres."""

import gc
import os
import shutil

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.postgres import running_server

# Before any test imports scikit-learn, as in the service itself: threads that wait for each other are slow threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# All that thousands of tests import is no rubbish: looking through it every other second was a third of the work.
gc.set_threshold(20_000, 20, 20)

# The folders that take longest come first, in this order, so that short ones are left when a process has nothing to do.
LONGEST = (
    "commands", "browser", "views", "training", "records", "attack", "examples", "estimators", "serving", "scoring",
    "comparison", "contract", "forms", "model_store", "model_package", "prediction", "monitoring",
)  # fmt: skip

# A machine with other work to do is slow, which is no fault of what is tried.
settings.register_profile("however long it takes", deadline=None)
settings.load_profile("however long it takes")

CHROMIUM = os.environ.get("FORMCAST_BROWSER") or "/usr/bin/chromium"


class ByFolder(LoadScopeScheduling):
    """The tests of a folder run in one process, so that what they share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return folder_of(nodeid)


def folder_of(nodeid: str) -> str:
    return nodeid.split("/")[1]


def place_in_line(item: pytest.Item) -> int:
    folder = folder_of(item.nodeid)
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST)


def pytest_collection_modifyitems(items):
    items.sort(key=place_in_line)


def pytest_collection_finish():
    gc.freeze()


def pytest_xdist_make_scheduler(config, log):
    return ByFolder(config, log)


def _missing(what: str) -> None:
    """Skip on somebody's laptop; fail where nobody would read that something was skipped."""
    sentence = f"{what} is missing, so nothing is tried in a browser"
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    if not shutil.which(CHROMIUM):
        _missing(f"Chromium at {CHROMIUM}")
    return CHROMIUM


@pytest.fixture(scope="session")
def browser(chromium_path):
    """Playwright's synchronous driver runs once in a process; whoever needs a clean start opens a context."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - tests without a browser run without it
    except ImportError:
        _missing("Playwright")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def windows(browser):
    from tests.windows import Windows  # noqa: PLC0415 - likewise

    return Windows(browser)


@pytest.fixture(scope="session")
def postgres():
    """One server in a process; whoever needs a database makes one in it."""
    with running_server() as server:
        yield server
