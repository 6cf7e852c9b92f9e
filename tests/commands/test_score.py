"""python -m webapp score at a terminal: what it writes, what it says, and what it refuses."""

import csv
import errno
import gzip
import json
import os
import pty
import signal
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.s3 import s3, s3_server  # noqa: F401 - fixtures
from tests.training.known_tables import csv_text, leaving
from webapp.scoring import text_pieces
from webapp.scoring.parts import ENDING, Parts

HEADER = "customer,months,fee,plan,has_app,joined\n"
ROW = "C-1,12,50.00,max,Yes,2021-03-04\n"
REFUSED = {
    "empty": (b"", "is empty"),
    "header only": (HEADER.encode(), "has no rows: there is a header and nothing below it"),
    "wrong columns": (b"customer,age\n1,2\n", "does not fit the model leaving: the columns “months”"),
    "one column": (b"months\n1\n", "the columns “fee”"),
    "two of a name": (("fee," + HEADER + "1," + ROW).encode(), "has two columns of the same name: “fee”"),
    "a title above": (("Our customers\n\n" + HEADER + ROW).encode(), "does not fit the model leaving"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "is a picture, not a text table"),
    "a workbook": (b"PK\x03\x04" + bytes(200), "is a zip archive or a spreadsheet"),
    "a web page": (b"<!doctype html><p>Sign in</p>", "is a web page"),
    "random bytes": (bytes(range(1, 256)) * 50, "is neither UTF-8 nor Windows (cp1252) text"),
    "control signs": (bytes(range(1, 100)) * 50, "holds bytes that no text has"),
    "NUL": ((HEADER + ROW).encode() + b"\x00\x00", "holds NUL bytes"),
    "Parquet by another name": (b"PAR1" + bytes(80), "is a Parquet file by another name"),
    "a gzip archive that is damaged": (gzip.compress((HEADER + ROW * 99).encode())[:40], "is a damaged gzip archive"),
    "a gzip bomb": (gzip.compress(b"0" * 100_000_000), "begins with a line of more than 16 MB"),
    "a million columns": (b"a," * 1_000_000 + b"b\n", "has 1,000,001 columns, and 10,000 are the most"),
    "a quotation mark in the header": (b'months,"fee\n' + ROW.encode(), "in its header that is never closed"),
    "a quotation mark that stays open": ((HEADER + ROW * 2 + '"' + ROW).encode(), "in the row that begins on line 4"),
    "signs that say nothing": ((HEADER + ROW.replace("50.00", '"1,234"')).encode(), "such as “1,234”: add --decimal"),
}


