"""score: a file of cases of any size, answered row by row into another file."""

import argparse
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from webapp.commands.answer import Answer
from webapp.commands.command import Argument, whole_number
from webapp.commands.progress import Progress
from webapp.commands.promotion import Workplace
from webapp.commands.score_report import report
from webapp.commands.stopping import told_to_end
from webapp.errors import DecisionRefused, RecordsUnavailable
from webapp.lifecycle.criteria import stopped_text
from webapp.model_package.format import ModelPackage
from webapp.model_store import StoredVersion
from webapp.prediction.predictor import Predictor
from webapp.records.decisions import standing_of
from webapp.records.standing import Standing
from webapp.scoring.dask_cluster import Recipe, score_there
from webapp.scoring.local_workers import processors, score_here
from webapp.scoring.places import input_files
from webapp.scoring.remote_file import output_at
from webapp.scoring.result_lines import Said
from webapp.scoring.run import Crew, Input, Run, refuse_output
from webapp.scoring.scorer import Scorer
from webapp.wording.numbers import count_text, counted

MOST_REASONS = 50  # of a row that are written
MOST_JOBS = 1_000
QUIET_S = 20.0  # between two lines of progress where there is no terminal


class Stopped(BaseException):
    """
    By Ctrl-C or by whoever ends processes; `number` is that of the signal.

    No Exception: who speaks to a bucket or a cluster puts every one of those into words of its own.
    """

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


