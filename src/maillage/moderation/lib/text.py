"""What people type, made safe to keep: bounded, without control characters or text turned around."""

import re
import unicodedata

# Marks and overrides of writing direction: a name typed with them reads otherwise than it is stored.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLANKS = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")


def one_line(text: object) -> str:
    """Single spaces, no control character."""
    return " ".join(_clean(text).split())


def paragraphs(text: object) -> str:
    """Lines kept, at most one empty line between two."""
    lines = _BLANKS.sub(" ", _clean(text).replace("\r\n", "\n").replace("\r", "\n"))
    return _GAPS.sub("\n\n", "\n".join(line.strip() for line in lines.split("\n"))).strip()


def _clean(text: object) -> str:
    kept = _DIRECTION.sub("", str(text or ""))
    return "".join(
        char
        for char in unicodedata.normalize("NFC", kept)
        if char in "\n\r\t" or unicodedata.category(char) not in {"Cc", "Cs"}
    )
