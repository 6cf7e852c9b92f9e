"""
Pickles that run a command, signed by the trusted key: the list of allowed names alone must stop them.

Each is first loaded without protection, to prove that it does what it says.
"""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from tests.model_package.making import OWN_MODULES, TRUSTED, payload, sealed
from webapp.errors import PackageCorrupt, PackageIncompatible, PackageUntrusted
from webapp.model_package.allowlist import ALLOWED
from webapp.model_package.format import PIPELINE
from webapp.model_package.loader import open_package

MARKER = "marker"
EXPRESSION = f"__import__('os').system('touch {MARKER}')"
PROTOCOL_4, STOP = b"\x80\x04", b"."
NONE, TRUE = b"N", b"\x88"


class Attack:
    """An object that pickles as the command."""

    def __reduce__(self):
        return os.system, (f"touch {MARKER}",)


def text(value):
    return b"X" + len(value.encode()).to_bytes(4, "little") + value.encode()


def named(module, name):
    return text(module) + text(name) + b"\x93"


def items(*pickled):
    return b"(" + b"".join(pickled) + b"t"


def call(function, *arguments):
    return function + items(*arguments) + b"R"


def old_name(module, name):
    return f"c{module}\n{name}\n".encode()


SECOND = pickle.dumps(Attack())
COMMAND = text(f"touch {MARKER}")
SHELL = items(text("/bin/sh"), text("-c"), COMMAND)
OS = call(named("builtins", "__import__"), text("os"))
SYSTEM = named("os", "system")

ATTACKS = {
    "os.system": call(SYSTEM, COMMAND),
    "posix.system": call(named("posix", "system"), COMMAND),
    "subprocess.Popen": call(named("subprocess", "Popen"), SHELL),
    "eval": call(named("builtins", "eval"), text(EXPRESSION)),
    "exec": call(named("builtins", "exec"), text(EXPRESSION)),
    "getattr": call(call(named("builtins", "getattr"), OS, text("system")), COMMAND),
    "attrgetter": call(call(call(named("operator", "attrgetter"), text("system")), OS), COMMAND),
    "methodcaller": call(call(named("operator", "methodcaller"), text("system"), COMMAND), OS),
    "partial": call(call(named("functools", "partial"), SYSTEM, COMMAND)),
    "map": call(named("builtins", "list"), call(named("builtins", "map"), SYSTEM, items(COMMAND))),
    "dotted through scikit-learn": call(named("sklearn.datasets._base", "os.system"), COMMAND),
    "longer through scikit-learn": call(named("sklearn.datasets._base", "shutil.os.system"), COMMAND),
    "dotted through an allowed module": call(named("numpy._core.numeric", "builtins.eval"), text(EXPRESSION)),
    "dotted through a trusted module": call(named("sklearn.linear_model._logistic", "inspect.os.system"), COMMAND),
    "protocol 0": call(old_name("os", "system"), COMMAND),
    "the instance opcode": b"(" + COMMAND + b"ios\nsystem\n",
    "the object opcode": b"(" + named("subprocess", "Popen") + SHELL + b"o",
    "numpy.load": call(named("numpy", "load"), text("array.npy"), NONE, TRUE),
    "numpy.load by its own path": call(named("numpy.lib._npyio_impl", "load"), text("array.npy"), NONE, TRUE),
    "pandas": call(named("pandas", "read_pickle"), text("second.pkl")),
    "joblib": call(named("joblib", "load"), text("second.pkl")),
    "a pickle in the pickle": call(named("_pickle", "loads"), b"B" + len(SECOND).to_bytes(4, "little") + SECOND),
}


@pytest.fixture(autouse=True)
def in_a_folder_with_further_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("second.pkl").write_bytes(SECOND)
    np.save("array.npy", np.array([Attack()], dtype=object), allow_pickle=True)


def run_unprotected(content):
    found = pickle.loads(content)
    if hasattr(found, "wait"):
        found.wait()


def opened(content, trusted_modules=OWN_MODULES):
    return open_package(sealed(payload() | {PIPELINE: content}), TRUSTED, trusted_modules)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_signed_pickle_that_runs_a_command_runs_nothing(attack):
    content = PROTOCOL_4 + attack + STOP
    run_unprotected(content)
    assert Path(MARKER).exists()
    Path(MARKER).unlink()

    with pytest.raises(PackageUntrusted, match="which no package may use here"):
        opened(content)

    assert not Path(MARKER).exists()


def test_a_name_of_python_2_is_not_translated_into_an_allowed_one():
    with pytest.raises(PackageUntrusted, match="__builtin__.eval"):
        opened(call(old_name("__builtin__", "eval"), text(EXPRESSION)) + STOP)


@pytest.mark.parametrize("name", ["np", "linalg", "check_is_fitted", "Real", "LinearClassifierMixin"])
def test_what_a_trusted_module_imported_is_out_of_reach(name):
    with pytest.raises(PackageUntrusted, match="which that module does not define"):
        opened(PROTOCOL_4 + named(*OWN_MODULES, name) + STOP)


@pytest.mark.parametrize("module", ["numpy", "sklearn.pipeline", "webapp.estimators.additive", "webapp.model_package"])
def test_no_prefix_of_an_allowed_name_opens_anything(module):
    with pytest.raises(PackageUntrusted):
        opened(PROTOCOL_4 + named(module, "load") + STOP)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b".",
        b"no pickle",
        PROTOCOL_4,
        PROTOCOL_4 + b"N",
        PROTOCOL_4 + NONE + STOP,
        PROTOCOL_4 + text("a pipeline") + STOP,
        PROTOCOL_4 + b"\x82\x01" + STOP,
        PROTOCOL_4 + text("id") + b"Q" + STOP,
        b"\x80\x05\x97" + STOP,
        b"\x80\xff" + NONE + STOP,
        PROTOCOL_4 + b"\x8e" + (1 << 62).to_bytes(8, "little") + STOP,
        b"\x80\x05\x96" + (1 << 62).to_bytes(8, "little") + STOP,
        PROTOCOL_4 + NONE + b"r\xff\xff\xff\xff" + STOP,
        b"Np4294967295\n.",
        PROTOCOL_4 + call(named("numpy", "ndarray"), items(b"\x8a\x08" + (1 << 60).to_bytes(8, "little"))) + STOP,
        PROTOCOL_4 + call(named("numpy", "dtype"), text("no such type")) + STOP,
        PROTOCOL_4 + b"(" * 100_000 + b"t" * 100_000 + STOP,
    ],
)
def test_whatever_a_damaged_pickle_spells_is_one_clear_error(content):
    with pytest.raises(PackageCorrupt, match=r"pipeline\.pkl"):
        opened(content)


def test_a_pipeline_without_a_state_answers_nothing():
    with pytest.raises(PackageIncompatible, match="cannot be replayed"):
        opened(PROTOCOL_4 + named("sklearn.pipeline", "Pipeline") + b")\x81" + STOP)


REACHING = ("builtins", "os", "posix", "sys", "subprocess", "operator", "functools", "importlib", "pickle", "copyreg")


def test_the_list_names_nothing_that_reaches_further():
    assert not [(module, name) for module, name in ALLOWED if module in REACHING or "." in name]
    assert list(ALLOWED) == sorted(set(ALLOWED))
