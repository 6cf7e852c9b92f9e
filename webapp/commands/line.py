"""The command line: one parser, one way of answering, for every command."""

import argparse
import json
import os
import sys
from collections.abc import Mapping

# Before scikit-learn is imported, as in the service itself.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from webapp.commands import (
    adopt,
    cases,
    compare,
    databases,
    decisions,
    doctor,
    monitor,
    outcomes,
    overview,
    release,
    reproduce,
    retirement,
    score,
    simulate,
    users,
    worker,
    workers,
)
from webapp.commands.answer import Answer
from webapp.commands.command import Command, whole_number
from webapp.commands.promotion import Workplace
from webapp.comparison.speed import ROUNDS
from webapp.config import Config
from webapp.errors import FormcastError

MODEL = ("model", {"help": "name of the model, such as churn"})
VERSION = ("version", {"nargs": "?", "default": "", "help": "running number or id; the newest without one"})
CARD = ("--card", {"action": "store_true", "help": "the model card alone, as Markdown"})
WHY = ("--why", {"default": "", "metavar": "REASON", "help": "kept with the decision for ever"})
JSON = (
    "--json",
    {"nargs": "?", "const": True, "default": False, "metavar": "FILE", "help": "answer as JSON, or write it to FILE"},
)
DATA = ("--data", {"default": "", "metavar": "TABLE", "help": "the table to use instead of the recorded one"})
SEED = ("--seed", {"type": int, "default": 0, "help": "of every draw by chance; 0 without one"})
SIDES = (
    ("a", {"metavar": "A", "help": "running number or id of the earlier version, or the folder of a package"}),
    ("b", {"metavar": "B", "help": "likewise of the later one"}),
)
HTML = ("--html", {"default": "", "metavar": "FILE", "help": "write a page that needs nothing else"})
BENCHMARK = (
    "--benchmark",
    {
        "nargs": "?",
        "type": int,
        "const": ROUNDS,
        "default": 0,
        "metavar": "ROUNDS",
        "help": f"measure speed and size as well, by turns in so many rounds; {ROUNDS} take a minute",
    },
)
AT = ("--at", {"default": "", "metavar": "TIME", "help": "say which version answered then, such as 2026-03-01T12:00"})

THROUGH = ("--through", {"default": "", "metavar": "VERSION", "help": "what this version would say; else today's"})
END = ("--end", {"action": "store_true", "help": "take the challenger out of the shadow again"})

