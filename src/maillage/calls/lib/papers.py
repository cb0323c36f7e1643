"""Words that each document starts from (`data/papers/`: a subject, a blank line, the text).

A space, then an edition, puts its own in their place: references of law stand in these words, never in the code.
Sources: loi 2000-321 art. 9-1, 10 and 10-1; décret 2001-495; loi 2021-875 art. 2; CGCT L1611-4; CRPA L112-3, R112-5
and L231-4 3°; CJA R421-1; décret 2021-1947. Read in November 2026.
"""

from dataclasses import dataclass
from pathlib import Path

from maillage.calls.enums import PaperKind

_FOLDER = Path(__file__).parents[1] / "data" / "papers"


@dataclass(frozen=True)
class ShippedWords:
    subject: str
    body: str


def _read(kind: str) -> ShippedWords:
    subject, _blank, body = (_FOLDER / f"{kind}.txt").read_text(encoding="utf-8").partition("\n\n")
    return ShippedWords(subject, body.strip())


DEFAULTS: dict[str, ShippedWords] = {kind: _read(kind) for kind in PaperKind.values}
