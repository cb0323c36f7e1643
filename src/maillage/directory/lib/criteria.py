"""A state of the directory: what was asked, written and read back as one address."""

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, Literal, get_args
from urllib.parse import quote_plus

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Sort = Literal["pertinence", "nom", "distance", "recent"]
SORTS: tuple[Sort, ...] = get_args(Sort)
SORT_LABELS: dict[Sort, str] = {
    "pertinence": "les plus pertinentes",
    "nom": "ordre alphabétique",
    "distance": "les plus proches",
    "recent": "confirmées récemment",
}
PAGE_SIZE = 20
LONGEST_QUERY = 200
MOST_VALUES = 50
LAST_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class DirectoryFilters:
    """Values of one facet add up (OR); facets narrow one another (AND).

    `bbox` is west, south, east, north and `near` lon, lat, in WGS84 degrees. `sort` is empty for the
    natural order: relevance with words, distance with a point, else the name.
    """

    q: str = ""
    secteur: tuple[str, ...] = ()
    famille: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    commune: tuple[str, ...] = ()
    quartier: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    taille: tuple[str, ...] = ()
    bbox: Box | None = None
    near: Point | None = None
    sort: Sort | Literal[""] = ""
    page: int = 1

    def values(self, facet: str) -> tuple[str, ...]:
        values: tuple[str, ...] = getattr(self, facet)
        return values

    def with_values(self, facet: str, values: tuple[str, ...]) -> "DirectoryFilters":
        changes: dict[str, Any] = {facet: values, "page": 1}
        return replace(self, **changes)

    @classmethod
    def only(cls, facet: str, value: str) -> "DirectoryFilters":
        """One value of one facet, nothing else."""
        return cls().with_values(facet, (value,))

    def toggled(self, facet: str, value: str) -> "DirectoryFilters":
        """The same state with one value of a facet added, or taken away; back to the first page."""
        values = self.values(facet)
        if value in values:
            return self.with_values(facet, tuple(kept for kept in values if kept != value))
        return self.with_values(facet, (*values, value))

    @property
    def order(self) -> Sort:
        """The sort really applied: one that needs what is not there falls back."""
        if self.sort == "distance" and self.near is None:
            return "nom"
        if self.sort == "pertinence" and not self.q:
            return "nom"
        if self.sort:
            return self.sort
        if self.near is not None:
            return "distance"
        return "pertinence" if self.q else "nom"

    def is_unfiltered(self) -> bool:
        """Every structure of the space is shown, whatever the order and the page."""
        return replace(self, near=None, sort="", page=1) == DirectoryFilters()

    def querystring(self, *, page: bool = True) -> str:
        """Canonical: fixed order of parameters, no empty one; `page` only past the first."""
        pairs = [_pair("q", self.q)] if self.q else []
        for facet in FACETS:
            values: tuple[str, ...] = getattr(self, facet)
            pairs += [_pair(facet, value) for value in sorted(values)]
        if self.bbox:
            pairs.append("bbox=" + ",".join(f"{side:.6g}" for side in self.bbox))
        if self.near:
            pairs.append("pres=" + ",".join(f"{side:.7g}" for side in self.near))
        if self.sort:
            pairs.append(f"tri={self.sort}")
        if page and self.page > 1:
            pairs.append(f"page={self.page}")
        return "&".join(pairs)


@lru_cache(maxsize=4096)
def _pair(name: str, value: str) -> str:
    return f"{name}={quote_plus(value, safe=',')}"


FACETS: tuple[str, ...] = tuple(
    field.name for field in fields(DirectoryFilters) if field.type == tuple[str, ...]
)
FACET_TITLES = {
    "secteur": "Secteur",
    "commune": "Commune",
    "quartier": "Quartier",
    "famille": "Famille",
    "label": "Agrément ou label",
    "public": "Public",
    "taille": "Taille",
}
