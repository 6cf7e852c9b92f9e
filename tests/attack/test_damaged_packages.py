"""
Packages damaged at random: none may load, whichever bit of whichever file is hit.

FORMCAST_ATTACK=full flips 2,000 bits instead of 200.
"""

import os
import random

import pytest

from tests.model_package.making import KEY, OWN_MODULES, TRUSTED, payload, sealed
from webapp.errors import ModelStoreError, PackageCorrupt, PackageUntrusted
from webapp.model_package.format import ALL_FILES, MANIFEST, PIPELINE, SIGNATURE
from webapp.model_package.loader import open_package
from webapp.model_store import ModelStore

FULL = os.environ.get("FORMCAST_ATTACK") == "full"
FLIPS = 2_000 if FULL else 200
TRUNCATIONS = 400 if FULL else 40


@pytest.fixture(scope="module")
def files():
    return sealed()


def flipped(content, bit):
    damaged = bytearray(content)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


def loads(files):
    try:
        open_package(files, TRUSTED, OWN_MODULES)
    except ModelStoreError:
        return False
    return True


def test_no_package_with_a_flipped_bit_loads(files):
    chance = random.Random(20261012)
    bits = [(name, bit) for name in ALL_FILES for bit in range(8 * len(files[name]))]
    hits = chance.sample(bits, FLIPS)

    loaded = [(name, bit) for name, bit in hits if loads(files | {name: flipped(files[name], bit)})]

    assert loads(files)
    assert loaded == []


@pytest.mark.parametrize("name", [SIGNATURE, MANIFEST])
def test_no_bit_of_signature_or_manifest_is_idle(files, name):
    bits = range(8 * len(files[name]))
    sample = bits if FULL or name == SIGNATURE else random.Random(7).sample(bits, FLIPS)

    for bit in sample:
        with pytest.raises((PackageUntrusted, PackageCorrupt)):
            open_package(files | {name: flipped(files[name], bit)}, TRUSTED, OWN_MODULES)


@pytest.mark.parametrize("name", ALL_FILES)
def test_no_truncated_or_lengthened_package_loads(files, name):
    content = files[name]
    lengths = {0, 1, len(content) - 1, *random.Random(9).sample(range(len(content)), min(TRUNCATIONS, len(content)))}

    loaded = [length for length in lengths if loads(files | {name: content[:length]})]

    assert loaded == []
    assert not loads(files | {name: content + b"\0"})


def test_no_two_versions_mix(files):
    other = sealed(payload(number=2, strength=0.1))
    differing = [name for name in ALL_FILES if files[name] != other[name]]

    for chosen in range(1, 2 ** len(differing) - 1):
        taken = {name: other[name] for place, name in enumerate(differing) if chosen >> place & 1}
        assert not loads(files | taken), sorted(taken)


def test_damage_on_disk_is_found_and_the_other_version_still_loads(tmp_path):
    store = ModelStore(tmp_path)
    good, hit = (store.add("leaving", payload, KEY) for _ in range(2))
    chance = random.Random(3)

    for name in ALL_FILES:
        place = tmp_path / "leaving" / hit.version / name
        whole = place.read_bytes()
        place.write_bytes(flipped(whole, chance.randrange(8 * len(whole))))
        with pytest.raises(ModelStoreError, match=hit.version):
            store.load("leaving", hit.version, TRUSTED, OWN_MODULES)
        assert store.load("leaving", good.version, TRUSTED, OWN_MODULES).number == 1
        place.write_bytes(whole)

    assert store.load("leaving", hit.version, TRUSTED, OWN_MODULES).number == 2


def test_flipped_pickles_signed_by_a_careless_trainer_never_end_in_a_bug(files):
    """Signed after the damage: some may load and answer alike, but nothing escapes the tree of deliberate errors."""
    chance = random.Random(11)
    content = files[PIPELINE]
    plain = payload()

    for bit in chance.sample(range(8 * len(content)), FLIPS):
        loads(sealed(plain | {PIPELINE: flipped(content, bit)}))