def score(place: Workplace, given: argparse.Namespace) -> Answer:
    """What was done by the time of a failure or a stop is kept, and the same command goes on from there."""
    wanted = version_wanted(place, given.model, given.version)
    stored = wanted.stored
    files = input_files(given.input)
    output = output_at(given.output)
    refuse_output(output, files, given.overwrite)
    package = place.store.load(stored.model, stored.version, place.trusted_keys, place.config.trusted_modules)
    source = Input.of(files, package.schema, given.decimal)
    said = Said(stored.version, wanted.threshold, given.reasons, wanted.notice)
    run = Run(source, package.schema, said, output, {"decimal": given.decimal}, given.overwrite)
    crew = _crew(place, package, run, given)
    began = time.monotonic()
    watch = _Watch(run, given.model)
    try:
        with told_to_end(_stop):
            run.to_the_end(crew, watch)
    except Stopped as stopped:
        return _stopped(run, stopped.number)
    finally:
        watch.bar.close()
    return _with_note(report(run, stored, time.monotonic() - began), wanted)


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    The version that scores, and from which chance on it flags a case. `notice` is what everybody has to know who reads
    an answer, such as that a person decides; `unused` says why the model answers nobody else.
    """

    stored: StoredVersion
    threshold: float | None
    notice: str = ""
    unused: str = ""


def version_wanted(place: Workplace, model: str, version: str) -> Wanted:
    """The version that answers, or the one that is named."""
    found = place.find(model, version)
    if version:
        return _named(place, model, found)
    standing = _standing(place, model)
    if why_not := _why_not(standing, model):
        raise DecisionRefused(f"{why_not} Name one: --version {found.number}")
    answering = place.find(model, standing.version)
    return Wanted(answering, _threshold(standing.words), _notice(standing, answering))


def _standing(place: Workplace, model: str) -> Standing | None:
    with place.database.reading() as connection:
        return standing_of(connection, model)


def _named(place: Workplace, model: str, named: StoredVersion) -> Wanted:
    """Whoever names a version needs no database: a cluster may have none."""
    threshold = _threshold(place.facts(named)["words"])
    try:
        standing = _standing(place, model)
    except RecordsUnavailable:
        nobody = f"Whether {model} is in use is not known here: there is no database to ask."
        return Wanted(named, threshold, unused=nobody)
    why_not = _why_not(standing, model)
    return Wanted(named, threshold, "" if why_not else _notice(standing, named), why_not)


def _why_not(standing: Standing | None, model: str) -> str:
    """ "" where a version answers."""
    if standing is None or not standing.has_champion:
        return f"No version of {model} was ever promoted, so none answers."
    if standing.is_stopped:
        return f"{stopped_text(standing.stop)} So none answers."
    if not standing.is_retired:
        return ""
    last = standing.last
    return f"{model} is retired, so none answers. {last.who.name or 'Somebody'} on {last.at:%Y-%m-%d}: {last.why}."


def _notice(standing: Standing, stored: StoredVersion) -> str:
    return (standing.words.get("notice") or "") if standing.version == stored.version else ""


def _with_note(answer: Answer, wanted: Wanted) -> Answer:
    notice = wanted.unused or wanted.notice
    if not notice:
        return answer
    return replace(answer, lines=(*answer.lines, f"Note: {notice}"), document=answer.document | {"notice": notice})


def _threshold(words: Mapping[str, Any]) -> float | None:
    return (words.get("decision") or {}).get("threshold")


def _crew(place: Workplace, package: ModelPackage, run: Run, given: argparse.Namespace) -> Crew:
    """Copies of this process, or the workers of a cluster where one is named."""
    address = given.scheduler or place.config.dask_scheduler
    if not address:
        scorer = Scorer(Predictor.from_package(package), run.order)
        return lambda pieces: score_here(scorer, pieces, given.jobs or processors())
    files = place.store.files(package.model, package.version)
    recipe = Recipe(files, place.config.trusted_keys, place.config.trusted_modules, run.order)
    return lambda pieces: score_there(recipe, pieces, address)


class _Watch:
    """Tells the terminal how far the run is; where there is none, a line now and then."""

    def __init__(self, run: Run, model: str):
        self.run, self.bar = run, Progress(model)
        self.began = self.told = time.monotonic()

    def __call__(self, share: float, rows: int) -> None:
        now = time.monotonic()
        new = rows - self.run.rows_before
        left = (now - self.began) * (1 - share) / share if share and new == rows else 0.0
        self.bar.message = f"{count_text(rows)} rows"
        self.bar.show(share, left)
        if not self.bar.is_terminal and now - self.told > QUIET_S:
            self.told = now
            self.bar.say(f"{count_text(rows)} rows, {100 * min(share, 1):.0f} in 100 of the input")


def _stop(number: int, frame: Any) -> NoReturn:
    raise Stopped(number)


def _stopped(run: Run, number: int) -> Answer:
    done = run.tally.scored + run.tally.rejected
    line = f"Stopped after {counted(done, 'row', 'rows')}. The same command goes on from there"
    return Answer((line,), {"stopped": True, "rows": done, "output": None}, 128 + number)


ARGUMENTS: tuple[Argument, ...] = (
    ("model", {"help": "name of the model, such as churn"}),
    ("input", {"metavar": "INPUT", "help": "CSV or Parquet: a file, a pattern in quotes, a folder or an address"}),
    ("output", {"metavar": "OUTPUT", "help": "the file or address to write; rejected rows go to one beside it"}),
    ("--version", {"default": "", "metavar": "N", "help": "running number or id, instead of the one that answers"}),
    (
        "--decimal",
        {
            "default": "",
            "choices": (".", ","),
            "metavar": "SIGN",
            "help": "the sign before decimals, a point or a comma, where a file is unclear",
        },
    ),
    (
        "--reasons",
        {
            "type": whole_number(MOST_REASONS, least=0),
            "default": 0,
            "metavar": "N",
            "help": "the N largest reasons of each row too",
        },
    ),
    ("--overwrite", {"action": "store_true", "help": "replace OUTPUT when it is there already"}),
    ("--scheduler", {"default": "", "metavar": "ADDRESS", "help": "of a Dask cluster that scores; tcp://host:8786"}),
    (
        "--jobs",
        {
            "type": whole_number(MOST_JOBS),
            "default": 0,
            "metavar": "N",
            "help": "processes; as many as processors without it",
        },
    ),
)
