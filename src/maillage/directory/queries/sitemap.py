"""Pages that search engines may know: those of public spaces that hold real structures."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from maillage.directory.queries.landing import landing_urls
from maillage.directory.queries.memory import current
from maillage.spaces.models import Space
from maillage.structures.models import Structure

# sitemaps.org allows 50 000 addresses and 50 MB a file.
PAGE_SIZE = 10_000


class SitemapEntry(NamedTuple):
    path: str
    changed: datetime | None


def indexed_spaces() -> QuerySet[Space]:
    """Public spaces that are no demonstration: an invented structure must not be found elsewhere."""
    return Space.objects.filter(is_public=True, is_demo=False).order_by("slug")


def pages(space: Space, *, now: datetime) -> int:
    """Number of files of this space's map: the pages that list, then structures by identifier."""
    return -(-(len(_listed(space, now)) + len(current(space, now))) // PAGE_SIZE)


def entries(space: Space, number: int, *, now: datetime) -> list[SitemapEntry]:
    """What the file of this number holds, from 1. Only its own structures are read."""
    listed, start = _listed(space, now), (number - 1) * PAGE_SIZE
    shown = listed[start : start + PAGE_SIZE]
    first = max(0, start - len(listed))
    ids = current(space, now).ids_from(first, PAGE_SIZE - len(shown))
    base = reverse("directory:list", args=[space.slug]).removesuffix("annuaire/")
    structures = Structure.objects.published().filter(pk__in=ids, is_demo=False).order_by("id")
    return [
        *(SitemapEntry(path, None) for path in shown),
        *(
            SitemapEntry(f"{base}structures/{slug}/", changed)
            for slug, changed in structures.values_list("slug", "updated_at")
        ),
    ]


def _listed(space: Space, now: datetime) -> list[str]:
    faces = [reverse(f"directory:{name}", args=[space.slug]) for name in ("list", "map")]
    return [*faces, *landing_urls(space, now=now)]
