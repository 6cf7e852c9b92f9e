"""The page for programmers shows examples that work when they are copied."""

import html
import json
import re
import shutil
import subprocess
import sys
import threading

import pytest
from werkzeug.serving import make_server

from tests.views.api.asking import bearer
from tests.views.filing import table, work
from webapp.views.api.examples import NO_KEY_YET

PAGE = "/models/leaving/programs"


def example(page, name):
    """What stands in a box, as it is copied."""
    found = re.search(rf'<textarea [^>]*id="{name}"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    return html.unescape(found[1])


@pytest.fixture
def address(service):
    """Where the service answers on a real socket."""
    server = make_server("127.0.0.1", 0, service.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(*command, folder=None, text=""):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder, input=text)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_shows_every_column_with_its_choices_and_limits(client):
    page = client.get(PAGE)

    assert page.status_code == 200
    for text in ("customer", "months", "0 months or more", "monthly · yearly · long", "true or false", "2024-03-27"):
        assert text in page.text
    assert "No key is needed" in page.text
    assert example(page, "address") == "http://localhost/api/v1/models/leaving/predictions"


def test_the_example_for_python_works(service, client, address):
    page = client.get(PAGE, base_url=address)
    shown = run(sys.executable, "-c", example(page, "python"))

    assert re.fullmatch(r"[0-9A-Z]{8} (no|yes) 0\.\d+ green\n", shown)
    assert service.records() == 1


def test_one_example_can_be_run_after_the_other_with_a_case_of_one_s_own(client, address):
    text = example(client.get(PAGE, base_url=address), "python")
    run(sys.executable, "-c", text)
    run(sys.executable, "-c", text.replace('"months": 24', '"months": 12'))
    wrong = text.replace('"months": 24', '"months": "many"')
    refused = subprocess.run([sys.executable, "-c", wrong], capture_output=True, text=True, timeout=60)

    assert refused.returncode == 1
    assert "Months with us must be a number" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_examples_for_a_command_line_and_a_spreadsheet_work(service, client, address, tmp_path):
    page = client.get(PAGE, base_url=address)
    by_row = run("sh", "-c", example(page, "curl"))
    (tmp_path / "cases.csv").write_text("months,bill,contract,senior,joined\n12,,monthly,no,2019-05-03\n")
    by_file = run("sh", "-c", example(page, "csv"), folder=tmp_path)
    taken = run("sh", "-c", example(page, "file"), folder=tmp_path)
    work(service)
    told = client.get(f"/api/v1/batches/{json.loads(taken)['id']}").json

    assert '"reference":' in by_row
    assert '"predictions":["' in by_file
    assert [row["months"] for row in table(client.get(told["results"]))] == ["12"]
    assert service.records() == 3


def test_the_example_for_excel_names_the_address_and_the_columns_of_the_answer(client):
    query = example(client.get(PAGE), "excel")

    assert '"http://localhost/api/v1/models/leaving/predictions"' in query
    assert 'Excel.CurrentWorkbook(){[Name = "Cases"]}[Content]' in query
    assert query.count("(") == query.count(")")
    assert query.count("{") == query.count("}")


class TestWhereAKeyIsNeeded:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "open", "FORMCAST_BIND": "0.0.0.0"}

    def test_the_page_says_so_and_the_examples_hold_its_place(self, service, client, address):
        page = client.get(PAGE, base_url=address)
        text = example(page, "python")

        assert "/account/keys/new" in page.text
        assert all(NO_KEY_YET in example(page, name) for name in ("curl", "python", "excel", "file", "csv"))
        shown = run(sys.executable, "-c", text.replace(NO_KEY_YET, bearer(service)["Authorization"].split()[1]))
        assert re.match(r"[0-9A-Z]{8} ", shown)
