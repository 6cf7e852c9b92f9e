"""Telling people what was found: once for each finding, by e-mail and by a call to another service, with what to do."""

import json
import logging
import smtplib
import ssl
import urllib.request
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from itertools import groupby
from urllib.parse import unquote, urlsplit

from webapp.monitoring.findings import ACT, WORDS
from webapp.records.database import Database
from webapp.records.findings import KeptFinding, claim_untold, give_back
from webapp.telling import Telling
from webapp.wording.numbers import counted

TIMEOUT_S = 10
MAIL_PORT, SECURE_MAIL_PORT = 587, 465

logger = logging.getLogger("formcast.telling")


def tell(database: Database, telling: Telling, now: datetime) -> tuple[str, ...]:
    """What was done, in lines; what could not be delivered anywhere is told the next time."""
    ways = _ways(telling)
    if not ways:
        return ()
    found = database.run(lambda connection: claim_untold(connection, now))
    if not found:
        return ()
    delivered = [where for where, send in ways if _sent(where, send, found)]
    if not delivered:
        database.run(lambda connection: give_back(connection, [one.id for one in found]))
        return ("Nobody could be told; the log says why",)
    return (f"Told {' and '.join(delivered)} of {counted(len(found), 'finding', 'findings')}",)


def digest(found: Sequence[KeptFinding]) -> tuple[str, str]:
    """Subject and text."""
    models = sorted({one.model for one in found})
    worst = ACT if any(one.status == ACT for one in found) else found[0].status
    lines = []
    for model, own in groupby(found, key=lambda one: one.model):
        lines += [model, "=" * len(model), ""]
        for one in own:
            lines += [f"{WORDS[one.status]}: {one.sentence}.", f"What to do: {one.to_do}", ""]
    lines.append("You are told once of each. The page Monitoring of each model shows what lies behind it.")
    return f"{WORDS[worst]}: {', '.join(models)}", "\n".join(lines)


def payload(found: Sequence[KeptFinding]) -> dict[str, object]:
    """As another service gets it; `text` alone is what most of them show."""
    subject, text = digest(found)
    return {
        "text": f"{subject}\n\n{text}",
        "findings": [
            {
                "model": one.model,
                "key": one.key,
                "status": one.status,
                "sentence": one.sentence,
                "to_do": one.to_do,
                "found_at": one.found_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            }
            for one in found
        ],
    }


def _ways(telling: Telling) -> list[tuple[str, Callable[[Sequence[KeptFinding]], None]]]:
    ways: list[tuple[str, Callable[[Sequence[KeptFinding]], None]]] = []
    if telling.mail_server:
        ways.append((", ".join(telling.mail_to), lambda found: _mail(telling, found)))
    if telling.webhook:
        ways.append((urlsplit(telling.webhook).hostname or "the webhook", lambda found: _call(telling.webhook, found)))
    return ways


def _sent(where: str, send: Callable[[Sequence[KeptFinding]], None], found: Sequence[KeptFinding]) -> bool:
    try:
        send(found)
    except (OSError, smtplib.SMTPException) as problem:  # URLError is an OSError
        logger.error("%s could not be told of what monitoring found: %s", where, type(problem).__name__)
        return False
    return True


def _mail(telling: Telling, found: Sequence[KeptFinding]) -> None:
    server = urlsplit(telling.mail_server)
    message = EmailMessage()
    message["From"], message["To"] = telling.mail_from, ", ".join(telling.mail_to)
    message["Subject"], text = digest(found)
    message.set_content(text)
    context = ssl.create_default_context()
    is_secure = server.scheme == "smtps"
    port = server.port or (SECURE_MAIL_PORT if is_secure else MAIL_PORT)
    if is_secure:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.hostname, port, timeout=TIMEOUT_S, context=context)
    else:
        connection = smtplib.SMTP(server.hostname, port, timeout=TIMEOUT_S)
    with connection:
        if not is_secure and connection.ehlo() and connection.has_extn("starttls"):
            connection.starttls(context=context)
            is_secure = True
        if server.username:
            if not is_secure:
                raise smtplib.SMTPNotSupportedError("The server offers no encryption, so it is not given a password")
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)


def _call(address: str, found: Sequence[KeptFinding]) -> None:
    body = json.dumps(payload(found)).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        answer.read(1)
