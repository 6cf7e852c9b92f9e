"""
python -m benchmarks.learning [TABLE...] [--seeds N] [--json]: what learning reaches, and whether it keeps its promises.

Five-fold figures and, for tables of which at least 1,000 rows are kept back, coverage and calibration over many seeds.
Tables that cannot be kept here are looked for in the folder that FORMCAST_TABLES names. A benchmark is no test: the
exit code is 0 whatever it finds.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import resource
import sys
from collections.abc import Iterable
from dataclasses import asdict

from benchmarks.five_folds import FoldFigure, five_folds
from benchmarks.learning_tables import tables
from benchmarks.promises import CHANCES, SEEDS, Promise, promises

FIGURES = {
    "mean_absolute_error": "{:,.4g}",
    "auc": "{:.4f}",
    "log_loss": "{:.4f}",
    "accuracy": "{:.4f}",
    "r2": "{:.4f}",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learning", description=__doc__.strip().splitlines()[0])
    parser.add_argument("tables", nargs="*", help="names, or their beginnings; all without one")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="over how many promises are judged; %(default)s")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    given = parser.parse_args()
    folds, kept = [], []
    for known in tables():
        if not given.tables or known.name.startswith(tuple(given.tables)):
            print(f"{known.name} ...", file=sys.stderr, flush=True)
            folds += five_folds(known)
            kept += promises(known, range(given.seeds))
    print(as_json(folds, kept) if given.json else as_text(folds, kept))


def as_json(folds: Iterable[FoldFigure], kept: Iterable[Promise]) -> str:
    figures = [asdict(one) | {"verdict": one.verdict} for one in folds]
    promised = [asdict(one) | {"verdict": one.verdict, "worst_verdict": one.worst_verdict} for one in kept]
    return json.dumps({"five_folds": figures, "promises": promised, "cpu_seconds": _cpu_seconds()}, indent=1)


def as_text(folds: Iterable[FoldFigure], kept: Iterable[Promise]) -> str:
    lines = ["Five folds: mean, its standard error, and what is to be reached"]
    for one in folds:
        shown = FIGURES[one.metric].format
        known = "" if one.known is None else f"to reach {shown(one.known)}: {one.verdict}"
        told = f"{shown(one.value):>8} ± {one.error:.2g}"
        lines.append(f"  {one.table:<27}{one.rows:>7,}  {one.model:<20}{one.metric:<20}{told:<18} {known}".rstrip())
    lines += ["", "Promises: found, and in the thirds with the lowest, middle and highest prediction"]
    for one in kept:
        thirds = " ".join(f"{100 * third:5.1f}" for third in one.thirds)
        said = "calibration error" if one.what == CHANCES else f"{one.what}, {100 * one.promised:.0f} promised"
        told = f"{100 * one.held:5.1f} {one.verdict:<7}{thirds} {one.worst_verdict}"
        lines.append(f"  {one.table:<27}{one.model:<10}{said:<22}{told}  ({one.seeds} seeds, {one.rows:,} rows)")
    return "\n".join([*lines, "", f"{_cpu_seconds():,.0f} CPU seconds"])


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return round(sum(one.ru_utime + one.ru_stime for one in used), 1)


if __name__ == "__main__":
    main()
