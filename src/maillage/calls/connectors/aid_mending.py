"""Rows of SCDL files that a decimal comma, or commas of a sentence, spread over too many cells."""

import re
import unicodedata
from itertools import pairwise

_WHOLE = re.compile(r"\d{1,3}(?:[\s\u00a0\u202f]?\d{3})*")
_CENTS = re.compile(r"\d{2}")
_NATURE = re.compile(r"aide en (num[ée]raire|nature)", re.IGNORECASE)
_ORDER = ("objet", "montant", "nature", "conditionsversement")


def plain_name(header: str) -> str:
    """A header without accents, blanks, signs or capitals."""
    spread = unicodedata.normalize("NFKD", header).casefold()
    return "".join(sign for sign in spread if sign.isascii() and sign.isalnum())


class Mender:
    """Puts cells back in their columns; `count` is how many rows it mended.

    The nature of the aid (a closed list of SCDL) shows where the amount ends; columns before the purpose are counted
    from the left, those after the conditions from the right.
    """

    def __init__(self) -> None:
        self.count = 0

    def mend(self, names: list[str], row: list[str]) -> list[str] | None:
        plain, row = [plain_name(name) for name in names], [_read_again(cell) for cell in row]
        if any(name not in plain for name in _ORDER):
            return None
        start, amount, nature, conditions = (plain.index(name) for name in _ORDER)
        if not all(
            after == before + 1 for before, after in pairwise([start, amount, nature, conditions])
        ):
            return None
        tail = len(names) - conditions - 1
        end = len(row) - tail
        found = [at for at in range(amount, end) if _NATURE.match(row[at].strip())]
        if len(found) != 1 or found[0] >= end:
            return None
        at = found[0]
        has_cents = _CENTS.fullmatch(row[at - 1].strip()) and _WHOLE.fullmatch(row[at - 2].strip())
        first = at - 2 if has_cents else at - 1
        if first <= start:
            return None
        mended = [
            *row[:start],
            ",".join(row[start:first]),
            ",".join(row[first:at]),
            row[at],
            ",".join(row[at + 1 : end]),
            *row[end:],
        ]
        if len(mended) != len(names):
            return None
        self.count += 1
        return mended


def _read_again(cell: str) -> str:
    """A cell in UTF-8 within a file that is otherwise in the alphabet of an older system."""
    if "Ã" not in cell and "Â" not in cell:
        return cell
    try:
        return cell.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return cell
