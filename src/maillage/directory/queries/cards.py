"""Structures as a list shows them."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from maillage.directory.lib.pages import Card
from maillage.directory.lib.snapshot import Snapshot
from maillage.directory.lib.sources import origin_of
from maillage.spaces.models import Space
from maillage.structures.enums import Family, SizeBand
from maillage.structures.models import Structure

_SUMMARY = 180
_FAMILIES = {value: str(label) for value, label in Family.choices}
_BANDS = {value: str(label) for value, label in SizeBand.choices}
_FIELDS = (
    "id", "slug", "name", "acronym", "description", "size_band", "confirmed_at", "provenance", "is_demo"
)  # fmt: skip


def cards(
    space: Space, snapshot: Snapshot, positions: Sequence[int], distances: Any = None
) -> list[Card]:
    """Cards of these positions, in their order: one query."""
    ids = [int(snapshot.ids[at]) for at in positions]
    rows = {row["id"]: row for row in Structure.objects.filter(id__in=ids).values(*_FIELDS)}
    base = reverse("directory:structure", args=[space.slug, "slug"]).removesuffix("slug/")
    return [
        _card(base, snapshot, at, rows[structure_id], distances)
        for at, structure_id in zip(positions, ids, strict=True)
        if structure_id in rows
    ]


def _card(base: str, snapshot: Snapshot, at: int, row: dict[str, Any], distances: Any) -> Card:
    rank = int(snapshot.main_sector[at])
    sector_code = snapshot.sectors[rank] if rank >= 0 else ""
    sector = snapshot.facets["secteur"].get(sector_code)
    place = snapshot.main_place(at)
    communes = snapshot.facets["commune"]
    source_label, source_date = origin_of(row["provenance"], "name")
    metres = None if distances is None or distances[at] == float("inf") else round(distances[at])
    return Card(
        id=row["id"],
        slug=row["slug"],
        url=f"{base}{row['slug']}/",
        name=row["name"],
        acronym=row["acronym"],
        summary=summary(row["description"]),
        sector_code=sector_code,
        sector_label=sector.label if sector else "",
        hue=sector.hue if sector else "",
        icon=sector.icon if sector else "",
        municipality_names=[communes[code].label for code in snapshot.communes[at]],
        family_label=_FAMILIES.get(snapshot.families[at], ""),
        labels=snapshot.labels.get(at, []),
        size_label=_BANDS.get(row["size_band"], ""),
        confirmed_at=row["confirmed_at"],
        source_label=source_label,
        source_date=source_date,
        is_demo=row["is_demo"],
        lon=place[0] if place else None,
        lat=place[1] if place else None,
        approximate=bool(place and place[2]),
        distance_m=metres,
    )


def summary(text: str, longest: int = _SUMMARY) -> str:
    """First sentence or so of `text`, cut between two words."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
