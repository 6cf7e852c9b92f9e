"""How people are told what monitoring finds: the settings, checked together."""

from dataclasses import dataclass, field

from webapp.errors import ConfigError

OWN_ADDRESSES = ("http://localhost:", "http://127.0.0.1:")  # for trying out


@dataclass(frozen=True)
class Telling:
    """Blank: not at all."""

    mail_server: str = field(default="", repr=False)
    mail_from: str = ""
    mail_to: tuple[str, ...] = ()
    webhook: str = field(default="", repr=False)

    @classmethod
    def of(cls, *, mail_server: str, mail_from: str, mail_to: tuple[str, ...], webhook: str) -> "Telling":
        """Raises ConfigError for what would never reach anybody."""
        mail = (mail_server, mail_from, mail_to)
        if any(mail) and not all(mail):
            raise ConfigError("Set FORMCAST_MAIL_SERVER, FORMCAST_MAIL_FROM and FORMCAST_MAIL_TO together, or none")
        if mail_server and not mail_server.startswith(("smtp://", "smtps://")):
            raise ConfigError("FORMCAST_MAIL_SERVER must begin with smtp:// or smtps://")
        if webhook and not webhook.startswith(("https://", *OWN_ADDRESSES)):
            raise ConfigError("FORMCAST_WEBHOOK must begin with https://")
        return cls(mail_server, mail_from, mail_to, webhook)
