"""A result is one sheet of A4 that a colleague can file."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import render_template

from tests.forms.scratch_app import scratch_app
from tests.pages.recorded import CHURN, CHURN_WORDS, churn, reason
from webapp.result_page.page import result_page
from webapp.schema import Choice, Feature, Schema

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
QUESTIONS = 19
TIMEOUT_S = 60


def nineteen_questions():
    """A record with 19 answers in four groups, two flags, a rule and six bars."""
    choices = tuple(Choice(text, text) for text in ("Electronic check", "Bank transfer (automatic)"))
    schema = Schema(
        model="churn",
        features=tuple(
            Feature(f"x{i}", "category", f"Payment method {i}", group=f"Part {i // 5}", choices=choices)
            for i in range(QUESTIONS)
        ),
        target=CHURN.target,
    )
    reasons = [reason(schema, name, 47.6 / QUESTIONS, "Electronic check") for name in schema.by_name]
    flags = [
        {"code": "rare_category", "feature": f"x{i}", "text": f"Payment method {i}, Electronic check, was rare."}
        for i in range(2)
    ]
    columns = churn(0.741, row=["Electronic check"] * QUESTIONS, reasons=reasons, warnings=flags, light="red")
    return columns, CHURN_WORDS | {"schema": schema}


@pytest.fixture
def sheet(tmp_path):
    """The page and its stylesheet as files, so that nothing but the browser is needed."""
    app = scratch_app(str(ROOT))
    columns, words = nineteen_questions()
    with app.test_request_context():
        text = render_template(
            "pages/predict/result.html",
            page=result_page(columns, words, "https://formcast.example/predictions/7q4mz2vkAbCdEfGh12_-zz"),
            model_title=words["title"],
            tabs=[],
        )
    shutil.copy(ROOT / "static/css/formcast.css", tmp_path)
    (tmp_path / "page.html").write_text(text.replace("/static/css/", ""), encoding="utf-8")
    return tmp_path / "page.html"


def test_nineteen_answers_with_warnings_and_reasons_fit_on_one_page(sheet, chromium_path):
    paper = sheet.with_suffix(".pdf")
    profile = f"--user-data-dir={sheet.parent / 'profile'}"
    command = [chromium_path, "--headless", "--no-sandbox", "--disable-gpu", profile]

    subprocess.run(
        [*command, "--no-pdf-header-footer", f"--print-to-pdf={paper}", sheet.as_uri()],
        check=True,
        capture_output=True,
        timeout=TIMEOUT_S,
    )

    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) == 1
