"""Keys: made once, kept private, written so that a slip is noticed."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from webapp.errors import ConfigError, PackageUntrusted
from webapp.model_package.signing import (
    PublicKey,
    SigningKey,
    parse_trusted_keys,
    read_or_create_signing_key,
    verify,
)


def test_what_a_key_signed_its_public_key_verifies():
    key = SigningKey.generate()

    verify(b"manifest", key.sign(b"manifest"), [key.public])


@pytest.mark.parametrize("signature", [b"", b"\0" * 64, b"x" * 63, b"x" * 65])
def test_anything_else_is_no_signature(signature):
    with pytest.raises(PackageUntrusted, match="not signed by a key"):
        verify(b"manifest", signature, [SigningKey.generate().public])


def test_an_edited_message_is_not_verified():
    key = SigningKey.generate()

    with pytest.raises(PackageUntrusted):
        verify(b"manifest!", key.sign(b"manifest"), [key.public])


def test_without_any_trusted_key_nothing_is_trusted():
    key = SigningKey.generate()

    with pytest.raises(PackageUntrusted, match="FORMCAST_TRUSTED_KEYS"):
        verify(b"manifest", key.sign(b"manifest"), [])


def test_two_trusted_keys_let_one_take_over_from_the_other():
    old, new = SigningKey.generate(), SigningKey.generate()
    trusted = parse_trusted_keys(f" {old.public.text}, {new.public.text},{old.public.text} ,")

    assert trusted == (old.public, new.public)
    verify(b"manifest", old.sign(b"manifest"), trusted)
    verify(b"manifest", new.sign(b"manifest"), trusted)


def test_keys_survive_their_text_form():
    key = SigningKey.generate()

    assert SigningKey.from_text(key.text + "\n") == key
    assert PublicKey.from_text(key.public.text) == key.public


def test_a_signing_key_among_the_trusted_ones_is_noticed_and_not_repeated():
    key = SigningKey.generate()

    with pytest.raises(ConfigError, match=r"key 2: This is a signing key, which must stay secret") as caught:
        parse_trusted_keys(f"{key.public.text},{key.text}")

    assert key.text not in str(caught.value)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1],
        lambda text: text + "A",
        lambda text: text.replace("formcast", "Formcast"),
        lambda text: text[:-1] + "é",
        lambda text: text[:-4] + "!" + text[-4:],
        lambda text: text.removeprefix("formcast-public-key:"),
        lambda text: text + "=",
        lambda text: "",
    ],
)
def test_a_mangled_key_is_refused(spoil):
    with pytest.raises(ConfigError, match="not a key"):
        PublicKey.from_text(spoil(SigningKey.generate().public.text))


def test_the_secret_is_in_no_representation():
    key = SigningKey.generate()

    assert key.text not in repr(key)
    assert repr(key.raw) not in repr(key)


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path):
    path = tmp_path / "instance" / "signing_key"

    first = read_or_create_signing_key(path)

    assert read_or_create_signing_key(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["signing_key"]


def test_trainers_that_start_together_share_one_key(tmp_path):
    path = tmp_path / "signing_key"

    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(read_or_create_signing_key, [path] * 8))

    assert len({key.raw for key in keys}) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["signing_key"]


def test_a_key_file_others_can_read_is_refused_with_the_remedy(tmp_path):
    path = tmp_path / "signing_key"
    read_or_create_signing_key(path)
    path.chmod(0o644)

    with pytest.raises(ConfigError, match=f"chmod 600 {path}"):
        read_or_create_signing_key(path)


@pytest.mark.parametrize("content", [b"", b"secret", b"\xff\xfe"])
def test_a_key_file_that_holds_something_else_is_not_overwritten(tmp_path, content):
    path = tmp_path / "signing_key"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(ConfigError, match="does not hold a signing key"):
        read_or_create_signing_key(path)

    assert path.read_bytes() == content
