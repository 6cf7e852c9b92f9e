"""Which differences between here and the place of training are borne, and how the others are put."""

import platform
import re

import pytest

from tests.model_package.making import OWN_MODULES, TRUSTED, metadata, payload, sealed
from webapp.errors import PackageIncompatible
from webapp.model_package.compatibility import check_compatible, installed_versions
from webapp.model_package.loader import open_package

HERE = installed_versions()


def trained_with(**packages):
    return metadata(packages=HERE["packages"] | packages)


def other_patch(version):
    major, minor, *_ = version.split(".")
    return f"{major}.{minor}.99"


def test_the_same_versions_are_compatible():
    check_compatible(metadata())


@pytest.mark.parametrize("package", ["numpy", "pandas"])
def test_another_patch_release_of_numpy_or_pandas_is_left_to_the_golden_rows(package):
    check_compatible(trained_with(**{package: other_patch(HERE["packages"][package])}))


def test_another_patch_release_of_python_is_left_to_the_golden_rows():
    check_compatible(metadata(python=other_patch(platform.python_version())))


def test_any_scipy_is_left_to_the_golden_rows():
    check_compatible(trained_with(scipy="1.0.0"))


@pytest.mark.parametrize(
    ("package", "version"),
    [
        ("scikit-learn", other_patch(HERE["packages"]["scikit-learn"])),
        ("scikit-learn", "1.2.2"),
        ("scikit-learn", None),
        ("numpy", "1.26.4"),
        ("numpy", "2.40.6"),
        ("pandas", "2.2.0"),
        ("pandas", 3),
    ],
)
def test_another_library_is_refused_with_both_versions_and_the_remedy(package, version):
    here = HERE["packages"][package]
    wanted = f"trained with {package} {version or 'unknown'}, and {here} is installed here."

    with pytest.raises(PackageIncompatible, match=re.escape(wanted)) as caught:
        check_compatible(trained_with(**{package: version}))

    assert str(caught.value).endswith("Retrain it with: python train.py specs/leaving.toml")


@pytest.mark.parametrize("changes", [{"python": "3.10.1"}, {"python": None}, {"packages": None}, {"format": 99}])
def test_another_python_or_format_is_refused(changes):
    with pytest.raises(PackageIncompatible, match=r"python train.py specs/leaving.toml"):
        check_compatible(metadata(**changes))


def test_an_incompatible_package_is_refused_before_its_pickle_is_touched():
    files = payload(python="3.10.1") | {"pipeline.pkl": b"would not load at all"}

    with pytest.raises(PackageIncompatible, match=r"trained with Python 3\.10\.1"):
        open_package(sealed(files), TRUSTED, OWN_MODULES)
