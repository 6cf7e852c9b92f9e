"""Addresses of pages, for people who read them at a terminal."""

from webapp.config import Config

PATTERN_OF_HOSTS = "."  # before the end that many names share


def invitation_link(config: Config, token: str) -> str:
    """The whole address where it is known, else its path: behind a proxy only the people there know the rest."""
    return f"{_origin(config)}/invitations/{token}"


def _origin(config: Config) -> str:
    scheme = "https" if config.https else "http"
    named = [host for host in config.trusted_hosts if not host.startswith(PATTERN_OF_HOSTS)]
    if config.is_loopback:
        host = (named or [config.bind])[0].strip("[]")
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{config.port}"
    return f"{scheme}://{named[0]}" if named else ""