def rows_in(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def table(trained) -> str:
    return trained.place.table("cases.csv", leaving(200, seed=7))


def test_every_row_is_scored_by_the_version_that_answers(trained, table, tmp_path):
    said = trained.webapp("score", "leaving", table, str(tmp_path / "out.csv"))

    version = trained.place.versions()[0].version
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("200 rows scored by version 1 of leaving: ")
    assert "Predictions: " in said.out and "Lights: green" in said.out
    assert {row["version"] for row in rows_in(tmp_path / "out.csv")} == {version}
    assert sorted(path.name for path in tmp_path.glob("out*")) == ["out.csv"]


def test_reasons_are_written_where_they_are_wanted(trained, table, tmp_path):
    said = trained.webapp("score", "leaving", table, str(tmp_path / "out.csv"), "--reasons", "2")
    refused = trained.webapp("score", "leaving", table, str(tmp_path / "other.csv"), "--reasons", "-1")

    rows = rows_in(tmp_path / "out.csv")
    assert (said.code, refused.code) == (0, 2)
    assert list(rows[0])[-4:] == ["reason_1", "reason_2", "version", "row_number"]
    assert all(row["reason_1"].endswith(" points)") and ": " in row["reason_1"] for row in rows)


def test_results_go_to_a_bucket(trained, table, tmp_path, s3):  # noqa: F811
    address = f"s3://{s3.create_bucket()}/scored/out.csv"

    said = trained.webapp("score", "leaving", table, address)
    again = trained.webapp("score", "leaving", table, address)

    assert said.code == 0 and said.out.startswith(f"200 rows scored by version 1 of leaving: {address}\n")
    assert again.code == 1 and f"{address} is there already" in again.err


def test_a_run_into_a_bucket_that_was_ended_is_gone_on_with(trained, table, s3, small_pieces):  # noqa: F811
    address = f"s3://{s3.create_bucket()}/out.csv"

    def end(method, path):
        if method == "PUT" and path.endswith("/00000003.part"):
            s3.before = None
            os.kill(os.getpid(), signal.SIGTERM)

    s3.before = end
    stopped = trained.webapp("score", "leaving", table, address, "--jobs", "1")
    said = trained.webapp("score", "leaving", table, address, "--jobs", "1")

    assert stopped.code == 128 + signal.SIGTERM and "The same command goes on from there" in stopped.out
    assert said.code == 0 and " were there from an earlier run" in said.out


def test_another_version_is_asked_by_its_number(trained, table, tmp_path):
    said = trained.webapp("score", "leaving", table, str(tmp_path / "out.csv"), "--version", "2", "--json")

    document = json.loads(said.out)
    assert (document["number"], document["scored"], document["rejected"]) == (2, 200, 0)


def test_rejected_rows_can_be_mended_and_scored(trained, tmp_path):
    good, bad = ROW, ROW.replace("12", "a year") + "C-2,1,2\n" + ROW.replace("max", '"max"x')
    source = trained.place.table("cases.csv", HEADER + good + bad + good)

    said = trained.webapp("score", "leaving", source, str(tmp_path / "out.csv"))

    assert said.code == 3
    assert "3 rows were rejected" in said.out and "  line 3: Months must be a number, like " in said.out
    assert [row["row_number"] for row in rows_in(tmp_path / "out.csv")] == ["1", "5"]
    rejected = (tmp_path / "out.rejected.csv").read_text()
    assert [line.split(",")[0] for line in rejected.splitlines()] == ["line", "3", "4", "5"]
    mended = rejected.replace("a year", "12").replace("C-2,1,2", ROW.strip()).replace('"C-1,12', "C-1,12")
    mended = trained.place.table("mended.csv", mended.replace('""max""x', "max").replace('2021-03-04"', "2021-03-04"))
    again = trained.webapp("score", "leaving", mended, str(tmp_path / "again.csv"))
    assert again.code == 0 and again.out.startswith("3 rows scored")


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_in_words(trained, tmp_path, name):
    content, sentence = REFUSED[name]
    source = trained.place.table("bad.csv", content)

    said = trained.webapp("score", "leaving", source, str(tmp_path / "out.csv"))

    assert (said.code, said.out) == (1, "")
    assert sentence in said.err and "bad.csv" in said.err
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("nobody", "TABLE", "out.csv"), "has no model nobody. Models there: leaving"),
        (("leaving", "TABLE", "out.csv", "--version", "9"), "has no version 9 of leaving"),
        (("leaving", "missing.csv", "out.csv"), "There is no file missing.csv"),
        (("leaving", "missing-*.csv", "out.csv"), "There is no file like missing-*.csv"),
        (("leaving", "FOLDER", "out.csv"), "holds no table"),
        (("leaving", "postgresql://db/cases", "out.csv"), "is a database. Export the rows"),
        (("leaving", "https://example.org/x.csv", "out.csv"), "download the file and give its path"),
        (("leaving", "TABLE", "TABLE"), "is what is to be scored"),
        (("leaving", "TABLE", "FOLDER"), "is a folder"),
        (("leaving", "TABLE", "no/such/out.csv"), "There is no folder"),
        (("leaving", "TABLE", "out.csv", "--jobs", "-1"), "--jobs: must be a whole number from 1 to 1000"),
    ],
)
def test_what_makes_no_sense_is_refused(trained, table, tmp_path, given, sentence, monkeypatch):
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    names = {"TABLE": table, "FOLDER": str(folder)}

    said = trained.webapp("score", *(names.get(word, word) for word in given))

    assert said.code == (2 if "--jobs" in given else 1) and sentence in said.err


