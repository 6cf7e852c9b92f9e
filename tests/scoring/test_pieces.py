"""However a file is cut, its rows are the same, with the same lines and numbers."""

import gzip
from random import Random

import pytest

from tests.scoring.files import awkward, csv_file, in_this_process, nobody, run_of, scored
from webapp.errors import UnusableTable
from webapp.parsing.delimited import numbered_rows
from webapp.scoring import text_pieces
from webapp.scoring.arrow_text import plain_rows
from webapp.scoring.layout import Layout
from webapp.scoring.piece import Mark, Piece
from webapp.scoring.places import input_files
from webapp.scoring.text_pieces import pieces
from webapp.scoring.text_rows import row_by_row

LAYOUT = Layout(header=("a", "b"), places=(0, 1), decimals=(".", "."))
START = Mark(0, 0, 0, 0)


def cut(path) -> list[Piece]:
    [file] = input_files(str(path))
    return list(pieces(file, LAYOUT, START, 0, lambda number, begin: None))


def told(found: list[Piece]) -> list[tuple[int, str]]:
    """(line, what stands there, or why it cannot be read) of every row."""
    rows = []
    for piece in found:
        one = row_by_row(piece, LAYOUT)
        fitting = [(line, "|".join(one.cells(row))) for row, line in enumerate(one.lines.tolist())]
        rows += sorted(fitting + [(row.line, row.reason) for row in one.rejected])
    return rows


def expected(text: str) -> list[tuple[int, str]]:
    """The same of the whole text at once, as training reads it."""
    rows = []
    for line, cells, problem in numbered_rows(text, ","):
        wrong = "" if len(cells) == 2 else f"{len(cells)} cell{'' if len(cells) == 1 else 's'} instead of 2"
        rows.append((line, problem or wrong or "|".join(cells)))
    return rows


@pytest.mark.parametrize("letters", ['ab,,\n\n"', 'ab,,\r\n\n""', "ab,,,\n\n", "ab,\r\n"])
def test_any_text_cut_anywhere_has_the_rows_of_the_whole(tmp_path, monkeypatch, letters):
    random = Random(letters)
    for size in range(120):
        text = "".join(random.choice(letters) for _ in range(size)) + ('"' if size % 7 == 0 else "")
        text = text if text.count('"') % 2 == 0 else text.replace('"', "", 1)
        (tmp_path / "in.csv").write_bytes(text.encode())
        monkeypatch.setattr(text_pieces, "PIECE", random.randint(1, 40))
        try:
            whole = expected(text)
        except UnusableTable:
            with pytest.raises(UnusableTable, match="never closed"):
                cut(tmp_path / "in.csv")
            continue

        found = cut(tmp_path / "in.csv")

        assert told(found) == whole
        assert [piece.end for piece in found[:-1]] == [piece.begin for piece in found[1:]]
        assert sum(piece.rows for piece in found) == len(whole)


def test_what_is_plain_is_read_by_arrow(tmp_path):
    (tmp_path / "in.csv").write_bytes(b"1,\r\nNA,\xc3\xa9\r\n1,2,3\r\n4,=5")

    [piece] = cut(tmp_path / "in.csv")
    quick, slow = plain_rows(piece, LAYOUT), row_by_row(piece, LAYOUT)

    assert piece.is_plain
    assert [list(texts.distinct) for texts in quick.inputs] == [["1", "NA", "4"], ["", "\u00e9", "=5"]]
    assert (quick.lines.tolist(), quick.calculated) == ([1, 2, 4], slow.calculated)
    assert list(quick.written) == list(slow.written) == ["1,", "NA,\u00e9", "4,=5"]
    assert [(row.line, row.reason, row.cells) for row in quick.rejected] == [
        (3, "3 cells instead of 2", ["1", "2", "3"])
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_every_encoding_says_the_same(models, tmp_path, monkeypatch, encoding):
    model = models["leaving"]
    rows = [{**row, "customer": f"Zo\u00eb {at}", "plan": "caf\u00e9"} for at, row in enumerate(model.rows(300))]
    plain = scored(model, csv_file(tmp_path / "in.csv", list(model.table), rows), tmp_path / "out.csv")
    text = (tmp_path / "in.csv").read_text(encoding="utf-8")
    (tmp_path / "other.csv").write_bytes(text.encode(encoding))
    monkeypatch.setattr(text_pieces, "PIECE", 1000)

    found = scored(model, tmp_path / "other.csv", tmp_path / "found.csv")

    assert found.text == plain.text
    assert (tmp_path / "found.csv").read_bytes().startswith(b"\xef\xbb\xbf") == (encoding != "utf-8")


def test_a_packed_file_is_unpacked_while_it_is_read(models, tmp_path, monkeypatch):
    model = models["rents"]
    plain = csv_file(tmp_path / "in.csv", list(model.table), awkward(model, 300))
    (tmp_path / "in.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    monkeypatch.setattr(text_pieces, "PIECE", 1000)

    packed = scored(model, tmp_path / "in.csv.gz", tmp_path / "packed.csv")

    assert packed.text == scored(model, plain, tmp_path / "out.csv").text


def test_bytes_of_no_letter_reject_their_row_alone(models, tmp_path, monkeypatch):
    model = models["rents"]
    lines = csv_file(tmp_path / "in.csv", list(model.table), model.rows(200)).read_bytes().splitlines(keepends=True)
    lines[100], lines[150] = b"50,vill\xc3\xa4ge,400\n", b"50,vill\xffage,400\n"
    (tmp_path / "in.csv").write_bytes(b"".join(lines))
    monkeypatch.setattr(text_pieces, "PIECE", 500)
    monkeypatch.setattr(text_pieces, "FIRST_LOOK", 500)
    run = run_of(model, tmp_path / "in.csv", tmp_path / "out.csv")

    run.to_the_end(in_this_process(model, run), nobody)

    [rejected] = run.rejected.read_bytes().splitlines()[1:]
    assert rejected.startswith(b"151,150,") and rejected.endswith(b"50,vill\xffage,400")
