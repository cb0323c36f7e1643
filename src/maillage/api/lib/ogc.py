"""OGC API - Features, part 1 (OGC 17-069r4): the words of the standard, and its parameters read strictly.

Where the standard asks for it, a wrong parameter is a 400, an unknown one too (§7.15.8).
"""

import math
import re
from dataclasses import dataclass
from typing import Any

from maillage.api.lib.problems import Problem

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
# Only what is true. The API's own description is OpenAPI 3.1, and the class oas30 asks for 3.0: it is not declared.
CONFORMANCE = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}"
    for name in ("core", "geojson", "html")
]
FACETS = ("secteur", "famille", "label", "commune", "quartier", "public", "taille")
DEFAULT_LIMIT, MOST = 100, 1000
_FARTHEST = 10_000_000
Box = tuple[float, float, float, float]
# RFC 3339 moments, dates, and intervals open or not (§7.15.4).
_MOMENT = r"\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))?"
_DATETIME = re.compile(rf"(?:{_MOMENT}|(?:{_MOMENT}|\.\.)?/(?:{_MOMENT}|\.\.)?)")


@dataclass(frozen=True, slots=True)
class Asked:
    """`box` is west, south, east, north; west is above east when it crosses the antimeridian."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    box: Box | None = None


def read(query: Any, *, also: tuple[str, ...] = ()) -> Asked:
    """Parameters of the items of a collection, from a `QueryDict`. Raises a 400."""
    _only(query, {"f", "limit", "offset", "bbox", "datetime", *also})
    when = query.get("datetime", "")
    if when and (len(when) > 80 or not _DATETIME.fullmatch(when)):
        _refuse("datetime", "Une date ou un intervalle RFC 3339 est attendu.")
    return Asked(
        # §7.15.2: more than the maximum is no error, the maximum is given.
        limit=min(_whole(query.get("limit") or str(DEFAULT_LIMIT), "limit", low=1), MOST),
        offset=_whole(query.get("offset") or "0", "offset", low=0),
        box=_box(query.get("bbox", "")),
    )


def only_format(query: Any) -> None:
    """Pages that take no other parameter than `f`."""
    _only(query, {"f"})


def _only(query: Any, known: set[str]) -> None:
    if unknown := sorted(set(query) - known):
        raise Problem(
            400, errors=[{"field": n[:40], "message": "Paramètre inconnu."} for n in unknown[:5]]
        )


def wants_html(query: Any) -> bool:
    asked = query.get("f") or "json"
    if asked not in {"json", "geojson", "html"}:
        _refuse("f", "Choisissez json ou html.")
    return bool(asked == "html")


def link(href: str, rel: str, title: str, media_type: str = "application/json") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media_type, "title": title}


def _refuse(field: str, message: str) -> None:
    raise Problem(400, message, errors=[{"field": field, "message": message}])


def _whole(raw: str, field: str, *, low: int) -> int:
    if not (raw.isascii() and raw.isdigit() and len(raw) < 20) or int(raw) < low:
        _refuse(field, f"Un nombre entier, {low} ou plus, est attendu.")
    return min(int(raw), _FARTHEST)


def _box(raw: str) -> Box | None:
    if not raw:
        return None
    parts = raw.split(",") if len(raw) <= 200 else []
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if len(numbers) == 6:  # heights are allowed, and nothing here has one
        numbers = [*numbers[:2], *numbers[3:5]]
    good = len(numbers) == 4 and all(math.isfinite(one) for one in numbers)
    if not good or numbers[1] > numbers[3]:
        _refuse("bbox", "Quatre nombres sont attendus : ouest, sud, est, nord, en degrés.")
    west, south, east, north = numbers
    return west, south, east, north
