"""Pages that search engines may know: those of public spaces that hold real structures."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from maillage.directory.queries.landing import landing_urls
from maillage.spaces.models import Space
from maillage.structures.models import Structure


class SitemapEntry(NamedTuple):
    path: str
    changed: datetime | None


def indexed_spaces() -> QuerySet[Space]:
    """Public spaces that are no demonstration: an invented structure must not be found elsewhere."""
    return Space.objects.filter(is_public=True, is_demo=False).order_by("slug")


def entries(space: Space, *, now: datetime) -> list[SitemapEntry]:
    """List, landing pages, then every structure by identifier."""
    pages = [
        reverse("directory:list", args=[space.slug]),
        reverse("directory:map", args=[space.slug]),
    ]
    base = pages[0].removesuffix("annuaire/")
    structures = (
        Structure.objects.published()
        .in_space(space)
        .filter(is_demo=False)
        .order_by("id")
        .values_list("slug", "updated_at")
    )
    return [
        *(SitemapEntry(path, None) for path in [*pages, *landing_urls(space, now=now)]),
        *(SitemapEntry(f"{base}structures/{slug}/", changed) for slug, changed in structures),
    ]
