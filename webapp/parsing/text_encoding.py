"""Bytes to text: which encoding a file is in, and whether it is text at all."""

import codecs
import re

from webapp.errors import UnusableTable

_MARKS = (  # byte-order marks; the longer of two that begin alike comes first
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FORMATS = (
    (b"PK\x03\x04", "a zip archive or a spreadsheet of another program"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or one with a password"),
    (b"\x1f\x8b", "a gzip archive in another"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
)
_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|\?xml)", re.IGNORECASE)
_CONTROLS = dict.fromkeys(set(range(32)) - {ord(c) for c in "\t\n\r\f\v"})
MAX_CONTROL_SHARE = 0.01  # random bytes hold 10 % of them, real exports almost none


def decode(content: bytes) -> tuple[str, str]:
    """
    The text and the name of its encoding: by its byte-order mark, else UTF-8, else cp1252.

    Raises UnusableTable for what is no text; its sentence goes on after the file's name.
    """
    for start, name in _OTHER_FORMATS:
        if content.startswith(start):
            raise UnusableTable(f"is {name}, not a text table. Save it as CSV in UTF-8 and give that file")
    if _WEB_PAGE.match(content):
        raise UnusableTable("is a web page or XML and no table. Where it comes from an address, that asks to sign in")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _checked(_strictly(content, encoding)), encoding
    try:
        return _checked(content.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _checked(_strictly(content, "cp1252")), "cp1252"


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as problem:
        tried = "neither UTF-8 nor Windows (cp1252)" if encoding == "cp1252" else f"not the {encoding.upper()} it says"
        raise UnusableTable(f"is {tried} text. Save it as CSV in UTF-8 and give that file") from problem


def _checked(text: str) -> str:
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise UnusableTable(f"holds NUL bytes, the first on line {line}: it is not a text table, or it is damaged")
    if len(text) - len(text.translate(_CONTROLS)) > MAX_CONTROL_SHARE * len(text):
        raise UnusableTable("holds bytes that no text has: it is not a text table. Give a CSV file in UTF-8")
    return text
