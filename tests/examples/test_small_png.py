"""Pictures of pages: what is written is read again as it was, in few bytes."""

import struct
import zlib

import numpy as np

from examples.small_png import MOST_COLOURS, write_png


def read_png(path):
    """The pixels of a picture by palette, read without the product."""
    content, parts, at = path.read_bytes(), {}, 8
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    while at < len(content):
        size, name = struct.unpack(">I4s", content[at : at + 8])
        parts[name] = content[at + 8 : at + 8 + size]
        assert zlib.crc32(name + parts[name]) == struct.unpack(">I", content[at + 8 + size : at + 12 + size])[0]
        at += 12 + size
    width, height, depth, kind = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    assert (depth, kind) == (8, 3)
    palette = np.frombuffer(parts[b"PLTE"], dtype=np.uint8).reshape(-1, 3)
    lines = np.frombuffer(zlib.decompress(parts[b"IDAT"]), dtype=np.uint8).reshape(height, width + 1)
    assert not lines[:, 0].any()
    return palette[lines[:, 1:]]


def test_a_page_of_few_colours_is_kept_as_it_is_in_few_bytes(tmp_path):
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (200, 3), dtype=np.uint8)[random.integers(0, 200, (40, 60))]
    pixels[:, :40] = 255
    write_png(tmp_path / "page.png", pixels)

    np.testing.assert_array_equal(read_png(tmp_path / "page.png"), pixels)
    assert (tmp_path / "page.png").stat().st_size < pixels.nbytes / 2


def test_colours_beyond_the_palette_become_near_ones(tmp_path):
    shades = np.arange(600, dtype=np.uint32)
    pixels = np.column_stack([shades >> 2, shades >> 2, np.full(600, 9)]).astype(np.uint8)
    pixels[:, 1] += (shades % 4).astype(np.uint8)
    write_png(tmp_path / "page.png", pixels.reshape(20, 30, 3))
    shown = read_png(tmp_path / "page.png").reshape(-1, 3)

    assert len(np.unique(shown, axis=0)) <= MOST_COLOURS
    assert np.abs(shown.astype(int) - pixels.astype(int)).max() <= 150
    assert np.median(np.abs(shown.astype(int) - pixels.astype(int))) <= 4
