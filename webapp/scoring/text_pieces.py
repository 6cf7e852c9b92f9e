"""A text file cut between rows into pieces of bearable size, and the encoding that shows in them."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing

from webapp.errors import UnusableTable
from webapp.parsing.text_encoding import decode
from webapp.schema import Schema
from webapp.scoring.layout import Layout, decimals_of, understood
from webapp.scoring.piece import Mark, Piece
from webapp.scoring.places import InputFile
from webapp.scoring.records import NeverClosed, records
from webapp.scoring.text_bytes import TextBytes
from webapp.training.sources.extras import naming

MIB = 1024**2
PIECE = 4 * MIB  # about 30,000 rows of twenty columns: a cluster is sent no more in one message
LARGEST_ROW = 16 * MIB
FIRST_LOOK = MIB
LINE_END = re.compile(rb"\r\n?|\n")

Known = Callable[[int, Mark], Mark | None]  # where a piece that needs no scoring any more ends


def look_at(file: InputFile, schema: Schema, decimal: str = "") -> tuple[Layout, Mark, str]:
    """The layout of a file, where its rows begin, and what its encoding seems to be. Raises UnusableTable."""
    with closing(TextBytes(file)) as source:
        start, is_all = _first_look(source)
        with naming(file.name):
            text, encoding = decode(start if is_all else _whole_lines(start))
            if source.encoding and encoding != "utf-8":
                raise UnusableTable(f"is not the {source.encoding.upper()} it says. Save it as CSV in UTF-8")
            layout, begin = understood(text, schema, decimal, bool(source.encoding) or encoding == "cp1252")
    head = text[:begin].encode(encoding)
    shown = "" if start.isascii() and not source.encoding else encoding
    return layout, Mark(0, len(head), len(LINE_END.findall(head)), 0, shown), source.encoding or encoding


def decimals_in(layout: Layout, schema: Schema, sign: str) -> tuple[str, ...]:
    return decimals_of(schema, sign)


def _first_look(source: TextBytes) -> tuple[bytes, bool]:
    """The beginning of the file, as far as its header ends there, and whether that is all of it."""
    start = b""
    while content := source.read(FIRST_LOOK):
        start += content
        if len(start) >= FIRST_LOOK and LINE_END.search(start):
            return start, False
        if len(start) > LARGEST_ROW:
            raise UnusableTable(f"{source.file.name} begins with a line of more than {LARGEST_ROW // MIB} MB")
    return start, True


def _whole_lines(content: bytes) -> bytes:
    """Without the last line, which may have been cut in the middle of a letter."""
    cut = _cut(content)
    return content[:cut] if cut else content


def pieces(file: InputFile, layout: Layout, begin: Mark, number: int, known: Known) -> Iterator[Piece | Mark]:
    """The pieces from `begin` on, or where one ends that is `known`. Raises UnusableTable."""
    with closing(TextBytes(file)) as source:
        source.skip(begin.at)
        ahead, is_over = _filled(source, b"", 1)
        while ahead or not is_over:
            if (end := known(number, begin)) is not None:
                source.skip(max(end.at - begin.at - len(ahead), 0))
                ahead = ahead[end.at - begin.at :]
                yield end
            else:
                ahead, is_over = _filled(source, ahead, PIECE)
                piece, ahead = _next_piece(source, layout, (ahead, is_over), begin, number)
                end = piece.end
                yield piece
            begin, number = end, number + 1
            if not ahead:
                ahead, is_over = _filled(source, b"", 1)


def _filled(source: TextBytes, ahead: bytes, size: int) -> tuple[bytes, bool]:
    """At least so many bytes, or all that is left, and whether it is."""
    gathered = [ahead]
    length = len(ahead)
    while length < size:
        content = source.read(PIECE)
        if not content:
            return b"".join(gathered), True
        gathered.append(content)
        length += len(content)
    return b"".join(gathered), False


def _next_piece(
    source: TextBytes, layout: Layout, filled: tuple[bytes, bool], begin: Mark, number: int
) -> tuple[Piece, bytes]:
    """The next whole rows, and what was read behind them."""
    content, is_last = filled
    while True:
        end, rows = _rows_in(content, layout.delimiter, is_last)
        if end or not content:
            break
        if is_last or len(content) > LARGEST_ROW:
            _refuse_endless(source.file.name, content, begin)
        content, is_last = _filled(source, content, len(content) + PIECE)
    own, encoding = _in_utf8(content[:end], begin.encoding)
    lines = len(LINE_END.findall(own)) if b"\r" in own else own.count(b"\n")
    after = Mark(begin.file, begin.at + end, begin.line + lines, begin.row + rows, encoding)
    # Without a blank line, and with no quotation mark, every line is a row and every delimiter ends a cell.
    is_plain = b'"' not in own and rows == lines + (not own.endswith((b"\n", b"\r")))
    return Piece(number, source.file.name, begin, after, own, is_plain), content[end:]


def _rows_in(content: bytes, delimiter: str, is_last: bool) -> tuple[int, int]:
    """Where the last whole row of these bytes ends, and how many rows there are up to there."""
    end = len(content) if is_last else _cut(content)
    lines = content[:end]
    if b'"' not in lines:
        if b"\r" in lines:
            return end, sum(map(bool, LINE_END.split(lines)))
        if lines.startswith(b"\n") or b"\n\n" in lines:
            return end, sum(map(bool, lines.split(b"\n")))
        return end, lines.count(b"\n") + bool(lines and not lines.endswith(b"\n"))
    rows, last = 0, 0
    try:
        for record in records(lines.decode("latin-1"), delimiter):
            rows, last = rows + 1, record.end
    except NeverClosed as problem:
        return problem.start, rows
    return last, rows


def _cut(content: bytes) -> int:
    """Behind the last end of a line; a carriage return at the very end may be half of one."""
    feed = content.rfind(b"\n") + 1
    return feed or content.rfind(b"\r", 0, len(content) - 1) + 1


def _in_utf8(content: bytes, encoding: str) -> tuple[bytes, str]:
    """
    The piece in UTF-8, and the encoding of the file as far as it has shown.

    The first bytes that are not ASCII decide. A byte that is none of its encoding stays as it is; its row is refused.
    """
    if not encoding and not content.isascii():
        try:
            content.decode("utf-8")
            encoding = "utf-8"
        except UnicodeDecodeError:
            encoding = "cp1252"
    if encoding == "cp1252" and not content.isascii():
        content = content.decode("cp1252", "surrogateescape").encode("utf-8", "surrogateescape")
    return content, encoding


def _refuse_endless(name: str, content: bytes, begin: Mark) -> None:
    if b'"' in content:
        raise UnusableTable(
            f"{name} has a quotation mark that is never closed, in the row that begins on line {begin.line + 1}"
        )
    raise UnusableTable(f"{name} has a row of more than {LARGEST_ROW // MIB} MB on line {begin.line + 1}")
