"""Settings, read once from the environment; a half-configured service refuses to start with one clear line."""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from webapp.environment import OFF, Environment, is_postgres_url
from webapp.errors import ConfigError
from webapp.telling import Telling

PROJECT_ROOT = Path(__file__).resolve().parents[1]
SECRET_BYTES = 32
DEFAULT_PORT, LARGEST_PORT = 5006, 65535
DEFAULT_WORKERS, MOST_WORKERS = 2, 64
FOR_EVER, MOST_DAYS = 0, 36_500
ACCESS = ("open", "members")
LOG_LEVELS = ("debug", "info", "warning", "error")
LATER_PREFIX = "OIDC_"  # sign-in through another service

# Every setting this product reads; docs/configuration.md explains each.
SETTINGS = (
    "PORT", "WEB_CONCURRENCY", "SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL", "MODEL_STORE", "MODEL_CACHE",
    "FORMCAST_SIGNING_KEY", "FORMCAST_TRUSTED_KEYS", "FORMCAST_TRUSTED_MODULES", "FORMCAST_ACCESS", "FORMCAST_BIND",
    "FORMCAST_HTTPS", "FORMCAST_LIMITS", "FORMCAST_SPECS", "TRUST_PROXY", "TRUSTED_HOSTS", "LOG_LEVEL", "DYNO",
    "FLASK_DEBUG", "FORMCAST_INVOCATIONS", "FORMCAST_MAIL_SERVER", "FORMCAST_MAIL_FROM", "FORMCAST_MAIL_TO",
    "FORMCAST_WEBHOOK", "FORMCAST_KEEP_DAYS", "DASK_SCHEDULER_ADDRESS",
)  # fmt: skip


@dataclass(frozen=True)
class Config:
    """What the environment says; key texts are not parsed yet."""

    instance: Path
    database_url: str = field(repr=False)
    model_store: Path | str
    model_cache: Path
    specs: Path
    signing_key: str = field(repr=False)
    given_keys: str
    trusted_modules: tuple[str, ...]
    secret_key: str = field(repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(repr=False)
    access: str
    bind: str
    port: int
    workers: int
    https: bool
    trust_proxy: bool
    trusted_hosts: tuple[str, ...]
    limits: bool
    invocations: str
    dask_scheduler: str
    log_level: str
    keep_days: int
    on_dyno: bool
    telling: Telling = Telling()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ, root: Path = PROJECT_ROOT) -> "Config":
        """For training and commands: refuses what cannot be understood, asks for nothing a service alone needs."""
        read = Environment(environ)
        instance = root / "instance"
        on_dyno = bool(read.text("DYNO"))
        database_url = read.database_url(instance)
        is_laptop = not on_dyno and not is_postgres_url(database_url)
        access = read.one_of("FORMCAST_ACCESS", ACCESS, "open" if is_laptop else "members")
        bind = read.text("FORMCAST_BIND") or ("::" if on_dyno else "127.0.0.1")
        trust_proxy = read.switch("TRUST_PROXY", on_dyno)
        return cls(
            instance=instance,
            database_url=database_url,
            model_store=read.store("MODEL_STORE", root, "model_store"),
            model_cache=root / read.folder("MODEL_CACHE", "instance/model_cache"),
            specs=root / read.folder("FORMCAST_SPECS", "specs"),
            signing_key=read.text("FORMCAST_SIGNING_KEY"),
            given_keys=read.text("FORMCAST_TRUSTED_KEYS"),
            trusted_modules=read.several("FORMCAST_TRUSTED_MODULES"),
            secret_key=read.text("SECRET_KEY"),
            secret_key_fallbacks=read.several("SECRET_KEY_FALLBACKS"),
            access=access,
            bind=bind,
            port=read.number("PORT", DEFAULT_PORT, LARGEST_PORT),
            workers=read.number("WEB_CONCURRENCY", DEFAULT_WORKERS, MOST_WORKERS),
            https=read.switch("FORMCAST_HTTPS", on_dyno),
            trust_proxy=trust_proxy,
            trusted_hosts=read.several("TRUSTED_HOSTS"),
            limits=read.switch("FORMCAST_LIMITS", access != "open" or trust_proxy or not _is_own_address(bind)),
            invocations=read.text("FORMCAST_INVOCATIONS"),
            dask_scheduler=read.text("DASK_SCHEDULER_ADDRESS"),
            log_level=read.one_of("LOG_LEVEL", LOG_LEVELS, "info"),
            keep_days=read.number("FORMCAST_KEEP_DAYS", FOR_EVER, MOST_DAYS),
            on_dyno=on_dyno,
            telling=_telling(read),
        )

    @classmethod
    def for_service(cls, environ: Mapping[str, str] = os.environ, root: Path = PROJECT_ROOT) -> "Config":
        """For the web service: ConfigError unless everything it needs is there and safe."""
        config = cls.from_environment(environ, root)
        config.refuse_unsafe(environ)
        if config.secret_key:
            return config
        return replace(config, secret_key=_own_secret(config.instance / "secret_key"))

    def refuse_unsafe(self, environ: Mapping[str, str] = os.environ) -> None:
        """ConfigError where a service must not start with these settings."""
        _refuse_what_comes_later(Environment(environ))
        _refuse_unsafe(Environment(environ), self)

    @property
    def trusted_keys(self) -> str:
        """Read anew each time: the first training on a laptop leaves its key beside a service that runs already."""
        return ",".join(filter(None, (self.given_keys, _own_public_key(self.instance))))

    @property
    def is_postgres(self) -> bool:
        return is_postgres_url(self.database_url)

    @property
    def is_laptop(self) -> bool:
        """One machine, one SQLite file: what is needed and not set is generated into instance/."""
        return not (self.on_dyno or self.is_postgres)

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the service; a proxy before it passes others on."""
        return not self.trust_proxy and _is_own_address(self.bind)

    @property
    def is_one_persons(self) -> bool:
        """Whether all answers are of whoever sits at the machine: nobody else reaches it, and nobody signs in."""
        return self.access == "open" and self.is_loopback

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the person who starts the service should know."""
        if self.is_loopback or (self.access == "members" and self.https):
            return ()
        if self.access == "members":
            return ("FORMCAST_HTTPS is off: passwords and answers can be read on their way to this service.",)
        where, what = ("behind a proxy", "the proxy") if self.trust_proxy else (f"on {self.bind}", "this address")
        return (
            f"FORMCAST_ACCESS=open {where}: everybody who can reach {what} can ask "
            "and can open any result whose link they have.",
        )


