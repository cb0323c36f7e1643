"""Structures that entered the directory last."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from maillage.directory.lib import bits
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.queries.matching import matching
from maillage.spaces.models import Space
from maillage.structures.models import Structure

MOST = 50


@dataclass(frozen=True, slots=True)
class Newest:
    space: Space
    structures: list[Structure]
    list_url: str
    feed_url: str


def newest(space: Space, filters: DirectoryFilters, *, now: datetime) -> Newest:
    """The latest 50 that `matching` finds, latest first."""
    filters = replace(filters, sort="", near=None, page=1)
    selection = matching(space, filters, now=now).selection
    snapshot = selection.snapshot
    shown = bits.to_mask(selection.members, len(snapshot))
    latest = snapshot.newest[shown[snapshot.newest]][:MOST]
    ids = [int(snapshot.ids[at]) for at in latest]
    found = Structure.objects.published().in_bulk(ids)
    querystring = selection.filters.querystring()
    urls = (reverse(f"directory:{name}", args=[space.slug]) for name in ("list", "feed"))
    list_url, feed_url = (f"{url}?{querystring}" if querystring else url for url in urls)
    return Newest(space, [found[pk] for pk in ids if pk in found], list_url, feed_url)
