"""The bytes of a text file from its beginning, unpacked, without their mark, in an encoding that knows ASCII."""

import codecs
import gzip
import io
import zlib

from webapp.errors import UnusableTable
from webapp.scoring.places import InputFile
from webapp.training.sources.formats import GZIP
from webapp.training.sources.parquet import MAGIC

MARKED = (  # the longer of two that begin alike comes first
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PASSED_OVER = 4 * 1024**2  # bytes at a time, where nothing can be skipped
ENOUGH = 4  # bytes tell what a file is


class TextBytes:
    """
    Reads forward only. `encoding` is what the file says of itself: utf-8, utf-16, utf-32 or "" where it says nothing;
    what comes is UTF-8, or then whatever it is.
    """

    def __init__(self, file: InputFile):
        self.file = file
        self._raw = self._bytes = file.open()
        self._decoder = None
        try:
            self._begin()
        except UnusableTable:
            self.close()
            raise

    def _begin(self) -> None:
        start = self._read(ENOUGH)
        with self.file.troubles():
            self._raw.seek(0)
        if start.startswith(MAGIC):
            raise UnusableTable(f"{self.file.name} is a Parquet file by another name. Let its name end in .parquet")
        self.is_packed = start.startswith(GZIP)
        if self.is_packed:
            self._bytes = gzip.GzipFile(fileobj=self._raw)
        start = self._read(ENOUGH)
        mark, self.encoding = next(((mark, name) for mark, name in MARKED if start.startswith(mark)), (b"", ""))
        self._ahead = start
        if self.encoding == "utf-8":
            self._ahead = start[len(mark) :]
        elif self.encoding:
            self._decoder = codecs.getincrementaldecoder(self.encoding)()
            self._ahead = self._decoded(start)

    @property
    def behind(self) -> int:
        """How many bytes of the file have been read."""
        return self._raw.tell()

    def read(self, size: int) -> bytes:
        """At least one byte and about as many as asked for; none at the end. Raises UnusableTable."""
        ahead, self._ahead = self._ahead, b""
        if ahead:
            return ahead
        while content := self._read(size):
            if decoded := self._decoded(content):
                return decoded
        return self._decoded(b"", is_last=True)

    def skip(self, size: int) -> None:
        """Pass over so many bytes of what `read` gives."""
        if len(self._ahead) < size and not (self.is_packed or self._decoder):
            with self.file.troubles():
                self._raw.seek(size - len(self._ahead), io.SEEK_CUR)
            self._ahead = b""
            return
        while size and (content := self.read(min(size, PASSED_OVER))):
            self._ahead = content[size:]
            size -= min(size, len(content))

    def close(self) -> None:
        self._raw.close()

    def _read(self, size: int) -> bytes:
        with self.file.troubles():
            try:
                return self._bytes.read(size)
            except (gzip.BadGzipFile, EOFError, zlib.error) as problem:
                raise UnusableTable(f"{self.file.name} is a damaged gzip archive") from problem

    def _decoded(self, content: bytes, is_last: bool = False) -> bytes:
        if self._decoder is None:
            return content
        try:
            return self._decoder.decode(content, is_last).encode()
        except UnicodeError as problem:
            raise UnusableTable(
                f"{self.file.name} is not the {self.encoding.upper()} it says. Save it as CSV in UTF-8"
            ) from problem