def test_results_that_are_there_already_are_not_replaced_unasked(trained, table, tmp_path):
    (tmp_path / "out.csv").write_text("mine")

    refused = trained.webapp("score", "leaving", table, str(tmp_path / "out.csv"))
    kept = (tmp_path / "out.csv").read_text()
    said = trained.webapp("score", "leaving", table, str(tmp_path / "out.csv"), "--overwrite")

    assert (refused.code, kept, said.code) == (1, "mine", 0)
    assert "--overwrite" in refused.err and len(rows_in(tmp_path / "out.csv")) == 200


def test_a_retired_model_scores_only_when_a_version_is_named(trained, table, tmp_path):
    trained.webapp("retire", "leaving", "--why", "Its question is gone")

    refused = trained.webapp("score", "leaving", table, str(tmp_path / "out.csv"))
    said = trained.webapp("score", "leaving", table, str(tmp_path / "out.csv"), "--version", "1")

    assert refused.code == 1 and "leaving is retired, so none answers. " in refused.err
    assert ": Its question is gone. Name one: --version 2" in refused.err
    assert said.code == 0


def test_the_files_of_a_folder_or_a_pattern_are_scored_in_the_order_of_their_names(trained, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        (folder / f"part-{number}.csv").write_text(csv_text(leaving(20, seed=number)))
    (folder / "part-1.csv").write_text(csv_text(leaving(20, seed=1)) + "1,2\n")
    (folder / "_SUCCESS").write_text("")

    of_folder = trained.webapp("score", "leaving", str(folder), str(tmp_path / "out.csv"))
    of_pattern = trained.webapp("score", "leaving", str(folder / "part-*.csv"), str(tmp_path / "other.csv"))

    customers = [name for number in range(3) for name in leaving(20, seed=number)["customer"]]
    assert of_folder.code == of_pattern.code == 3
    assert [row["customer"] for row in rows_in(tmp_path / "out.csv")] == customers
    assert (tmp_path / "other.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()
    [rejected] = rows_in(tmp_path / "out.rejected.csv")
    assert (rejected["file"], rejected["line"], rejected["row_number"]) == (str(folder / "part-1.csv"), "22", "41")


def test_files_of_different_headers_are_not_put_together(trained, tmp_path):
    first, other = trained.place.table("a.csv", HEADER + ROW), trained.place.table("b.csv", "x," + HEADER + "1," + ROW)

    said = trained.webapp("score", "leaving", str(Path(first).parent / "[ab].csv"), str(tmp_path / "out.csv"))

    assert said.code == 1 and f"{other} has another header than {first}: “x” where the other has “customer”" in said.err


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(text_pieces, "PIECE", 1000)


def parts_of(output: Path, kind: str = "json") -> list[Path]:
    return sorted(output.with_name(output.name + ENDING).glob(f"0*.{kind}"))


@contextmanager
def ended_after(pieces: int, monkeypatch):
    """While this lasts, somebody ends the process when so many pieces are kept."""
    kept = []

    def keep(parts, piece, scored, original=Parts.keep):
        original(parts, piece, scored)
        kept.append(piece)
        if len(kept) == pieces:
            os.kill(os.getpid(), signal.SIGTERM)

    with monkeypatch.context() as patched:
        patched.setattr(Parts, "keep", keep)
        yield


@pytest.fixture
def stopped(trained, tmp_path, small_pieces, monkeypatch):
    """(the table, OUTPUT) of a run that was ended when it had four pieces."""
    table, output = trained.place.table("cases.csv", leaving(100)), tmp_path / "out.csv"
    with ended_after(4, monkeypatch):
        said = trained.webapp("score", "leaving", table, str(output), "--jobs", "1")
    assert said.code == 128 + signal.SIGTERM and "The same command goes on from there" in said.out
    assert len(parts_of(output)) == 4 and not output.exists()
    return table, output


def whole(trained, table: str, tmp_path: Path) -> bytes:
    trained.webapp("score", "leaving", table, str(tmp_path / "whole.csv"), "--jobs", "1")
    return (tmp_path / "whole.csv").read_bytes()


def test_a_run_that_was_ended_is_gone_on_with(trained, stopped, tmp_path):
    table, output = stopped

    said = trained.webapp("score", "leaving", table, str(output))

    assert said.code == 0 and " were there from an earlier run" in said.out
    assert output.read_bytes() == whole(trained, table, tmp_path)
    assert not output.with_name(output.name + ENDING).exists()


def test_a_part_that_is_not_what_was_kept_is_scored_again(trained, stopped, tmp_path):
    table, output = stopped
    for number, content in enumerate((b"damaged", b"")):
        parts_of(output, "results")[number].write_bytes(content)
    parts_of(output)[2].write_text('{"begin":')

    said = trained.webapp("score", "leaving", table, str(output))

    assert said.code == 0 and output.read_bytes() == whole(trained, table, tmp_path)


@pytest.mark.parametrize("changed", ["the input", "the version"])
def test_nothing_is_used_of_a_run_that_was_another(trained, stopped, tmp_path, changed):
    table, output = stopped
    if changed == "the input":
        trained.place.table("cases.csv", leaving(100, seed=3))
    version = ["--version", "2"] if changed == "the version" else []

    said = trained.webapp("score", "leaving", table, str(output), *version)

    assert said.code == 0
    assert f"What an earlier run had left was not used: {changed} had changed since" in said.out
    again = trained.webapp("score", "leaving", table, str(tmp_path / "again.csv"), *version)
    assert again.code == 0 and output.read_bytes() == (tmp_path / "again.csv").read_bytes()


def test_two_runs_do_not_write_the_same_results(trained, stopped):
    table, output = stopped
    with Parts(output, {}).opened():
        said = trained.webapp("score", "leaving", table, str(output))

    assert said.code == 1 and "Another run is writing" in said.err


def test_a_full_disk_is_said_with_how_to_go_on(trained, table, tmp_path, small_pieces, monkeypatch):
    def full(path, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        said = trained.webapp("score", "leaving", table, str(tmp_path / "out.csv"))

    assert (said.code, said.out) == (1, "")
    assert "No space left on device. What is done is kept: make room, and the same command goes on" in said.err
    assert trained.webapp("score", "leaving", table, str(tmp_path / "out.csv")).code == 0


def test_at_a_terminal_the_summary_has_lines_of_its_own(trained, table, tmp_path, monkeypatch, small_pieces):
    terminal, ours = pty.openpty()
    with open(ours, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        trained.webapp("score", "leaving", table, str(tmp_path / "out.csv"), "--jobs", "1")
    shown = "".join(everything_at(terminal))

    assert "rows" in shown
    assert shown.endswith("\r\x1b[K")


def everything_at(terminal: int):
    """What a terminal that nobody writes to any more was told."""
    with closing(os.fdopen(terminal, "rb", buffering=0)) as stream, suppress(OSError):
        while told := stream.read(1000):
            yield told.decode("utf-8", "replace")


def test_copies_of_the_process_write_what_one_process_writes(trained, table, tmp_path, small_pieces):
    one = whole(trained, table, tmp_path)

    said = trained.webapp("score", "leaving", table, str(tmp_path / "out.csv"), "--jobs", "2")

    assert said.code == 0 and (tmp_path / "out.csv").read_bytes() == one


def test_a_run_that_was_killed_leaves_nobody_working_and_is_gone_on_with(trained, tmp_path):
    heading, *lines = csv_text(leaving(1000)).splitlines(keepends=True)
    table, output = trained.place.table("cases.csv", heading + "".join(lines) * 200), tmp_path / "out.csv"
    process = trained.place.process("-m", "webapp", "score", "leaving", table, str(output), "--jobs", "2")
    while not parts_of(output) and process.poll() is None:
        time.sleep(0.01)
    copies = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]

    process.kill()
    process.communicate()

    assert len(copies) == 2 and not output.exists()
    said = trained.webapp("score", "leaving", table, str(output))
    assert said.code == 0 and said.out.startswith("200,000 rows scored") and "from an earlier run" in said.out
    numbers = [line.rpartition(b",")[2] for line in output.read_bytes().splitlines()[1:]]
    assert numbers == [b"%d" % number for number in range(1, 200_001)]
    assert not [pid for pid in copies if is_at_work(pid)]


def is_at_work(pid: int) -> bool:
    """Nobody may have taken notice of the end of one that is over."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
