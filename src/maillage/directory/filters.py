"""Read a request's parameters as a state of the directory. Nothing a visitor types is an error."""

import math
from typing import Literal, NamedTuple

from django.http import QueryDict

from maillage.directory.lib.criteria import (
    FACETS,
    LAST_PAGE,
    LONGEST_QUERY,
    MOST_VALUES,
    SORTS,
    Box,
    DirectoryFilters,
    Point,
    Sort,
)
from maillage.directory.lib.points import DEEPEST, View

_LONGEST_VALUE = 80


class Parsed(NamedTuple):
    """`messages` says in French what was left out, one sentence each."""

    filters: DirectoryFilters
    messages: list[str]


def parse(query: QueryDict) -> Parsed:
    messages: list[str] = []
    facets = {facet: _values(query.getlist(facet)) for facet in FACETS}
    filters = DirectoryFilters(
        q=_words(query.get("q", ""), messages),
        **facets,
        bbox=_box(query.get("bbox", ""), messages),
        near=_point(query.get("pres", ""), messages),
        sort=_sort(query.get("tri", ""), messages),
        page=_page(query.get("page", ""), messages),
    )
    return Parsed(filters, messages)


def parse_view(query: QueryDict) -> View | None:
    """What the map shows; None when it does not say, or says it wrong."""
    box = _box(query.get("vue", ""), [])
    zoom = query.get("zoom", "")
    if box is None or not (zoom.isascii() and zoom.isdecimal() and len(zoom) <= 2):
        return None
    return View(box, min(int(zoom), DEEPEST))


def _words(raw: str, messages: list[str]) -> str:
    text = " ".join("".join(char if char.isprintable() else " " for char in raw).split())
    if len(text) > LONGEST_QUERY:
        messages.append(
            f"Votre recherche est longue : ses {LONGEST_QUERY} premiers caractères sont lus."
        )
    return text[:LONGEST_QUERY].strip()


def _values(raw: list[str]) -> tuple[str, ...]:
    values = (value.strip()[:_LONGEST_VALUE] for value in raw)
    return tuple(dict.fromkeys(value for value in values if value))[:MOST_VALUES]


def _numbers(raw: str, count: int) -> list[float] | None:
    parts = raw.split(",")
    if len(parts) != count or len(raw) > 120:
        return None
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    return numbers if all(math.isfinite(number) for number in numbers) else None


def _box(raw: str, messages: list[str]) -> Box | None:
    if not raw:
        return None
    numbers = _numbers(raw, 4)
    if numbers:
        west, south, east, north = numbers
        west, east = max(west, -180.0), min(east, 180.0)
        south, north = max(south, -90.0), min(north, 90.0)
        if west < east and south < north:
            return west, south, east, north
    messages.append("La zone de carte demandée n'est pas lisible : elle est ignorée.")
    return None


def _point(raw: str, messages: list[str]) -> Point | None:
    if not raw:
        return None
    numbers = _numbers(raw, 2)
    if numbers and -180 <= numbers[0] <= 180 and -90 <= numbers[1] <= 90:
        return numbers[0], numbers[1]
    messages.append("Le point de départ demandé n'est pas lisible : il est ignoré.")
    return None


def _sort(raw: str, messages: list[str]) -> Sort | Literal[""]:
    for sort in SORTS:
        if raw == sort:
            return sort
    if raw:
        messages.append("Ce tri n'existe pas : l'ordre habituel est gardé.")
    return ""


def _page(raw: str, messages: list[str]) -> int:
    if not raw:
        return 1
    # isdecimal() accepts the digits of every script, and int() reads them; a longer text is no page.
    if len(raw) > 9 or not raw.isdecimal() or int(raw) < 1:
        messages.append("Ce numéro de page n'est pas lisible : voici la première page.")
        return 1
    return min(int(raw), LAST_PAGE)
