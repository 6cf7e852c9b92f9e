"""Copies on this machine: used while the store is away, verified each time, fetched again when they are damaged."""

import logging

import pytest

from tests.model_package.making import KEY, OWN_MODULES, TRUSTED, metadata, payload
from webapp.errors import ModelStoreError, PackageUntrusted
from webapp.model_package.format import MANIFEST, MODEL_CARD, PIPELINE
from webapp.model_package.signing import SigningKey
from webapp.model_store import ModelStore


@pytest.fixture
def stored(add_far):
    return add_far()


def load(store, stored, keys=TRUSTED):
    return store.load(stored.model, stored.version, keys, OWN_MODULES)


def copies(tmp_path):
    return sorted(path for path in (tmp_path / "cache").glob("*/*/*") if path.is_dir())


def test_a_version_is_fetched_once(s3, far, stored):
    load(far, stored)
    s3.asked.clear()

    load(far, stored)
    assert far.facts(stored.model, stored.version, TRUSTED) == metadata()
    assert far.card(stored.model, stored.version, TRUSTED).startswith("# Leaving")
    assert s3.asked == []


def test_a_known_version_is_read_while_the_store_is_away(s3, far, stored, tmp_path):
    load(far, stored)

    with s3.away():
        assert load(far, stored).number == 1
        assert load(ModelStore(far.root, tmp_path / "cache"), stored).number == 1
        with pytest.raises(ModelStoreError, match="The model store s3://.* cannot be used"):
            load(ModelStore(far.root, tmp_path / "other"), stored)


@pytest.mark.parametrize("name", [PIPELINE, MANIFEST])
def test_a_damaged_copy_is_replaced(s3, far, stored, tmp_path, name, caplog):
    load(far, stored)
    [copy] = copies(tmp_path)
    (copy / name).write_bytes(b"damaged")

    with caplog.at_level(logging.WARNING):
        assert load(far, stored).number == 1
    assert f"The copy of version {stored.version} of leaving is fetched again." in caplog.text
    with s3.away():
        assert load(far, stored).number == 1


@pytest.mark.parametrize("spoil", [lambda copy: (copy / PIPELINE).unlink(), lambda copy: copy.rename(copy / "../x")])
def test_half_a_copy_or_none_is_replaced(s3, far, stored, tmp_path, spoil):
    load(far, stored)
    spoil(copies(tmp_path)[0])

    assert load(far, stored).number == 1
    with s3.away():
        assert load(far, stored).number == 1


def test_a_link_in_the_place_of_a_copy_is_not_followed(far, stored, tmp_path):
    load(far, stored)
    [copy] = copies(tmp_path)
    copy.rename(tmp_path / "elsewhere")
    copy.symlink_to(tmp_path / "elsewhere")

    assert load(far, stored).number == 1
    assert not copy.is_symlink()
    assert (tmp_path / "elsewhere" / PIPELINE).exists()


def test_what_cannot_be_verified_is_not_kept(s3, bucket, far, stored, tmp_path):
    s3.put(bucket, f"models/leaving/{stored.version}/{MODEL_CARD}", b"another")
    with pytest.raises(ModelStoreError, match="is not what was signed"):
        load(far, stored)
    with pytest.raises(PackageUntrusted):
        load(far, stored, (SigningKey.generate().public,))

    assert copies(tmp_path) == []


def test_a_key_that_is_trusted_no_longer_shuts_the_copy_too(s3, far, stored):
    load(far, stored)

    with s3.away(), pytest.raises(ModelStoreError):
        load(far, stored, (SigningKey.generate().public,))


def test_verifying_looks_into_the_store_itself(s3, bucket, far, stored):
    load(far, stored)
    s3.put(bucket, f"models/leaving/{stored.version}/{PIPELINE}", b"damaged")

    [(_, problem)] = far.verify_all(TRUSTED)

    assert f"{PIPELINE} is not what was signed" in problem
    assert load(far, stored).number == 1


def test_a_disk_that_takes_no_copy_keeps_nobody_from_reading(far, stored, tmp_path, caplog):
    (tmp_path / "cache").write_text("in the way")

    assert load(far, stored).number == 1
    assert f"No copy is kept of version {stored.version} of leaving." in caplog.text


def test_two_addresses_share_no_copies(s3, far, stored, tmp_path):
    other = ModelStore(f"s3://{s3.create_bucket()}/models", tmp_path / "cache")
    other.add("leaving", lambda number: payload(number, strength=2.0), KEY)
    load(far, stored)

    assert len(copies(tmp_path)) == 1
    with pytest.raises(ModelStoreError, match="There is no version"):
        load(other, stored)
