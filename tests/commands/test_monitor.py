"""monitor at a terminal: what it says, when it ends with 1, and who is told once."""

import http.server
import json
import socketserver
import threading

import pytest

from tests.commands.scene import answered
from tests.training.known_tables import KEY, leaving
from webapp import clock
from webapp.chores import Workshop
from webapp.commands.monitor import watch
from webapp.config import Config
from webapp.errors import ConfigError
from webapp.records.actors import SYSTEM
from webapp.records.database import Database
from webapp.records.findings import last_checks, open_findings
from webapp.serving import Follower


class Listener(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.answers)
        self.end_headers()

    def log_message(self, *_):
        pass


class PostOffice(socketserver.StreamRequestHandler):
    """As much of SMTP as one letter takes."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            command = line.split()[0].decode().rstrip(":").upper()
            self.server.commands.append(command)
            if command == "DATA":
                self.wfile.write(b"354 go on\r\n")
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.letters.append(letter.decode())
            self.wfile.write(b"221 bye\r\n" if command == "QUIT" else b"250 ok\r\n")


@pytest.fixture
def post(monkeypatch):
    """A mail server, and the letters that it got."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), PostOffice)
    server.letters, server.commands, server.daemon_threads = [], [], True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("FORMCAST_MAIL_SERVER", f"smtp://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("FORMCAST_MAIL_FROM", "formcast@example.com")
    monkeypatch.setenv("FORMCAST_MAIL_TO", "ada@example.com, ben@example.com")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def listener(monkeypatch):
    """A service that is called, and what it heard."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
    server.heard, server.answers = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("FORMCAST_WEBHOOK", f"http://127.0.0.1:{server.server_port}/")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def shop(trained):
    database = Database(trained.place.environment["DATABASE_URL"])
    follower = Follower(database, trained.place.store, lambda: (KEY.public,))
    follower.refresh()
    yield Workshop(Config.from_environment(), database, trained.place.store, follower, clock.now())
    database.dispose()


def ask(shop, rows, **always):
    """So many cases of the table, with some answers the same in all of them."""
    table = leaving(rows, seed=9) | {name: [value] * rows for name, value in always.items()}
    answered(shop.follower.champions["leaving"], shop.database, table, rows, SYSTEM)


def test_it_says_what_is_known_and_ends_with_0(trained, shop):
    ask(shop, 60)
    said = trained.webapp("monitor")

    assert said.code == 0
    assert said.out.startswith("leaving: Not enough data yet (0 of the 200 outcomes needed)")
    assert "Are the cases like those it learned from? Yes." in said.out
    assert "No outcome is known yet of 60 cases; 200 are needed." in said.out


def test_an_empty_field_ends_with_1_and_is_named_with_what_to_do(trained, shop):
    ask(shop, 60, fee="")
    said = trained.webapp("monitor", "leaving", "--json")
    [report] = json.loads(said.out)

    assert said.code == 1
    assert (report["status"], report["must_act"]) == ("act", True)
    finding = report["findings"][0]
    assert (finding["code"], finding["field"], finding["status"]) == ("empty", "fee", "act")
    assert finding["sentence"] == "Fee is empty in all of 100 cases; it was in 10"
    assert "no longer arrives" in finding["to_do"]


@pytest.mark.parametrize("model", ["nobody", "leaving"])
def test_a_model_that_is_not_in_use_is_not_watched(trained, model):
    if model == "leaving":
        trained.webapp("retire", model, "--why", "Over")

    said = trained.webapp("monitor", model)
    assert said.code == 2
    assert "nothing to watch" in said.err
    if model == "leaving":
        assert trained.webapp("monitor").out.strip() == "No model is in use"


def test_people_are_told_once_of_each_finding(trained, shop, listener):
    ask(shop, 60, fee="")
    first = trained.webapp("monitor")
    second = trained.webapp("monitor")

    assert "Told 127.0.0.1 of 1 finding" in first.out
    assert "Told" not in second.out
    [heard] = listener.heard
    assert heard["text"].startswith("Act now: leaving")
    assert "What to do: Find out why Fee no longer arrives" in heard["text"]
    assert heard["findings"][0]["key"] == "empty:fee"


def test_what_could_not_be_delivered_is_told_the_next_time(trained, shop, listener):
    ask(shop, 60, fee="")
    listener.answers = 500
    assert "Nobody could be told" in trained.webapp("monitor").out

    listener.answers = 200
    assert "Told 127.0.0.1 of 1 finding" in trained.webapp("monitor").out


def test_the_worker_looks_by_itself_and_what_is_gone_is_over(trained, listener, shop):
    ask(shop, 60, fee="")
    watch(shop)
    with shop.database.reading() as connection:
        [finding] = open_findings(connection, "leaving")
        check = last_checks(connection)["leaving"]
    assert (finding.key, finding.told_at) == ("empty:fee", shop.now)
    assert (check.status, check.words, check.figures["cases"]) == ("act", "Act now", 60.0)

    ask(shop, 3000)
    watch(shop)
    with shop.database.reading() as connection:
        assert "empty:fee" not in {one.key for one in open_findings(connection, "leaving")}
    assert len(listener.heard) == 1


def test_a_digest_goes_by_mail(trained, shop, post):
    ask(shop, 60, fee="")

    assert "Told ada@example.com, ben@example.com of 1 finding" in trained.webapp("monitor").out
    [message] = post.letters
    assert "Subject: Act now: leaving" in message
    assert "To: ada@example.com, ben@example.com" in message
    assert "Fee is empty in all of 100 cases" in message


def test_a_server_without_encryption_is_not_given_a_password(trained, shop, post, monkeypatch):
    monkeypatch.setenv("FORMCAST_MAIL_SERVER", f"smtp://formcast:secret@127.0.0.1:{post.server_address[1]}")
    ask(shop, 60, fee="")

    assert "Nobody could be told" in trained.webapp("monitor").out
    assert (post.letters, post.commands) == ([], ["EHLO", "QUIT"])


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"FORMCAST_MAIL_TO": "a@example.com"}, "together, or none"),
        (
            {"FORMCAST_MAIL_TO": "a@example.com", "FORMCAST_MAIL_FROM": "b", "FORMCAST_MAIL_SERVER": "mail"},
            "must begin with smtp://",
        ),
        ({"FORMCAST_WEBHOOK": "http://example.com"}, "must begin with https://"),
    ],
)
def test_settings_that_would_reach_nobody_are_refused(settings, sentence):
    with pytest.raises(ConfigError, match=sentence):
        Config.from_environment(settings)
