"""Text that came with data, made safe to stand inside a sentence: shown, and unable to rearrange what is around it."""

import unicodedata

ISOLATE, POP = "\u2068", "\u2069"
WHITE_SPACE = dict.fromkeys((0x09, 0x0A, 0x0D), " ")
CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), "\ufffd")
ISOLATES = dict.fromkeys((0x2066, 0x2067, 0x2068, 0x2069), "\ufffd")  # they could close our own isolation
VISIBLE = CONTROLS | WHITE_SPACE | ISOLATES
RIGHT_TO_LEFT = frozenset(("R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "RLI", "PDF"))


def shown(text: str) -> str:
    """The text with control characters made visible and right-to-left parts isolated from what stands around them."""
    if text.isascii() and text.isprintable():
        return text
    visible = text.translate(VISIBLE)
    if any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in visible):
        return f"{ISOLATE}{visible}{POP}"
    return visible


def quoted(text: str) -> str:
    """“Yes”"""
    return f"\u201c{shown(text)}\u201d"


def shortened(text: str, length: int) -> str:
    """The text, or its beginning and an ellipsis, where only so many characters fit."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}\u2026"
