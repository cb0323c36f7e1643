"""What a font can draw. PDF/UA-1 refuses a sign without a drawing, and so does the engine.

A name may hold any sign of Unicode. Those that print nothing (controls, directions, joiners) are dropped, those that
only please (emoji, other pictures) too; a letter that no font of ours holds becomes a box. Each sign is tried once by a
process, with the engine itself, so that the answer is always right.
"""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from maillage.core.pdf.engine import EngineError, draw

BOX = "\N{WHITE SQUARE}"
_EPOCH = datetime.fromtimestamp(0, UTC)
_TRIAL = b'#set document(title: "x")\n#set text(lang: "fr")\n#json("/data.json")'
_MOST_KNOWN = 20_000
# French and its typography: held by our fonts and by the engine's.
_SURE = frozenset(
    chr(code)
    for code in (*range(0x20, 0x7F), *range(0xA0, 0x17F), *map(ord, "‐‑–—‘’“”„•…‹›€œŒŸ−×≤≥→\u202f"))
) - {"\xad"}
_known: dict[str, bool] = {}


def printable(data: Any) -> Any:
    """The same JSON, keys kept, with what can be drawn. Raises TypeError for what is no JSON."""
    unsure = {sign for text in _texts(data) for sign in text if sign not in _SURE} - _known.keys()
    _learn(sorted(unsure))
    return _mapped(data, lambda sign: _known.get(sign, False))


def plain(data: Any) -> Any:
    """The same with French letters and signs only."""
    return _mapped(data, set().__contains__)


def is_about_a_sign(message: str) -> bool:
    return "could not be displayed" in message


def _learn(signs: Sequence[str]) -> None:
    if len(_known) + len(signs) > _MOST_KNOWN:
        _known.clear()
    prints = [sign for sign in signs if unicodedata.category(sign)[0] not in "CM" or _is_mark(sign)]
    if len(prints) > 1 and _can_draw(" ".join(prints)):
        _known.update(dict.fromkeys(prints, True))
        return
    for sign in prints:
        _known[sign] = _can_draw(sign)


def _is_mark(sign: str) -> bool:
    """An accent that could not be joined to its letter. Variation selectors are marks too, and draw nothing."""
    return unicodedata.category(sign)[0] == "M" and not unicodedata.name(sign, "").startswith("VAR")


def _can_draw(text: str) -> bool:
    try:
        draw({"main.typ": _TRIAL, "data.json": json.dumps(text).encode()}, "pdf", _EPOCH)
    except EngineError:
        return False
    return True


def _texts(data: Any) -> list[str]:
    found: list[str] = []
    _mapped(data, set().__contains__, found)
    return found


def _mapped(data: Any, drawn: Callable[[str], bool], seen: list[str] | None = None) -> Any:
    if isinstance(data, str):
        text = unicodedata.normalize("NFC", data)
        if seen is not None:
            seen.append(text)
        return "".join(_kept(sign, drawn) for sign in text)
    if isinstance(data, Mapping):
        return {str(key): _mapped(value, drawn, seen) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_mapped(value, drawn, seen) for value in data]
    if data is None or isinstance(data, bool | int | float):
        return data
    raise TypeError(f"{type(data).__name__} is no JSON")


def _kept(sign: str, drawn: Callable[[str], bool]) -> str:
    if sign == "\u202f":
        return "\xa0"  # our fonts draw the narrow one so thin that thousands touch
    if sign in _SURE or sign == "\n":
        return sign
    if sign in "\t\r\v\f\u2028\u2029":
        return " "
    kind = unicodedata.category(sign)
    if kind[0] == "C" or (kind == "Mn" and not _is_mark(sign)):
        return ""
    if drawn(sign):
        return sign
    return BOX if kind[0] in "LN" else ""
