"""Count a reading. Who reads is not asked, not kept, not guessed."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import Resolver404, resolve
from django.utils import timezone

from maillage.spaces.models import AudienceCount, AudienceTerm, PageKind, Space
from maillage.structures.models import Structure

BOTS = re.compile(
    r"bot|crawl|spider|slurp|archiver|monitor|preview|scan|curl|wget|python|java/|headless|lighthouse",
    re.IGNORECASE,
)
_KINDS = {
    "portal:space_home": PageKind.HOME,
    "directory:list": PageKind.DIRECTORY,
    "directory:sector": PageKind.DIRECTORY,
    "directory:municipality": PageKind.DIRECTORY,
    "directory:around": PageKind.DIRECTORY,
    "directory:map": PageKind.MAP,
    "directory:structure": PageKind.STRUCTURE,
}
CLICKS = frozenset({PageKind.WEBSITE, PageKind.PHONE, PageKind.EMAIL, PageKind.EXPORT})


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a page says of itself: its address, what was clicked (empty: it was opened), its results."""

    address: str
    click: str = ""
    is_empty: bool = False


def measure(space: Space, reading: Reading, *, now: datetime) -> bool:
    """Add one to the counters of the day; False when the address is not a page of the space."""
    try:
        parts = urlsplit(reading.address)
        found = resolve(parts.path)
    except (ValueError, Resolver404):
        return False
    if found.kwargs.get("space") != space.slug or "gestion" in parts.path.split("/")[2:3]:
        return False
    today = timezone.localdate(now)
    structure_id = _structure_id(str(found.kwargs.get("slug", "")), found.view_name)
    if reading.click:
        if reading.click not in CLICKS:
            return False
        _add(space, today, reading.click, structure_id)
        return True
    _add(space, today, _KINDS.get(found.view_name, PageKind.OTHER), structure_id)
    words = " ".join(parse_qs(parts.query).get("q", [""])[0].lower().split())[:60]
    if reading.is_empty and _KINDS.get(found.view_name) in {PageKind.DIRECTORY, PageKind.MAP}:
        _add(space, today, PageKind.EMPTY, 0)
        if words:
            _add_term(space, today, words)
    return True


def _structure_id(slug: str, view: str) -> int:
    if view != "directory:structure":
        return 0
    return Structure.objects.filter(slug=slug).values_list("pk", flat=True).first() or 0


def _add(space: Space, day: date, kind: str, structure_id: int) -> None:
    key = {"space": space, "day": day, "kind": str(kind), "structure_id": structure_id}
    if AudienceCount.objects.filter(**key).update(count=F("count") + 1):
        return
    try:
        with transaction.atomic():
            AudienceCount.objects.create(**key, count=1)
    except IntegrityError:  # another reader opened the day's counter meanwhile
        AudienceCount.objects.filter(**key).update(count=F("count") + 1)


def _add_term(space: Space, day: date, term: str) -> None:
    key = {"space": space, "day": day, "term": term}
    if AudienceTerm.objects.filter(**key).update(count=F("count") + 1):
        return
    try:
        with transaction.atomic():
            AudienceTerm.objects.create(**key, count=1)
    except IntegrityError:
        AudienceTerm.objects.filter(**key).update(count=F("count") + 1)
