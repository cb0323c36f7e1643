"""Points, postal codes and INSEE codes."""

import re
from typing import NamedTuple

from maillage.core.tabular.cells.text import CellError, quoted, text
from maillage.core.tabular.cells.values import number

# West, south, east, north of the parts of France that have communes (degrees, with a margin).
_FRANCE = (
    (-5.6, 41.2, 10.0, 51.4),  # metropolitan
    (-61.95, 15.7, -60.9, 16.65),  # Guadeloupe
    (-61.4, 14.2, -60.7, 15.0),  # Martinique
    (-54.8, 2.0, -51.4, 6.0),  # Guyane
    (55.1, -21.5, 55.95, -20.75),  # La Réunion
    (44.9, -13.1, 45.4, -12.5),  # Mayotte
    (-56.6, 46.6, -56.0, 47.25),  # Saint-Pierre-et-Miquelon
    (-63.3, 17.8, -62.7, 18.2),  # Saint-Martin, Saint-Barthélemy
)
_INSEE = re.compile(r"^(\d{5}|2[AB]\d{3})$")
_NUMBERS = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_NUMBERS_DOT = re.compile(r"[+-]?\d+(?:\.\d+)?")


class Point(NamedTuple):
    """WGS84 degrees, five decimals (about a metre). `swapped` tells that both had been exchanged."""

    lon: float
    lat: float
    swapped: bool = False


def in_france(lon: float, lat: float) -> bool:
    """Roughly: inside one of the boxes around the parts of France."""
    return any(w <= lon <= e and s <= lat <= n for w, s, e, n in _FRANCE)


def point(lon: object, lat: object) -> Point | None:
    """A point from two cells; `0, 0` is "unknown".

    Exchanged cells are put right when only the exchanged point is in France.
    """
    x, y = number(lon), number(lat)
    if x is None and y is None:
        return None
    if x is None or y is None:
        raise CellError("point-incomplet", "La longitude ou la latitude manque.")
    if x == 0 and y == 0:
        return None
    swapped = not in_france(x, y) and in_france(y, x)
    if swapped:
        x, y = y, x
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise CellError(
            "point-bornes",
            f"La position {quoted(f'{text(lat)} ; {text(lon)}')} n'est pas en degrés (longitude et latitude).",
        )
    return Point(round(x, 5), round(y, 5), swapped)


def point_from_text(value: object) -> Point | None:
    """A point written in one cell: « 48.85, 2.35 » (latitude first), `POINT (2.35 48.85)`, `[…]`."""
    shown = text(value)
    if not shown:
        return None
    found = (_NUMBERS_DOT if "." in shown else _NUMBERS).findall(shown)
    if len(found) != 2:
        raise CellError("point-format", f"La position {quoted(value)} n'est pas lisible.")
    first, second = found
    longitude_first = shown.upper().startswith("POINT") or re.match(r"\W*lon", shown, re.IGNORECASE)
    return point(first, second) if longitude_first else point(second, first)


def postal_code(value: object) -> str:
    """Five digits. `29600.0` and a lost first zero are put right; « F-75011 » and « 75011 CEDEX » too."""
    shown = text(value)
    if not shown:
        return ""
    code = re.sub(r"\s*CEDEX.*$|[.,]0+$", "", shown.upper().removeprefix("F-")).replace(" ", "")
    if code.isascii() and code.isdigit() and len(code) in {4, 5}:
        return code.zfill(5)
    raise CellError("code-postal", f"Le code postal {quoted(value)} n'a pas cinq chiffres.")


def municipality_code(value: object) -> str:
    """INSEE code of a commune: five characters, Corsica with its letter."""
    shown = re.sub(r"[.,]0+$", "", text(value)).replace(" ", "").upper()
    if not shown:
        return ""
    if len(shown) == 4 and shown.isascii() and shown.isdigit():
        shown = shown.zfill(5)
    if not _INSEE.match(shown):
        raise CellError("code-insee", f"Le code INSEE {quoted(value)} n'a pas la forme attendue.")
    return shown
