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
def open_page(browser, address):
    contexts = []

    def opened(path, width=1280, scheme="light", **settings):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **settings)
        contexts.append(context)
        page = context.new_page()
        page.goto(address + path)
        return page

    yield opened
    for context in contexts:
        context.close()
