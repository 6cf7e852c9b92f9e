"""Imports go one way, and learning loads nothing of the web."""

import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ("flask", "flask_wtf", "wtforms", "werkzeug", "jinja2")
HEAVY = ("pyarrow", "matplotlib", "shap", "dask", "openpyxl", "fsspec", "s3fs", "aiohttp", "botocore", "pytest")


def test_a_module_imports_only_from_layers_below_its_own():
    linter = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout


@cache
def loaded_by(statement: str) -> frozenset[str]:
    """The top names of every module that is in memory after the statement."""
    program = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    return frozenset(said_by(program).split())


def said_by(program: str) -> str:
    environ = {"PATH": "/usr/bin:/bin"}
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_learning_loads_neither_web_nor_database():
    assert not loaded_by("import webapp.training.run") & {*WEB, "sqlalchemy"}


def test_training_and_commands_load_no_web():
    assert not loaded_by("import train, webapp.config, webapp.commands.line") & set(WEB)


def test_serving_loads_nothing_that_only_learning_or_testing_needs():
    # Where pyarrow is installed, pandas itself loads it.
    assert not (loaded_by("import webapp.app") - loaded_by("import pandas")) & set(HEAVY)


def test_the_service_limits_threads_before_anything_reads_how_many_to_start():
    # Whatever reads the number does so when it is loaded; nothing of that kind is in memory when the limit is set.
    program = """
import os
class Watched(dict):
    def setdefault(self, name, value):
        import sys
        print(name, value, {"numpy", "scipy", "sklearn"} & set(sys.modules))
        raise SystemExit
os.environ = Watched(os.environ)
import webapp.app
"""
    assert said_by(program).strip() == "OMP_NUM_THREADS 1 set()"