def _telling(read: Environment) -> Telling:
    return Telling.of(
        mail_server=read.text("FORMCAST_MAIL_SERVER"),
        mail_from=read.text("FORMCAST_MAIL_FROM"),
        mail_to=read.several("FORMCAST_MAIL_TO"),
        webhook=read.text("FORMCAST_WEBHOOK"),
    )


def _is_own_address(bind: str) -> bool:
    host = bind.strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_what_comes_later(read: Environment) -> None:
    if any(name.startswith(LATER_PREFIX) and read.text(name) for name in read.environ):
        raise ConfigError("Sign-in through OpenID Connect is not part of this release; unset OIDC_*")


def _refuse_unsafe(read: Environment, config: Config) -> None:
    if read.text("FLASK_DEBUG").lower() not in ("", *OFF):
        raise ConfigError("FLASK_DEBUG is on, and its console would be open to every visitor; unset it")
    if config.on_dyno and not read.text("DATABASE_URL"):
        raise ConfigError("Set DATABASE_URL: the disk of a dyno is emptied at least daily, and every record with it")
    if config.on_dyno and config.signing_key:
        raise ConfigError("FORMCAST_SIGNING_KEY belongs to the trainer; a service verifies and must not hold it")
    if not config.secret_key and not config.is_laptop:
        raise ConfigError(f"Set SECRET_KEY to at least {SECRET_BYTES} random bytes: python -c {_MAKE_A_SECRET!r}")
    if not config.secret_key and config.secret_key_fallbacks:
        raise ConfigError("SECRET_KEY_FALLBACKS is set and SECRET_KEY is not")
    for key in filter(None, (config.secret_key, *config.secret_key_fallbacks)):
        if len(key.encode()) < SECRET_BYTES:
            raise ConfigError(f"SECRET_KEY and SECRET_KEY_FALLBACKS need at least {SECRET_BYTES} bytes each")


_MAKE_A_SECRET = "import secrets; print(secrets.token_hex(32))"


def _own_public_key(instance: Path) -> str:
    """The key that train.py leaves beside its secret one, so that a laptop trusts itself."""
    try:
        return (instance / "signing_key.pub").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{instance / 'signing_key.pub'} cannot be read") from None


def _own_secret(path: Path) -> str:
    """The laptop's own secret, made on first use; of two who make it at once both get the same."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_hex(SECRET_BYTES))
            _link_once(draft, path)
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path} cannot be read or written. Set SECRET_KEY instead") from None
    if len(secret) < SECRET_BYTES:
        raise ConfigError(f"{path} is too short for a secret. Delete it and a new one is made")
    return secret


def _link_once(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # somebody else was first: theirs is the secret
    finally:
        draft.unlink()
