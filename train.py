"""
Train models: python train.py [SPEC...], or python train.py --data TABLE --target COLUMN [--name MODEL].

Exit codes: 0 promoted (or stored, with --no-promote), 3 stored but not promoted, 2 usage, 1 failed.
"""

import argparse
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

# Before scikit-learn is imported: two threads that wait for each other on a busy machine bring work to a standstill.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from webapp.commands.run_report import dry_run_lines
from webapp.commands.sources import Source, source_of_spec, source_of_table
from webapp.commands.training_run import FAILED, NOT_PROMOTED, PROMOTED, USAGE, train_one
from webapp.config import Config
from webapp.errors import FormcastError
from webapp.model_package.format import is_model_name
from webapp.training.run import DEFAULT_BUDGET_S, Options
from webapp.training.target_column import MIN_ROWS

LARGEST_SEED = 2**32 - 1  # of NumPy and scikit-learn


def main(arguments: list[str] | None = None) -> int:
    parser = _parser()
    given = parser.parse_args(arguments)
    if bool(given.data) != bool(given.target):
        parser.error("--data and --target go together")
    if given.data and given.spec:
        parser.error("give specs, or --data and --target, not both")
    if given.name and not given.data:
        parser.error("--name goes with --data and --target; a spec is named by its file")
    try:
        return _run(given, Config.from_environment())
    except FormcastError as problem:
        print(problem, file=sys.stderr)
        return FAILED


def _run(given: argparse.Namespace, config: Config) -> int:
    paths = _spec_paths(given, config)
    if not paths:
        print(f"There are no specs in {config.specs}. Give --data TABLE --target COLUMN", file=sys.stderr)
        return USAGE
    codes = []
    for path in paths:
        if codes:
            print()
        codes.append(_train(path, given, config))
    return next((code for code in (FAILED, NOT_PROMOTED) if code in codes), PROMOTED)


def _spec_paths(given: argparse.Namespace, config: Config) -> list[Path]:
    if given.data:
        name = given.name or re.sub(r"[^a-z0-9]+", "-", Path(given.data).stem.lower()).strip("-")
        return [config.specs / f"{name}.toml"]
    return [_named_spec(spec, config.specs) for spec in given.spec] or sorted(config.specs.glob("*.toml"))


def _named_spec(spec: str, folder: Path) -> Path:
    """A path, or the name of a model whose spec is in its place."""
    in_place = folder / f"{spec}.toml"
    return in_place if is_model_name(spec) and in_place.exists() else Path(spec)


def _train(path: Path, given: argparse.Namespace, config: Config) -> int:
    say = _say(path.stem)
    options = Options(seed=given.seed, budget_s=given.budget, rows=given.rows, say=say)
    try:
        say("Reading the table")
        source = _source(path, given)
        if given.dry_run:
            print("\n".join(dry_run_lines(source)))
            return PROMOTED
        verdict = train_one(config, source, options, may_promote=not given.no_promote)
    except FormcastError as problem:
        print(f"{path.stem}: {problem}", file=sys.stderr)
        return FAILED
    print("\n".join(verdict.lines), flush=True)
    return verdict.code


def _source(path: Path, given: argparse.Namespace) -> Source:
    if given.data:
        return source_of_table(given.data, given.target, path, write=not given.dry_run)
    return source_of_spec(path)


def _say(model: str) -> Callable[[str], None]:
    def say(message: str) -> None:
        print(f"{model}: {message} ...", file=sys.stderr, flush=True)

    return say


def _whole(least: int, most: int = sys.maxsize) -> Callable[[str], int]:
    def whole(text: str) -> int:
        number = int(text) if re.fullmatch(r"\d{1,18}", text, re.ASCII) else -1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least {least}")
        return number

    return whole


def _seconds(text: str) -> float:
    if not re.fullmatch(r"\d{1,9}(\.\d+)?", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return float(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="train.py",
        description=__doc__.strip().splitlines()[0],
        epilog=__doc__.strip().splitlines()[-1],
    )
    parser.add_argument("spec", nargs="*", help="specs to train, by path or model name; without any, all in specs/")
    parser.add_argument("--data", metavar="TABLE", help="a CSV, TSV or semicolon file to infer a spec from")
    parser.add_argument("--target", metavar="COLUMN", help="the column to predict")
    parser.add_argument("--name", metavar="MODEL", help="what to call the model; from the file's name otherwise")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be learned from; learn and store nothing"
    )
    parser.add_argument("--no-promote", action="store_true", help="store the version and let nobody see it yet")
    parser.add_argument(
        "--seed", type=_whole(0, LARGEST_SEED), default=0, help="of every draw by chance; 0 without one"
    )
    parser.add_argument(
        "--budget",
        type=_seconds,
        default=DEFAULT_BUDGET_S,
        metavar="SECONDS",
        help="leave out the slower candidate when half of it is gone; %(default)g without one",
    )
    parser.add_argument(
        "--rows", type=_whole(MIN_ROWS), metavar="N", help="learn from at most this many rows, drawn by chance"
    )
    return parser


def _stop(signal_number: int, frame: object) -> None:
    """At once: an exception raised inside a library's C code can come out as another one, with its trace."""
    os.write(2, b"Stopped. A version that was not complete is not in the store\n")
    os._exit(FAILED)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, _stop)
    sys.exit(main())
