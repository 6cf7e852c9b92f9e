"""The templates in a small app of their own, and Chromium to look at them."""

import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from tests.forms.scratch_app import scratch_app

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def app():
    return scratch_app(str(ROOT))


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture(scope="session")
def address(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(windows, address):
    def opened(path, width=1280, scheme="light", colours="none", **settings):
        page = windows.page(width, **settings)
        page.emulate_media(color_scheme=scheme, forced_colors=colours)
        page.goto(address + path)
        return page

    yield opened
    windows.empty()
