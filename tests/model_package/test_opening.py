"""A sealed package opens; one that is not exactly what was sealed never does."""

import json
from importlib.metadata import version

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from tests.model_package.making import (
    CREATED_AT,
    GOLDEN,
    KEY,
    OWN_MODULES,
    SCHEMA,
    TRUSTED,
    fitted_pipeline,
    metadata,
    payload,
    sealed,
)
from webapp.errors import PackageCorrupt, PackageIncompatible, PackageUntrusted
from webapp.model_package.format import (
    ALL_FILES,
    MANIFEST,
    METADATA,
    MODEL_CARD,
    PAYLOAD,
    PIPELINE,
    PROFILE,
    SIGNATURE,
    is_model_name,
    is_version_id,
    moment_text,
    parse_moment,
    version_id,
)
from webapp.model_package.loader import open_package, pack_pipeline, read_package_facts
from webapp.model_package.manifest import seal, stated_number, stated_version


@pytest.fixture(scope="module")
def files():
    return sealed()


def resealed(files, manifest_changes):
    """Signed by the trusted key although its manifest is odd."""
    manifest = json.dumps(json.loads(files[MANIFEST]) | manifest_changes).encode()
    return {**files, MANIFEST: manifest, SIGNATURE: KEY.sign(manifest)}


def test_a_sealed_package_opens_and_answers_as_before(files):
    package = open_package(files, TRUSTED, OWN_MODULES)

    assert np.array_equal(package.pipeline.predict_proba(GOLDEN), fitted_pipeline().predict_proba(GOLDEN))
    assert (package.model, package.number, package.metadata) == ("leaving", 1, metadata())
    assert package.schema == SCHEMA
    assert package.schema is package.schema
    assert package.profile == {"rows": 60}
    assert package.model_card.startswith("# Leaving")
    assert package.version == stated_version(files)
    assert is_version_id(package.version)
    assert package.version.startswith("20261012T093000Z-" + package.manifest_sha[:8])


def test_facts_are_read_without_unpickling_and_whatever_is_installed():
    files = sealed(payload(python="2.7.18") | {PIPELINE: b"no pickle at all"})

    assert read_package_facts(files, TRUSTED) == metadata(python="2.7.18")


def test_facts_of_a_stranger_are_not_read(files):
    with pytest.raises(PackageUntrusted):
        read_package_facts(sealed(payload(), type(KEY).generate()), TRUSTED)


@pytest.mark.parametrize("name", ALL_FILES)
def test_a_missing_file_is_named(files, name):
    with pytest.raises(PackageCorrupt, match=f"lacks {name}"):
        open_package({key: content for key, content in files.items() if key != name}, TRUSTED, OWN_MODULES)


def test_an_extra_file_is_refused(files):
    with pytest.raises(PackageCorrupt, match="sitecustomize.py, which nobody signed"):
        open_package(files | {"sitecustomize.py": b""}, TRUSTED, OWN_MODULES)


@pytest.mark.parametrize("name", PAYLOAD)
def test_a_changed_file_is_named(files, name):
    with pytest.raises(PackageCorrupt, match=f"{name} is not what was signed"):
        open_package(files | {name: files[name] + b" "}, TRUSTED, OWN_MODULES)


@pytest.mark.parametrize("name", PAYLOAD)
def test_a_file_of_another_version_is_refused(files, name):
    other = sealed(payload(number=2, strength=0.1, at="another") | {PROFILE: b"{}", MODEL_CARD: b"#"})

    with pytest.raises(PackageCorrupt, match=name):
        open_package(files | {name: other[name]}, TRUSTED, OWN_MODULES)


def test_a_version_string_edited_and_hashed_again_needs_a_new_signature():
    old = sealed(payload(packages={**metadata()["packages"], "scikit-learn": "1.2.2"}))
    wanted = sealed(payload())
    forged = {**old, METADATA: wanted[METADATA], MANIFEST: wanted[MANIFEST]}

    with pytest.raises(PackageUntrusted):
        open_package(forged, TRUSTED, OWN_MODULES)


def test_the_signature_of_an_unknown_key_is_refused():
    with pytest.raises(PackageUntrusted):
        open_package(sealed(payload(), type(KEY).generate()), TRUSTED, OWN_MODULES)


@pytest.mark.parametrize(
    "changes",
    [{"files": {}}, {"files": None}, {"number": 8}, {"model": "other"}, {"created_at": "2026-10-12T09:30:01Z"}],
)
def test_even_the_trusted_key_cannot_sign_a_contradiction(files, changes):
    with pytest.raises(PackageCorrupt):
        open_package(resealed(files, changes), TRUSTED, OWN_MODULES)


