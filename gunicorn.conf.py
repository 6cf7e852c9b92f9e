"""How gunicorn runs the service: two workers that share what was loaded before they forked."""

import os
import socket
import sys
from pathlib import Path

# Before anything imports scikit-learn: several OpenMP threads in several workers stand in each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import gunicorn.http.wsgi

from webapp.config import Config
from webapp.errors import ConfigError
from webapp.views.services import services_of


def _config() -> Config:
    try:
        return Config.for_service()
    except ConfigError as problem:
        sys.exit(f"Formcast does not start. {problem}.")


def _address(config: Config) -> str:
    """Both families of addresses where there are both."""
    host = config.bind.strip("[]")
    if host == "::" and not _has_ipv6():
        host = "0.0.0.0"
    return f"[{host}]:{config.port}" if ":" in host else f"{host}:{config.port}"


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
    except OSError:
        return False
    return True


_settings = _config()
gunicorn.http.wsgi.SERVER = "Formcast"  # neither the name nor the version of what runs it

bind = _address(_settings)
workers = _settings.workers
worker_class = "gthread"  # a slow client must not keep the others waiting
threads = 4
preload_app = True  # memory is shared, and a release that cannot start fails before it gets requests
timeout = 20
graceful_timeout = 20  # a dyno is killed after 30 s
keepalive = 100  # longer than the router's 90 s
max_requests = 2000
max_requests_jitter = 400
limit_request_line = 4094
limit_request_fields = 100
limit_request_field_size = 8190
accesslog = None  # the service writes its own, without addresses of results
control_socket_disable = True
if _settings.trust_proxy:
    forwarded_allow_ips = "*"
if Path("/dev/shm").is_dir():
    worker_tmp_dir = "/dev/shm"  # the heartbeat needs no disk


def on_starting(server):
    """Compile every page once, in the master, so that no visitor waits for it."""
    pages = server.app.wsgi().jinja_env
    for name in pages.list_templates():
        pages.get_template(name)


def post_fork(server, worker):
    """Connections of the master are not the worker's."""
    services_of(worker.app.wsgi()).database.dispose(after_fork=True)


def post_worker_init(worker):
    """A thread started before the fork would not run here."""
    services_of(worker.wsgi).follower.start()


def worker_exit(server, worker):
    services = services_of(worker.app.wsgi())
    services.follower.stop()
    services.database.dispose()
