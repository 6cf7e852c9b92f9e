"""
python -m benchmarks.run [--json]: speed and size in one run, as ratios to the POST of a plain tutorial app.

A benchmark is no test: the exit code is 0 whatever it finds.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.files import measure_files
from benchmarks.many_rows import measure_many_rows
from benchmarks.measuring import Figure
from benchmarks.pages import measure_pages
from benchmarks.scoring import measure_scoring
from benchmarks.service import measure_service
from benchmarks.trained import set_up


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Measure speed and memory.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    given = parser.parse_args()
    figures = measure()
    print(as_json(figures) if given.json else as_table(figures))


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        workshop = set_up(Path(folder))
        return [
            *measure_service(workshop),  # first, while this process is small
            *measure_pages(workshop),
            *measure_many_rows(workshop.predictor),
            *measure_scoring(workshop),
            *measure_files(workshop),
        ]


def as_json(figures: list[Figure]) -> str:
    documents = [{**asdict(figure), "ratio": figure.ratio, "verdict": figure.verdict} for figure in figures]
    return json.dumps(documents, indent=1)


def as_table(figures: list[Figure]) -> str:
    lines = [("what", "measured", "ratio", "target", "")]
    lines += [(figure.name, _value(figure), _ratio(figure), _target(figure), figure.verdict) for figure in figures]
    widths = [max(len(line[place]) for line in lines) for place in range(5)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _value(figure: Figure) -> str:
    digits = f"{figure.value:,.0f}" if figure.value >= 100 else f"{figure.value:.2f}"
    return f"{digits} {figure.unit}"


def _ratio(figure: Figure) -> str:
    return f"1/{1 / figure.ratio:.1f}" if figure.ratio else ""


def _target(figure: Figure) -> str:
    if figure.share is not None:
        return f"<= 1/{1 / figure.share:g}"
    if figure.limit is None:
        return ""
    return f"{'>=' if figure.is_floor else '<='} {figure.limit:,g} {figure.unit}"


if __name__ == "__main__":
    main()
