"""
python -m benchmarks.reading [ROWS]: how fast tables are read, and in how much memory; 500,000 rows without a number.

Every file is read in a process of its own: CPU seconds, and the peak of memory above what the imports take.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from webapp.config import PROJECT_ROOT

ROWS = 500_000
ROUNDS = 3
READERS = {
    "read_table": "from webapp.training.sources.table_source import read_table as read",
    "pandas, all as text": "import functools, pandas; read = functools.partial(pandas.read_csv, dtype=str)",
}
_MEASURED = """
import resource, sys, time
{reader}
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, began = peak(), time.process_time()
table = read(sys.argv[1])
print(time.process_time() - began, peak() - before)
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__.strip().splitlines()[0])
    parser.add_argument("rows", nargs="?", type=int, default=ROWS)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        for path in _written(_made_up(rows), Path(folder)):
            print(f"{path.name}: {rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
            for name, reader in READERS.items():
                if name == "read_table" or path.suffix == ".csv":
                    seconds, memory = _measured(reader, path)
                    print(f"  {name:<20} {seconds:5.1f} s CPU, {rows / seconds:9,.0f} rows/s, {memory:5.0f} MB")


def _made_up(rows: int) -> pd.DataFrame:
    """Ten columns of every usual kind, five of them with nearly as many values as rows."""
    random = np.random.default_rng(0)
    day = np.datetime64("2020-01-01")
    return pd.DataFrame(
        {
            "customer": [f"C-{number:07d}" for number in random.permutation(rows)],
            "months": random.integers(0, 72, rows),
            "fee": np.where(random.random(rows) < 0.1, np.nan, random.uniform(20, 110, rows).round(2)),
            "usage": random.normal(0, 1, rows),
            "plan": random.choice(["basic", "plus", "max"], rows),
            "region": random.choice([f"region {number}" for number in range(40)], rows),
            "joined": day + random.integers(0, 1500, rows).astype("timedelta64[D]"),
            "seen": day.astype("datetime64[s]") + random.integers(0, 1500 * 86_400, rows).astype("timedelta64[s]"),
            "has_app": random.choice(["Yes", "No"], rows),
            "left": random.choice(["Yes", "No"], rows),
        }
    )


def _written(frame: pd.DataFrame, folder: Path) -> list[Path]:
    paths = [folder / "table.csv", folder / "table.parquet"]
    frame.to_csv(paths[0], index=False)
    frame.to_parquet(paths[1], index=False)
    return paths


def _measured(reader: str, path: Path) -> tuple[float, float]:
    """The best of some rounds: (CPU seconds, MB)."""
    command = [sys.executable, "-c", _MEASURED.format(reader=reader), str(path)]
    found = []
    for _ in range(ROUNDS):
        environ = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        ended = subprocess.run(command, cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True, check=True)
        found.append(tuple(map(float, ended.stdout.split())))
    return min(found)


if __name__ == "__main__":
    main()
