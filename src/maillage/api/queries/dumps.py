"""The nightly exports that may be given: those made since the last withdrawal."""

from datetime import datetime
from typing import Any

from django.db.models import Max, Q, TextField
from django.db.models.functions import Cast

from maillage.api.lib import shelf
from maillage.core.models import JournalEntry
from maillage.moderation.models import Restriction
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import ContactVisibility, Disclosure
from maillage.structures.models import Establishment, Suppression
from maillage.structures.models.structure import VISIBILITIES

_STRUCTURE = "structures.structure"


def withdrawn_at(space: Space) -> datetime | None:
    """When something of this directory was last taken out of sight: files made before still hold it."""
    suppressed = Suppression.objects.filter(
        structure__establishments__municipality_code__in=perimeter_codes(space)
    ).aggregate(last=Max("at"))["last"]
    # Whichever space took it out of sight: the page is the same in all.
    restricted = Restriction.objects.filter(
        Q(space=space) | Q(structure__establishments__municipality_code__in=perimeter_codes(space))
    ).aggregate(last=Max("at"))["last"]
    return max((one for one in (suppressed, restricted) if one), default=None)


def hidden_at(space: Space, after: datetime) -> datetime | None:
    """When a contact or an address of this directory was last kept back from the public, among acts done `after`.

    By its people, by an agent or by a register. Each line of the journal that tells such a change is read: ask it
    once a night, since the night before.
    """
    told = JournalEntry.objects.filter(subject_type=_STRUCTURE, at__gt=after)
    told = told.annotate(text=Cast("changes", TextField())).filter(
        Q(text__contains="_visibility")
        | Q(text__contains="address_is_public")
        | Q(text__contains="disclosure")
    )
    found: dict[str, datetime] = {}
    rows = told.order_by("pk").values_list("subject_id", "at", "changes")
    for structure, at, changes in rows.iterator(chunk_size=2000):
        if any(_hides(name, pair) for name, pair in changes.items()):
            found[structure] = max(at, found.get(structure, at))
    ids = [int(one) for one in found if one.isdecimal()]
    here: set[int] = set()
    for start in range(0, len(ids), 500):
        places = Establishment.objects.filter(
            structure_id__in=ids[start : start + 500],
            municipality_code__in=perimeter_codes(space),
        )
        here.update(places.values_list("structure_id", flat=True))
    return max(
        (at for one, at in found.items() if one.isdecimal() and int(one) in here), default=None
    )


def _hides(name: str, pair: Any) -> bool:
    after = pair[1] if isinstance(pair, list) and len(pair) == 2 else None
    if name in VISIBILITIES:
        return after != ContactVisibility.PUBLIC
    field = name.rpartition(" ")[2]
    return (field == "address_is_public" and after in {False, "False"}) or (
        field == "disclosure" and after == Disclosure.PARTIAL
    )


def dumps(space: Space) -> list[shelf.Dump]:
    """The newest first."""
    since = withdrawn_at(space)
    return [one for one in shelf.dumps_of(space.pk) if since is None or one.made_at >= since]
