"""Nothing is too long to be read in one go."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_MODULE_LINES = 250
MAX_FUNCTION_LINES = 40
MAX_TEMPLATE_LINES = 80
MAX_VIEW_LINES = 20
MAX_CONFTEST_LINES = 150

FOLDERS = ("webapp", "examples", "benchmarks", "migrations")
MODULES = sorted({*ROOT.glob("*.py"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))})
CONFTESTS = sorted((ROOT / "tests").rglob("conftest.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
VIEWS = sorted((ROOT / "webapp" / "views").rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(function: ast.FunctionDef) -> int:
    return function.end_lineno - function.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_fits_in_one_reading(path):
    assert lines(path) <= MAX_MODULE_LINES


@pytest.mark.parametrize("path", CONFTESTS, ids=named)
def test_what_tests_share_fits_in_one_reading(path):
    assert lines(path) <= MAX_CONFTEST_LINES


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_function_fits_on_a_screen(path):
    assert not [function.name for function in functions(path) if length(function) > MAX_FUNCTION_LINES]


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_fits_in_one_reading(path):
    assert lines(path) <= MAX_TEMPLATE_LINES


@pytest.mark.parametrize("path", VIEWS, ids=named)
def test_a_view_is_a_paragraph(path):
    too_long = [view.name for view in functions(path) if _is_view(view) and length(view) > MAX_VIEW_LINES]

    assert not too_long


def _is_view(function: ast.FunctionDef) -> bool:
    return any("requires(" in ast.unparse(decorator) for decorator in function.decorator_list)
