"""How gunicorn runs the service: two workers that share what was loaded before they forked."""

import gc
import os
import re
import selectors
import socket
import sys
import time
from concurrent.futures import Future
from functools import partial
from pathlib import Path

# Before anything imports scikit-learn: several OpenMP threads in several workers stand in each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# What is loaded while starting stays; looking for rubbish in it again and again took a fifth of the start.
gc.disable()

import gunicorn.http.wsgi
from gunicorn import util
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

from webapp.config import Config
from webapp.errors import ConfigError
from webapp.views.limits import MAX_BODY
from webapp.views.services import services_of

MAX_HEAD = 32 * 1024
# Each of the other pages takes some hundredths of a second when it is first opened, and all of them half a second.
COMPILED_FIRST = ("components/form_sections.html", "pages/predict/", "pages/models/", "pages/errors/")
PART = re.compile(r'"((?:components|layouts)/[a-z_]+\.html)"')  # of a page, as it is named there
PATIENCE_S = 60  # for one request to arrive
LINGER_S = 2  # the same, for a worker that is to end


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


class PatientWorker(ThreadWorker):
    """
    gthread, but a thread takes a request up only when all of it has arrived.

    Otherwise a few senders of one byte at a time would hold every thread. What has arrived waits in the kernel, which
    is asked to report the connection again once there is more.
    """

    def handle(self, conn: TConn):
        if conn.parser is not None and conn.parser.unreader.buf.getvalue():
            return super().handle(conn)
        arrived = _peek(conn.sock)
        seen_before, conn.seen = getattr(conn, "seen", -1), len(arrived)
        wanted = _wanted(arrived)
        # No more than before: the sender has gone, or this kernel does not count. Then a thread has to read.
        if wanted <= len(arrived) or seen_before == len(arrived):
            conn.seen, conn.waiting_since = -1, None
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
            return super().handle(conn)
        since = conn.waiting_since = getattr(conn, "waiting_since", None) or time.monotonic()
        if len(arrived) > MAX_HEAD and wanted == len(arrived) + 1:
            util.write_error(conn.sock, 431, "Request Header Fields Too Large", "")
            return False
        if time.monotonic() - since > PATIENCE_S:
            return False
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, wanted)
        return _DEFER

    def finish_request(self, conn: TConn, fs: Future) -> None:
        """A worker that is to end goes on waiting for what has begun to arrive, where gunicorn drops it."""
        if self.alive or fs.cancelled() or fs.exception() is not None or fs.result() is not _DEFER:
            super().finish_request(conn, fs)
            return
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + LINGER_S
        self.pending_conns.appendleft(conn)  # those behind it may wait longer
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))


def _peek(connection: socket.socket) -> bytes:
    """What has arrived, left where it is."""
    try:
        return connection.recv(MAX_HEAD + MAX_BODY, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return b""


def _wanted(arrived: bytes) -> int:
    """How many bytes make the request worth a thread: head and body, or the head alone when the body is refused."""
    head, end, _ = arrived.partition(b"\r\n\r\n")
    if not end:
        return len(arrived) + 1
    length = re.search(rb"(?im)^content-length:[ \t]*([0-9]{1,12})[ \t]*\r?$", head)
    body = int(length[1]) if length else 0
    return len(head) + len(end) + (body if body <= MAX_BODY else 0)


_settings = _config()
gunicorn.http.wsgi.SERVER = "Formcast"  # neither the name nor the version of what runs it

bind = _address(_settings)
workers = _settings.workers
worker_class = PatientWorker
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
    """Compile what most pages are made of once, in the master, so that no visitor waits for it."""
    pages = server.app.wsgi().jinja_env
    waiting, compiled = pages.list_templates(filter_func=lambda name: name.startswith(COMPILED_FIRST)), set()
    while waiting:
        name = waiting.pop()
        if name not in compiled:
            pages.get_template(name)
            compiled.add(name)
            waiting += PART.findall(pages.loader.get_source(pages, name)[0])
    # Two hundred thousand objects that live as long as the service: looked through again and again, they would cost one
    # request in a few hundred a tenth of a second, and their pages could not stay shared.
    gc.freeze()  # next to none of them is rubbish, and finding that out first would take a third of a second
    gc.enable()


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
