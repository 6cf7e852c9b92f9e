"""What the environment says; a service that is only half configured does not start."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from webapp.config import Config
from webapp.errors import ConfigError

SECRET = "s" * 32
POSTGRES = "postgres://somebody:secret@db.example/forms"
SERVED = {"SECRET_KEY": SECRET, "DATABASE_URL": POSTGRES, "FORMCAST_ACCESS": "open"}
ON_DYNO = SERVED | {"DYNO": "web.1"}


def service(root, **environ):
    return Config.for_service(environ, root)


def test_a_laptop_needs_no_settings(tmp_path):
    config = service(tmp_path)

    assert config.is_laptop
    assert config.database_url == f"sqlite:///{tmp_path}/instance/formcast.db"
    assert (config.access, config.bind, config.port, config.workers) == ("open", "127.0.0.1", 5006, 2)
    assert config.model_store == tmp_path / "model_store"
    assert not config.https
    assert not config.warnings


def test_a_laptop_makes_one_secret_and_keeps_it_to_itself(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        secrets = set(threads.map(lambda _: service(tmp_path).secret_key, range(16)))
    file = tmp_path / "instance" / "secret_key"

    assert secrets == {file.read_text()}
    assert len(file.read_text()) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["secret_key"]


def test_a_laptop_trusts_the_key_that_its_trainer_left(tmp_path):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "signing_key.pub").write_text("own\n")

    assert service(tmp_path).trusted_keys == "own"
    assert service(tmp_path, FORMCAST_TRUSTED_KEYS="other").trusted_keys == "other,own"


def test_a_key_that_its_trainer_leaves_later_is_trusted_too(tmp_path):
    config = service(tmp_path)
    (tmp_path / "instance" / "signing_key.pub").write_text("own")

    assert config.trusted_keys == "own"


@pytest.mark.parametrize("environ", [SERVED, ON_DYNO], ids=["postgres", "dyno"])
def test_a_configured_service_starts(tmp_path, environ):
    config = service(tmp_path, **environ)

    assert config.is_postgres
    assert not config.is_laptop
    assert not (tmp_path / "instance").exists()


def test_a_dyno_is_reached_over_https_through_its_router(tmp_path):
    config = service(tmp_path, **ON_DYNO)

    assert (config.bind, config.https, config.trust_proxy) == ("::", True, True)


REFUSED = {
    "no secret beside Postgres": ({**SERVED, "SECRET_KEY": ""}, "Set SECRET_KEY to at least 32 random bytes"),
    "no secret on a dyno": ({**ON_DYNO, "SECRET_KEY": " "}, "Set SECRET_KEY"),
    "a short secret": ({**SERVED, "SECRET_KEY": "s" * 31}, "need at least 32 bytes each"),
    "a short secret on a laptop": ({"SECRET_KEY": "short"}, "need at least 32 bytes each"),
    "a short earlier secret": ({**SERVED, "SECRET_KEY_FALLBACKS": f"{SECRET},x"}, "need at least 32 bytes each"),
    "only earlier secrets": ({"SECRET_KEY_FALLBACKS": SECRET}, "SECRET_KEY is not"),
    "a dyno without a database": ({**ON_DYNO, "DATABASE_URL": ""}, "Set DATABASE_URL"),
    "a signing key on a dyno": ({**ON_DYNO, "FORMCAST_SIGNING_KEY": "key"}, "belongs to the trainer"),
    "debug": ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is on"),
    "unknown access": ({"FORMCAST_ACCESS": "everybody"}, "FORMCAST_ACCESS must be one of open, members"),
    "limits in numbers": ({"FORMCAST_LIMITS": "60"}, "FORMCAST_LIMITS must be on or off"),
    "sign-in elsewhere": ({"OIDC_CLIENT_ID": "x"}, "unset OIDC_"),
    "answers kept for no day": ({"FORMCAST_KEEP_DAYS": "0"}, "FORMCAST_KEEP_DAYS must be a whole number from 1"),
    "no port": ({"PORT": "http"}, "PORT must be a whole number"),
    "port 0": ({"PORT": "0"}, "PORT must be a whole number"),
    "too high a port": ({"PORT": "65536"}, "PORT must be a whole number"),
    "a port in other digits": ({"PORT": "５００６"}, "PORT must be a whole number"),
    "no workers": ({"WEB_CONCURRENCY": "0"}, "WEB_CONCURRENCY must be a whole number"),
    "half on": ({"FORMCAST_HTTPS": "perhaps"}, "FORMCAST_HTTPS must be on or off"),
    "half trusted": ({"TRUST_PROXY": "2"}, "TRUST_PROXY must be on or off"),
    "an unknown level": ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of"),
    "another database": ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL must begin with"),
    "a store with a password": ({"MODEL_STORE": "s3://me:secret@bucket/models"}, "without user, password or query"),
    "a store by a question": ({"MODEL_STORE": "s3://bucket/models?key=x"}, "without user, password or query"),
    "a folder as an address": ({"MODEL_STORE": "file:///models"}, "MODEL_STORE must be a folder or an address"),
    "specs elsewhere": ({"FORMCAST_SPECS": "https://x/y"}, "FORMCAST_SPECS must be a folder"),
}


@pytest.mark.parametrize(("environ", "said"), REFUSED.values(), ids=REFUSED)
def test_a_half_configured_service_does_not_start(tmp_path, environ, said):
    with pytest.raises(ConfigError) as refused:
        service(tmp_path, **environ)

    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_training_needs_nothing_that_only_a_service_does(tmp_path):
    config = Config.from_environment({"DYNO": "run.1", "FORMCAST_SIGNING_KEY": "key"}, tmp_path)

    assert config.signing_key == "key"
    assert not (tmp_path / "instance").exists()


OWN_ADDRESSES = dict.fromkeys(("127.0.0.1", "::1", "[::1]", "localhost"), True)
OTHER_ADDRESSES = dict.fromkeys(("0.0.0.0", "::", "192.168.1.4", "forms.lan"), False)


@pytest.mark.parametrize(("bind", "is_loopback"), (OWN_ADDRESSES | OTHER_ADDRESSES).items())
def test_an_open_service_that_others_reach_is_warned_about(tmp_path, bind, is_loopback):
    config = service(tmp_path, FORMCAST_BIND=bind)

    assert config.is_loopback == is_loopback
    assert [bind in warning for warning in config.warnings] == ([] if is_loopback else [True])


def test_a_service_behind_a_proxy_is_reached_by_others_whatever_it_is_bound_to(tmp_path):
    config = service(tmp_path, TRUST_PROXY="on")

    assert config.bind == "127.0.0.1"
    assert not config.is_loopback
    assert "everybody who can reach the proxy can ask" in config.warnings[0]


@pytest.mark.parametrize(("https", "warned"), [("on", 0), ("off", 1)])
def test_passwords_that_travel_in_the_clear_are_warned_about(tmp_path, https, warned):
    config = service(tmp_path, FORMCAST_ACCESS="members", FORMCAST_BIND="0.0.0.0", FORMCAST_HTTPS=https)

    assert ["passwords" in warning for warning in config.warnings] == [True] * warned


def test_secrets_do_not_show_where_settings_are_printed(tmp_path):
    config = service(tmp_path, **SERVED | {"SECRET_KEY_FALLBACKS": "t" * 32, "FORMCAST_SIGNING_KEY": "signing"})

    assert not any(secret in repr(config) for secret in (SECRET, "t" * 32, "signing", "somebody"))


def test_a_damaged_secret_is_not_replaced_in_silence(tmp_path):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret_key").write_text("short")

    with pytest.raises(ConfigError, match="too short for a secret"):
        service(tmp_path)


@pytest.mark.parametrize("environ", [SERVED, ON_DYNO], ids=["postgres", "dyno"])
def test_a_service_that_others_reach_is_for_members_unless_it_is_opened(tmp_path, environ):
    assert service(tmp_path, **environ | {"FORMCAST_ACCESS": ""}).access == "members"
    assert service(tmp_path, **environ).access == "open"


WITH_LIMITS = {
    "a laptop": ({}, False),
    "a laptop for members": ({"FORMCAST_ACCESS": "members"}, True),
    "open on another address": ({"FORMCAST_BIND": "0.0.0.0"}, True),
    "open behind a proxy": ({"TRUST_PROXY": "on"}, True),
    "a dyno": (ON_DYNO, True),
    "wanted on a laptop": ({"FORMCAST_LIMITS": "on"}, True),
    "not wanted for members": ({"FORMCAST_ACCESS": "members", "FORMCAST_LIMITS": "off"}, False),
}


@pytest.mark.parametrize(("environ", "has_limits"), WITH_LIMITS.values(), ids=WITH_LIMITS)
def test_whoever_can_be_told_apart_is_limited(tmp_path, environ, has_limits):
    assert service(tmp_path, **environ).limits == has_limits


def test_answers_are_one_persons_only_where_nobody_else_gets_in(tmp_path):
    alone = [{}, {"FORMCAST_ACCESS": "members"}, {"FORMCAST_BIND": "0.0.0.0"}, {"TRUST_PROXY": "on"}]

    assert [service(tmp_path, **environ).is_one_persons for environ in alone] == [True, False, False, False]
