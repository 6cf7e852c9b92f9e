"""Pictures of pages as small PNG files: a page has few colours, so each becomes a place in a palette."""

import struct
import zlib
from pathlib import Path

import numpy as np

MOST_COLOURS = 256
SIGNATURE = b"\x89PNG\r\n\x1a\n"
BY_PALETTE, OF_8_BITS = 3, 8


def write_png(path: Path, pixels: np.ndarray) -> None:
    """`pixels` (height, width, 3) of 8 bits. Colours beyond the palette become the nearest of the frequent ones."""
    height, width, _ = pixels.shape
    palette, places = _palette(pixels.reshape(-1, 3))
    lines = np.zeros((height, width + 1), dtype=np.uint8)  # each begins with its filter, which is none
    lines[:, 1:] = places.reshape(height, width)
    header = struct.pack(">IIBBBBB", width, height, OF_8_BITS, BY_PALETTE, 0, 0, 0)
    parts = (
        (b"IHDR", header),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    path.write_bytes(SIGNATURE + b"".join(_chunk(name, content) for name, content in parts))


def _palette(colours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The most frequent colours (c, 3), and the place of each pixel's colour among them."""
    packed = colours.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.uint32)
    found, places, counts = np.unique(packed, return_inverse=True, return_counts=True)
    distinct = np.column_stack([found >> 16, found >> 8 & 255, found & 255]).astype(np.int32)
    frequent = np.argsort(-counts, kind="stable")[:MOST_COLOURS]
    nearest = np.array([np.square(distinct[frequent] - colour).sum(axis=1).argmin() for colour in distinct])
    return distinct[frequent].astype(np.uint8), nearest[places].astype(np.uint8)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
