"""Addresses of a space's directory, resolved once."""

from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

EXPORTS = {"csv": "CSV", "xlsx": "Excel", "geojson": "GeoJSON", "gpkg": "GeoPackage (QGIS)"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """`card` and `structure` are completed by an identifier or a slug, and a slash."""

    list: str
    map: str
    points: str
    perimeter: str
    feed: str
    card: str
    structure: str
    exports: dict[str, str]


@lru_cache(maxsize=512)
def addresses(slug: str) -> Addresses:
    """Of the space `slug`."""

    def of(name: str, *more: object) -> str:
        return reverse(f"directory:{name}", args=[slug, *more])

    return Addresses(
        list=of("list"),
        map=of("map"),
        points=of("points"),
        perimeter=of("perimeter"),
        feed=of("feed"),
        card=of("card", 0).removesuffix("0/"),
        structure=of("structure", "x").removesuffix("x/"),
        exports={extension: of("export", extension) for extension in EXPORTS},
    )