@pytest.mark.parametrize("manifest", [b"[]", b"{", b"\xff", b"[" * 100_000, b"{}"])
def test_a_signed_manifest_that_is_none_is_refused(files, manifest):
    with pytest.raises(PackageCorrupt):
        open_package({**files, MANIFEST: manifest, SIGNATURE: KEY.sign(manifest)}, TRUSTED, OWN_MODULES)

    assert stated_number(manifest) == 0


@pytest.mark.parametrize("created_at", [None, 5, "yesterday", "2026-10-12"])
def test_a_package_that_does_not_say_when_it_was_made_is_refused(files, created_at):
    forged = {**files, METADATA: json.dumps(metadata(created_at=created_at)).encode()}

    with pytest.raises(PackageCorrupt):
        open_package(resealed(forged, {"created_at": created_at}), TRUSTED, OWN_MODULES)


def test_a_pipeline_that_names_code_outside_the_list_says_which(files):
    with pytest.raises(PackageUntrusted, match="sklearn.discriminant_analysis.LinearDiscriminantAnalysis"):
        open_package(files, TRUSTED)


def test_a_trusted_module_is_trusted_by_its_exact_name(files):
    with pytest.raises(PackageUntrusted):
        open_package(files, TRUSTED, ("sklearn", "sklearn.discriminant", "sklearn.discriminant_analysi"))


def test_what_would_not_load_cannot_be_packed():
    with pytest.raises(PackageUntrusted, match="LinearDiscriminantAnalysis"):
        pack_pipeline(fitted_pipeline(), "leaving")


def test_only_a_pipeline_is_a_pipeline():
    with pytest.raises(PackageCorrupt, match="no pipeline"):
        pack_pipeline(LinearDiscriminantAnalysis(), "leaving", OWN_MODULES)


def test_a_part_from_another_scikit_learn_is_refused_as_an_error_not_a_warning(files):
    here = version("scikit-learn").encode()
    there = b"0" * len(here)
    old = payload() | {PIPELINE: files[PIPELINE].replace(here, there)}

    with pytest.raises(PackageIncompatible, match=f"scikit-learn {there.decode()}, .*python train.py specs/leaving"):
        open_package(sealed(old), TRUSTED, OWN_MODULES)


def test_a_pipeline_that_answers_its_golden_rows_differently_is_refused():
    with pytest.raises(PackageIncompatible, match="golden rows differently"):
        open_package(sealed(payload() | {PIPELINE: payload(strength=0.01)[PIPELINE]}), TRUSTED, OWN_MODULES)


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda files: {name: files[name] for name in PAYLOAD[1:]}, "a package holds"),
        (lambda files: files | {"notes.txt": b""}, "a package holds"),
        (lambda files: files | {METADATA: json.dumps(metadata(number=3)).encode()}, "metadata says"),
        (lambda files: files | {PIPELINE: bytes(100 * 1024 * 1024 + 1)}, "larger than"),
    ],
)
def test_a_trainer_that_packs_something_odd_learns_it_before_it_is_signed(spoil, complaint):
    with pytest.raises(ValueError, match=complaint):
        seal(spoil(payload()), "leaving", 1, CREATED_AT, KEY)


@pytest.mark.parametrize(("model", "created_at"), [("../up", CREATED_AT), ("leaving", "2026-10-12T09:30:00+00:00")])
def test_a_package_is_not_sealed_under_a_name_or_moment_that_is_none(model, created_at):
    with pytest.raises(ValueError, match="is no model name|does not match|unconverted"):
        seal(payload(), model, 1, created_at, KEY)


def test_the_version_id_tells_when_and_what():
    assert version_id(CREATED_AT, b"a") == "20261012T093000Z-ca978112"
    assert moment_text(parse_moment(CREATED_AT)) == CREATED_AT


@pytest.mark.parametrize("text", ["2026-10-12T9:30:00Z", "2026-1-2T09:30:00Z", "2026-10-12T09:30:00+00:00", ""])
def test_a_moment_has_one_way_of_being_written(text):
    with pytest.raises(ValueError, match="."):
        parse_moment(text)


@pytest.mark.parametrize("name", ["churn", "a", "0-day_rates", "x" * 64])
def test_these_are_names_of_models(name):
    assert is_model_name(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "-a", "_a", "Churn", "a/b", "a.b", "a\n", "é", "x" * 65, "a\0", "a b", "٣"]
)
def test_these_are_not(name):
    assert not is_model_name(name)
    assert not is_version_id(name)
