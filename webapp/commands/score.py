"""score: a file of cases of any size, answered row by row into another file."""

import argparse
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from webapp.commands.answer import Answer
from webapp.commands.command import Argument
from webapp.commands.progress import Progress
from webapp.commands.promotion import Workplace
from webapp.commands.score_report import report
from webapp.errors import DecisionRefused
from webapp.model_package.format import ModelPackage
from webapp.model_store import StoredVersion
from webapp.prediction.predictor import Predictor
from webapp.records.decisions import standing_of
from webapp.scoring.dask_cluster import Recipe, score_there
from webapp.scoring.local_workers import processors, score_here
from webapp.scoring.places import input_files
from webapp.scoring.result_lines import Said
from webapp.scoring.run import Crew, Input, Run, refuse_output
from webapp.scoring.scorer import Scorer
from webapp.wording.numbers import count_text, counted

QUIET_S = 20.0  # between two lines of progress where there is no terminal


class Stopped(Exception):
    """By Ctrl-C or by whoever ends processes; `number` is that of the signal."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


def score(place: Workplace, given: argparse.Namespace) -> Answer:
    """What was done by the time of a failure or a stop is kept, and the same command goes on from there."""
    stored, threshold = version_wanted(place, given.model, given.version)
    files = input_files(given.input)
    output = Path(given.output).expanduser()
    refuse_output(output, files, given.overwrite)
    package = place.store.load(stored.model, stored.version, place.trusted_keys, place.config.trusted_modules)
    source = Input.of(files, package.schema, given.decimal)
    run = Run(source, package.schema, Said(stored.version, threshold), output, {"decimal": given.decimal})
    crew = _crew(place, package, run, given)
    began = time.monotonic()
    try:
        with _stopping():
            run.to_the_end(crew, _Watch(run, given.model))
    except Stopped as stopped:
        return _stopped(run, stopped.number)
    return report(run, stored, time.monotonic() - began)


def version_wanted(place: Workplace, model: str, version: str) -> tuple[StoredVersion, float | None]:
    """The version that answers, or the one that is named, and from which chance on it flags a case."""
    newest = place.find(model, version)
    if version:
        return newest, _threshold(place.facts(newest)["words"])
    with place.database.reading() as connection:
        standing = standing_of(connection, model)
    if standing is None or standing.is_retired:
        why = f"{model} is retired" if standing else f"No version of {model} was ever promoted"
        raise DecisionRefused(f"{why}, so none answers. Name one: --version {newest.number}")
    return place.find(model, standing.version), _threshold(standing.words)


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


@contextmanager
def _stopping() -> Iterator[None]:
    """While a run is under way, being asked to end raises Stopped."""

    def stop(number: int, frame: Any) -> NoReturn:
        raise Stopped(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stopped(run: Run, number: int) -> Answer:
    done = run.tally.scored + run.tally.rejected
    line = f"Stopped after {counted(done, 'row', 'rows')}. The same command goes on from there"
    return Answer((line,), {"stopped": True, "rows": done, "output": None}, 128 + number)


ARGUMENTS: tuple[Argument, ...] = (
    ("model", {"help": "name of the model, such as churn"}),
    ("input", {"metavar": "INPUT", "help": "CSV or Parquet: a file, a pattern in quotes, a folder or an address"}),
    ("output", {"metavar": "OUTPUT", "help": "the file to write; rejected rows go to a second one beside it"}),
    ("--version", {"default": "", "metavar": "N", "help": "running number or id, instead of the one that answers"}),
    ("--decimal", {"default": "", "choices": (".", ","), "help": "the sign before decimals, where a file is unclear"}),
    ("--overwrite", {"action": "store_true", "help": "replace OUTPUT when it is there already"}),
    ("--scheduler", {"default": "", "metavar": "ADDRESS", "help": "of a Dask cluster that scores; tcp://host:8786"}),
    ("--jobs", {"type": int, "default": 0, "metavar": "N", "help": "processes; as many as processors without it"}),
)
