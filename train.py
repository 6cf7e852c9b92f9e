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

from webapp.commands.progress import Progress
from webapp.commands.sources import Asked, Source, source_of_spec, source_of_table
from webapp.commands.stopping import NOT_STORED
from webapp.commands.training_run import FAILED, NOT_PROMOTED, PROMOTED, USAGE, dry_run, train_one
from webapp.commands.version_in_use import columns_in_use
from webapp.config import Config
from webapp.errors import FormcastError
from webapp.model_package.format import is_model_name
from webapp.training.columns.target import MIN_ROWS
from webapp.training.run import DEFAULT_BUDGET_S, Options
from webapp.training.sources.addresses import name_in
from webapp.training.sources.table import Portion

LARGEST_SEED = 2**32 - 1  # of NumPy and scikit-learn
MOST_JOBS = 256


def main(arguments: list[str] | None = None) -> int:
    parser = _parser()
    given = parser.parse_args(arguments)
    if bool(given.data) != bool(given.target):
        parser.error("--data and --target go together")
    if given.data and given.spec:
        parser.error("give specs, or --data and --target, not both")
    if given.name and not given.data:
        parser.error("--name goes with --data and --target; a spec is named by its file")
    if (given.query or given.sheet) and not given.data:
        parser.error("--query and --sheet go with --data and --target; a spec says them under [data]")
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
        name = given.name or re.sub(r"[^a-z0-9]+", "-", name_in(given.data).lower()).strip("-")
        return [config.specs / f"{name}.toml"]
    return [_named_spec(spec, config.specs) for spec in given.spec] or sorted(config.specs.glob("*.toml"))


def _named_spec(spec: str, folder: Path) -> Path:
    """A path, or the name of a model whose spec is in its place."""
    in_place = folder / f"{spec}.toml"
    return in_place if is_model_name(spec) and in_place.exists() else Path(spec)


def _train(path: Path, given: argparse.Namespace, config: Config) -> int:
    progress = Progress(path.stem)
    options = Options(
        seed=given.seed,
        budget_s=given.budget,
        rows=given.rows,
        say=progress.say,
        show=progress.show,
        jobs=given.jobs,
        scheduler=given.scheduler or config.dask_scheduler,
        allow_removed=tuple(given.allow_removed),
    )
    try:
        progress.say("Reading the table")
        source = _source(path, given, columns_in_use(config, path.stem))
        if given.dry_run:
            print("\n".join(dry_run(config, source)))
            return PROMOTED
        verdict = train_one(config, source, options, may_promote=not given.no_promote)
        progress.close()
    except FormcastError as problem:
        progress.close()
        print(f"{path.stem}: {problem}", file=sys.stderr)
        return FAILED
    print("\n".join(verdict.lines), flush=True)
    return verdict.code


def _source(path: Path, given: argparse.Namespace, in_use: frozenset[str]) -> Source:
    portion = Portion(given.rows, given.seed)
    if given.data:
        asked = Asked(given.data, given.target, given.query, given.sheet, given.snapshot, portion)
        return source_of_table(asked, path, write=not given.dry_run, in_use=in_use)
    return source_of_spec(path, snapshot=given.snapshot, in_use=in_use, portion=portion)


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
    _add_table(parser)
    _add_outcome(parser)
    parser.add_argument(
        "--seed", type=_whole(0, LARGEST_SEED), default=0, help="of every draw by chance; 0 without one"
    )
    parser.add_argument(
        "--budget",
        type=_seconds,
        default=DEFAULT_BUDGET_S,
        metavar="SECONDS",
        help="what learning may take: slower candidates are cut off or left out, the additive model never; "
        "%(default)g without one",
    )
    parser.add_argument(
        "--jobs",
        type=_whole(1, MOST_JOBS),
        default=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        metavar="N",
        help="processes that learn at the same time; as many as there are cores without one",
    )
    parser.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="of a Dask cluster that learns; tcp://host:8786"
    )
    parser.add_argument(
        "--rows",
        type=_whole(MIN_ROWS),
        metavar="N",
        help="learn from at most this many rows; of several files, a large one or a database memory holds no more",
    )
    return parser


def _add_table(parser: argparse.ArgumentParser) -> None:
    """Where a table is that has no spec yet, and what of it is meant."""
    parser.add_argument(
        "--data",
        metavar="TABLE",
        help="a table to infer a spec from: CSV, TSV, Parquet, Excel or JSON lines, a file, a folder, a pattern like "
        "'sales/*.csv', or an https:// or s3:// address; sklearn:NAME; or with --query a database such as "
        "postgresql://me:${PASSWORD}@host/sales, where what stands in ${...} is read from the environment",
    )
    parser.add_argument("--query", default="", metavar="SQL", help="the SELECT that a database is asked")
    parser.add_argument("--sheet", default="", metavar="NAME", help="of an Excel workbook; the first without one")
    parser.add_argument("--snapshot", action="store_true", help="keep a copy of the table's rows in the store as well")
    parser.add_argument("--target", metavar="COLUMN", help="the column to predict")
    parser.add_argument("--name", metavar="MODEL", help="what to call the model; from the file's name otherwise")


def _add_outcome(parser: argparse.ArgumentParser) -> None:
    """What is to become of the version."""
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be learned from; learn and store nothing"
    )
    parser.add_argument("--no-promote", action="store_true", help="store the version and let nobody see it yet")
    parser.add_argument(
        "--allow-removed",
        action="append",
        default=[],
        metavar="COLUMN",
        help="a question of the version in use that need not be asked any more; may be given several times",
    )


def _stop(signal_number: int, frame: object) -> None:
    """At once: an exception raised inside a library's C code can come out as another one, with its trace."""
    os.write(2, NOT_STORED)
    os._exit(FAILED)


if __name__ == "__main__":
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, _stop)
    sys.exit(main())
