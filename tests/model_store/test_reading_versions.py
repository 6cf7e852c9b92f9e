"""Reading: what is in a folder must be the files of exactly that version, and nothing but files."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.model_package.making import GOLDEN, KEY, OWN_MODULES, TRUSTED, fitted_pipeline, metadata
from webapp.errors import ModelStoreError, PackageCorrupt, PackageUntrusted, UnknownVersion
from webapp.model_package.format import ALL_FILES, MANIFEST, MAX_FILE, METADATA, PIPELINE
from webapp.model_package.signing import PublicKey, SigningKey
from webapp.model_store import ModelStore


@pytest.fixture
def stored(add):
    return add()


@pytest.fixture
def folder(store, stored):
    return store.root / stored.model / stored.version


@pytest.fixture
def load(store):
    def load(version, trusted_keys=TRUSTED):
        return store.load(version.model, version.version, trusted_keys, OWN_MODULES)

    return load


def test_a_stored_version_loads(stored, load):
    package = load(stored)

    assert (package.model, package.version, package.number) == (stored.model, stored.version, stored.number)
    assert np.array_equal(package.pipeline.predict_proba(GOLDEN), fitted_pipeline().predict_proba(GOLDEN))


def test_facts_are_read_without_unpickling(store, stored):
    assert store.facts(stored.model, stored.version, TRUSTED) == metadata()


def test_every_version_is_verified_and_the_damaged_one_named(store, add, folder):
    good, python = add(), add(python="3.1.4")
    (folder / PIPELINE).write_bytes(b"damaged")

    [(_, damaged), (verified, nothing), (old, incompatible)] = store.verify_all(TRUSTED)

    assert damaged == f"Version {folder.name} of leaving is not used. {PIPELINE} is not what was signed"
    assert (verified, nothing) == (good, "")
    assert old == python
    assert "Python 3.1.4" in incompatible


@pytest.mark.parametrize(
    ("model", "version"),
    [
        ("leaving", "20200101T000000Z-00000000"),
        ("unheard-of", "20200101T000000Z-00000000"),
        ("leaving", "../leaving"),
        ("..", "store"),
        ("leaving", "latest"),
        ("", ""),
        ("leaving", "20200101T000000Z-00000000\n"),
    ],
)
def test_an_unknown_version_is_unknown(store, stored, model, version):
    with pytest.raises(UnknownVersion, match="no such version|no version"):
        store.load(model, version, TRUSTED)
    with pytest.raises(UnknownVersion):
        store.files(model, version)


def test_an_empty_or_absent_store_has_no_models(tmp_path):
    assert ModelStore(tmp_path).models() == []
    assert ModelStore(tmp_path / "absent").models() == []
    assert ModelStore(tmp_path).versions("leaving") == []
    assert ModelStore(tmp_path).versions("../..") == []
    assert ModelStore(tmp_path).verify_all(TRUSTED) == []


def test_other_things_in_the_store_are_no_models(store, stored):
    (store.root / "README.md").write_text("about")
    (store.root / "notes").mkdir()
    (store.root / "leaving" / "old").mkdir()
    (store.root / "leaving" / "20200101T000000Z-00000000").write_text("a file")

    assert store.models() == ["leaving"]
    assert store.versions("leaving") == [stored]


def test_a_package_replayed_in_another_folder_is_refused(store, add, folder, load):
    newer = add()
    place = store.root / newer.model / newer.version
    shutil.rmtree(place)
    shutil.copytree(folder, place)

    with pytest.raises(PackageCorrupt, match="another one"):
        load(newer)


def test_a_package_of_another_model_is_refused(store, add, folder, load):
    other = add("visits")
    shutil.copytree(folder, store.root / "visits" / folder.name)

    with pytest.raises(PackageCorrupt, match="another one"):
        store.load("visits", folder.name, TRUSTED, OWN_MODULES)
    assert load(other).model == "visits"


def test_an_older_manifest_with_its_signature_is_refused_in_a_newer_folder(store, add, folder, load):
    newer = add(strength=0.1)
    for name in (MANIFEST, "manifest.sig"):
        shutil.copy(folder / name, store.root / newer.model / newer.version / name)

    with pytest.raises(PackageCorrupt):
        load(newer)


@pytest.mark.parametrize("name", ALL_FILES)
def test_a_link_in_place_of_a_file_is_refused(folder, load, stored, tmp_path, name):
    (folder / name).rename(tmp_path / name)
    (folder / name).symlink_to(tmp_path / name)

    with pytest.raises(PackageCorrupt, match=f"{name} is not a regular file"):
        load(stored)


def test_a_linked_version_is_refused(store, folder, load, stored, tmp_path):
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(PackageCorrupt, match="is a link"):
        load(stored)


def test_a_linked_model_is_refused_and_not_listed(store, folder, load, stored, tmp_path):
    folder.parent.rename(tmp_path / "elsewhere")
    folder.parent.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(PackageCorrupt, match="is a link"):
        load(stored)
    assert store.models() == []


@pytest.mark.parametrize("replace", [os.mkdir, os.mkfifo])
@pytest.mark.parametrize("name", [MANIFEST, PIPELINE])
def test_a_folder_or_pipe_in_place_of_a_file_is_refused(store, folder, load, stored, name, replace):
    (folder / name).unlink()
    replace(folder / name)

    with pytest.raises(PackageCorrupt, match=f"{name} is not a regular file"):
        load(stored)
    assert len(store.versions("leaving")) == 1


def test_a_file_in_place_of_the_version_is_refused(folder, load, stored):
    shutil.rmtree(folder)
    folder.write_text("a file")

    with pytest.raises(PackageCorrupt, match="cannot be read: Not a directory"):
        load(stored)


def test_a_file_beyond_the_limit_is_refused_without_reading_on(folder, load, stored):
    os.truncate(folder / PIPELINE, 10 * MAX_FILE)

    with pytest.raises(PackageCorrupt, match="larger than 100 MB"):
        load(stored)


def test_every_refusal_names_the_version(stored, load):
    with pytest.raises(PackageUntrusted, match=f"Version {stored.version} of leaving is not used. The package is not"):
        load(stored, (SigningKey.generate().public,))


class SwappingKey(PublicKey):
    """Verifies as the real key does, and then swaps the pipeline on disk: the moment an attacker waits for."""

    place = None

    def verifies(self, message, signature):
        verified = super().verifies(message, signature)
        self.place.write_bytes(b"cos\nsystem\n(S'touch marker'\ntR.")
        return verified


def test_a_file_swapped_between_verifying_and_loading_changes_nothing(folder, stored, load, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(SwappingKey, "place", folder / PIPELINE)

    package = load(stored, (SwappingKey(KEY.public.raw),))

    assert np.array_equal(package.pipeline.predict_proba(GOLDEN), fitted_pipeline().predict_proba(GOLDEN))
    assert not (tmp_path / "marker").exists()
    with pytest.raises(PackageCorrupt, match=PIPELINE):
        load(stored)


def test_reading_does_not_change_the_store(store, folder, stored, load):
    before = {path: (path.stat().st_mtime_ns, path.stat().st_mode) for path in store.root.rglob("*")}

    load(stored)
    store.verify_all(TRUSTED)

    assert {path: (path.stat().st_mtime_ns, path.stat().st_mode) for path in store.root.rglob("*")} == before


@contextmanager
def without_privileges():
    """Root reads everything, so root steps down for a moment."""
    privileged = os.geteuid() == 0
    if privileged:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if privileged:
            os.seteuid(0)


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_what_may_not_be_read_is_refused_in_words(store, folder, stored, tmp_path, monkeypatch, level):
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o755)
    shut = [folder / METADATA, folder, folder.parent, store.root][level]
    shut.chmod(0)
    # Named from inside, because the folders above belong to whoever runs the tests.
    monkeypatch.chdir(tmp_path)
    near = ModelStore(Path("store"))

    with without_privileges():
        with pytest.raises(PackageCorrupt, match="Permission denied"):
            near.load(stored.model, stored.version, TRUSTED, OWN_MODULES)
        if shut in (folder.parent, store.root):
            with pytest.raises(ModelStoreError, match="Permission denied"):
                near.models()
        else:
            assert len(near.verify_all(TRUSTED)) == 1

    shut.chmod(0o755)