COMMANDS = {
    "models": Command("list models, their versions and which one answers", overview.models),
    "show": Command("everything known about one version", overview.show, (MODEL, VERSION, CARD)),
    "history": Command("the decisions about a model", overview.history, (MODEL, AT, THROUGH)),
    "compare": Command(
        "what differs between two versions; exit code 0 the same, 1 not, 2 cannot be compared",
        compare.compare_versions,
        (MODEL, *SIDES, DATA, JSON, HTML, BENCHMARK, SEED),
        failed=compare.USAGE,
    ),
    "adopt": Command(
        "give a pipeline that was fitted elsewhere a form",
        adopt.adopt,
        (
            ("pickle", {"help": "a file written by joblib or pickle; loading it runs the code in it"}),
            ("--data", {"required": True, "metavar": "TABLE", "help": "a table with its columns and the target"}),
            ("--target", {"required": True, "metavar": "COLUMN", "help": "the column that it predicts"}),
            (
                "--name",
                {"default": "", "metavar": "MODEL", "help": "what to call the model; else as the file"},
            ),
            ("--i-trust-this-file", {"action": "store_true", "help": "you know who made the file"}),
            ("--no-promote", {"action": "store_true", "help": "store the version and let nobody see it yet"}),
            SEED,
        ),
    ),
    "reproduce": Command(
        "train a version again as it was; exit code 0 the same, 1 different, 2 cannot be trained again",
        reproduce.reproduce,
        (MODEL, VERSION, DATA),
        failed=reproduce.CANNOT,
    ),
    "score": Command(
        "answer the rows of files of any size; exit code 0 all rows scored, 3 some rejected, 1 failed",
        score.score,
        score.ARGUMENTS,
    ),
    "verify": Command("check signature, hashes and library versions of every package", overview.verify),
    "promote": Command("let a version answer", decisions.promote_version, (MODEL, VERSION, WHY)),
    "decline": Command("do not promote a version that somebody asked for", decisions.decline, (MODEL, WHY)),
    "challenge": Command("let a version score in the shadow", decisions.challenge, (MODEL, VERSION, WHY, END)),
    "rollback": Command("let the version before answer again", decisions.roll_back, (MODEL, WHY)),
    "retire": Command("take a model out of use", decisions.retire_model, (MODEL, WHY)),
    "reinstate": Command("let a retired model answer again", decisions.reinstate_model, (MODEL, WHY)),
    "monitor": Command(
        "whether models in use are still like their training and still right; exit code 0 nobody must act, 1 somebody "
        "must, 2 it could not be looked at",
        monitor.monitor,
        (
            ("model", {"nargs": "?", "default": "", "help": "name of the model; all that answer without one"}),
            ("--quiet", {"action": "store_true", "help": "tell nobody by e-mail or webhook"}),
        ),
        failed=monitor.CANNOT_LOOK,
    ),
    "retirement": Command("criteria by which models go out of use", parts=retirement.PARTS),
    "simulate": Command(
        "fill a model that nobody has asked with made-up cases of the past, their outcomes and a change among them",
        simulate.simulate,
        (
            ("model", {"help": f"an example that cases can be made up for: {', '.join(sorted(simulate.TRAFFIC))}"}),
            (
                "--days",
                {"type": whole_number(simulate.MOST_DAYS), "default": 180, "help": "how far back; 180 without one"},
            ),
            (
                "--a-day",
                {"type": whole_number(simulate.MOST_A_DAY), "default": 30, "help": "cases a day; 30 without one"},
            ),
        ),
    ),
    "outcomes": Command("what really happened to the cases that were answered", parts=outcomes.PARTS),
    "cases": Command("what is kept about a case: see it, or have it forgotten", parts=cases.PARTS),
    "users": Command("people who may sign in, and their keys", parts=users.PARTS),
    "worker": Command("work on the files that people send, until it is told to end", worker.work, worker.ARGUMENTS),
    "workers": Command(
        "who works on the files that people send; exit code 0 somebody is there, 1 nobody is", workers.workers
    ),
    "doctor": Command(
        "whether everything that a service rests on is as it should be; exit code 0 nothing has to be mended, 1 "
        "something has",
        doctor.doctor,
    ),
    "release": Command("migrate, verify, and promote where that is allowed", release.release),
    "backup": Command("copy the SQLite database, safely while it is in use", databases.backup_to, (("path", {}),)),
    "restore": Command("put a backup in the database's place", databases.restore_from, (("path", {}),)),
}


def run(arguments: list[str] | None = None) -> int:
    """Exit code of one command; what a person can mend is said in a sentence on stderr."""
    given = _parser().parse_args(arguments)
    try:
        answer = _answer(given)
    except FormcastError as problem:
        if given.json:
            print(json.dumps({"error": str(problem)}))
        print(problem, file=sys.stderr)
        return given.failed
    # A name of a file stands there where the command has written its JSON itself.
    print(json.dumps(answer.document, indent=1, default=str) if given.json is True else "\n".join(answer.lines))
    return answer.code


def _answer(given: argparse.Namespace) -> Answer:
    place = Workplace.from_config(Config.from_environment())
    try:
        return given.answer(place, given)
    finally:
        place.database.dispose()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m webapp")
    parser.set_defaults(json=False)
    _add_commands(parser, COMMANDS)
    return parser


def _add_commands(parser: argparse.ArgumentParser, commands: Mapping[str, Command]) -> None:
    added = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in commands.items():
        own = added.add_parser(name, help=command.help, description=command.help)
        # Without a default of its own, so that it may stand before the last word of a command or behind it.
        if JSON not in command.arguments:
            own.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="answer as JSON")
        for argument, settings in command.arguments:
            own.add_argument(argument, **settings)
        if command.parts:
            _add_commands(own, command.parts)
        else:
            own.set_defaults(answer=command.answer, failed=command.failed)
