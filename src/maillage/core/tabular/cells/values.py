"""Dates, amounts, numbers, yes and no."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

from maillage.core.tabular.cells.text import CellError, quoted, text

_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_FRENCH = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: .*)?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_YEAR = re.compile(r"^(\d{4})$")
_WORDS = re.compile(r"^(\d{1,2})(?:er)? ([a-zûéè]+)\.? (\d{4})$")
_NOT_A_DATE = frozenset({"0001-01-01", "01/01/0001", "0000-00-00", "00/00/0000"})
_MONEY = re.compile(r"^[+-]?\d+(\.\d+)?$")
_YES = frozenset({"oui", "o", "vrai", "true", "t", "yes", "y", "1", "x", "✓", "✔"})
_NO = frozenset({"non", "n", "faux", "false", "f", "no", "0"})


def _month(word: str) -> int:
    plain = word.replace("é", "e").replace("è", "e").replace("û", "u")
    found = [n for n, name in enumerate(_MONTHS, 1) if len(plain) >= 3 and name.startswith(plain)]
    return found[0] if len(found) == 1 else 0


def _parts(shown: str) -> tuple[int, int, int] | None:
    if match := _ISO.match(shown) or _COMPACT.match(shown):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _FRENCH.match(shown):
        return int(match[3]), int(match[2]), int(match[1])
    if match := _YEAR.match(shown):
        return int(match[1]), 1, 1
    if match := _WORDS.match(shown.casefold()):
        return int(match[3]), _month(match[2]), int(match[1])
    return None


def date(value: object, *, today: dt.date | None = None) -> dt.date | None:
    """A day: ISO, dd/mm/yyyy, yyyymmdd, « 3 mars 2020 »; a year alone is its 1 January.

    `0001-01-01` is the register's way to say "unknown". Years before 1800 or more than five years
    ahead of `today` are refused.
    """
    if isinstance(value, dt.datetime):
        value = value.date()
    shown = text(value)
    if not shown or shown[:10] in _NOT_A_DATE:
        return None
    parts = _parts(shown.removesuffix(".0"))
    if parts is None:
        raise CellError("date-format", f"La date {quoted(value)} n'est pas lisible.")
    try:
        day = dt.date(*parts)
    except ValueError:
        raise CellError("date-format", f"La date {quoted(value)} n'existe pas.") from None
    last = (today or dt.datetime.now(tz=dt.UTC).date()).year + 5
    if not 1800 <= day.year <= last:
        raise CellError(
            "date-bornes", f"La date {quoted(value)} n'est pas vraisemblable (de 1800 à {last})."
        )
    return day


def _plain_number(value: object) -> str:
    shown = text(value).replace(" ", "").replace("'", "").replace("’", "")
    if shown.count(",") and shown.count("."):
        thousands = "," if shown.rindex(".") > shown.rindex(",") else "."
        shown = shown.replace(thousands, "")
    elif shown.count(",") > 1 or shown.count(".") > 1:
        shown = shown.replace(",", "").replace(".", "")
    return shown.replace(",", ".")


def amount(value: object) -> Decimal | None:
    """Euros: `25 000,00`, `8048.0`, `1.234,56 €`. The last of two signs is the decimal one."""
    shown = text(value)
    if not shown:
        return None
    bare = re.sub(r"(€|euros?|eur)$", "", shown, flags=re.IGNORECASE)
    plain = _plain_number(bare)
    if not _MONEY.match(plain) or len(plain) > 20:
        raise CellError("montant-format", f"Le montant {quoted(value)} n'est pas lisible.")
    try:
        return Decimal(plain)
    except InvalidOperation:  # pragma: no cover  (the pattern above leaves nothing else)
        raise CellError(
            "montant-format", f"Le montant {quoted(value)} n'est pas lisible."
        ) from None


def number(value: object) -> float | None:
    """A number with a decimal comma or point; no exponent, no infinity."""
    plain = _plain_number(value)
    if not plain:
        return None
    if not _MONEY.match(plain) or len(plain) > 40:
        raise CellError("nombre-format", f"{quoted(value)} n'est pas un nombre.")
    return float(plain)


def boolean(value: object) -> bool | None:
    """Yes or no, as forms and registers write it (`oui`, `O`, `x`, `1`, `vrai`…)."""
    shown = text(value).casefold()
    if not shown:
        return None
    if shown in _YES:
        return True
    if shown in _NO:
        return False
    raise CellError("oui-non", f"{quoted(value)} ne se lit ni comme « oui » ni comme « non ».")
