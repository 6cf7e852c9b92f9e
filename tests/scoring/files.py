"""Files of cases made from rows, and what scoring makes of them, read back by a plain CSV reader."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.attack.answers import HOSTILE
from tests.scoring.models import Model
from webapp.scoring.local_workers import score_here
from webapp.scoring.piece import Tally
from webapp.scoring.places import input_files
from webapp.scoring.result_lines import Said
from webapp.scoring.run import Crew, Input, Run
from webapp.scoring.scorer import Scorer

VERSION = "20260301T120000Z-0123abcd"
ODD = (
    "", " ", "NA", "N/A", "nan", "None", "null", "?", "-", ".", "Basic", " basic ", "MAX", "gold",
    "cafe\u0301", "other", "(another, not listed)", "7", " 12 ", "+12", "1e2", "1E400", "1,234", "1 234", "-0",
    "\u221212", "3.0", "3.7", "007", "99999", "2021-02-30", "2021-02-28", "28/02/2021", "03/04/2021", "2019-13-01",
    "2031-01-01", "yes", "NO", "t", "maybe",
    "=1+1", "@x", "+x", "\uff1dx",
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """The results and the rejected rows, each a list of dicts, and what was counted."""

    text: str
    results: list[dict[str, str]]
    rejected: list[dict[str, str]]
    tally: Tally


def csv_file(path: Path, names: Sequence[str], rows: Sequence[dict[str, str]], **settings) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n", **settings)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())
    return path


def awkward(model: Model, count: int, seed: int = 0, plain: bool = False) -> list[dict[str, str]]:
    """Rows of the table, in every second of them one cell that is odd or worse; `plain` ones need no quotes."""
    random = Random(seed)
    cells = [text for text in (*ODD, *HOSTILE) if not set(text) & {"\x00", "\ud800"} and len(text) < 600]
    if plain:
        cells = [text for text in cells if not set(text) & set('",\r\n')]
    rows = model.rows(count, seed)
    for row in rows[::2]:
        row[random.choice([feature.name for feature in model.schema.features])] = random.choice(cells)
    return rows


def run_of(model: Model, source: Path, output: Path, **said) -> Run:
    files = input_files(str(source))
    return Run(Input.of(files, model.schema, ""), model.schema, Said(VERSION, **said), output, {})


def scored(model: Model, source: Path, output: Path, jobs: int = 1, **said) -> Written:
    run = run_of(model, source, output, **said)
    run.to_the_end(in_this_process(model, run, jobs), nobody)
    return written(run)


def in_this_process(model: Model, run: Run, jobs: int = 1) -> Crew:
    """Or in so many copies of it."""
    scorer = Scorer(model.predictor, run.order)
    return lambda pieces: score_here(scorer, pieces, jobs)


def written(run: Run) -> Written:
    delimiter = run.source.layout.delimiter
    rejected = read(run.rejected, delimiter) if run.rejected.exists() else []
    text = run.output.read_bytes().decode("utf-8-sig")
    return Written(text, read(run.output, delimiter), rejected, run.tally)


def read(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def nobody(share: float, rows: int) -> None:
    """Watches."""
