"""What the home of the installation and the home of a space show."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import nlargest

from django.db.models import Count, Q, QuerySet

from maillage.core.search.analysis import fold
from maillage.directory.lib.snapshot import Snapshot
from maillage.directory.queries.memory import current
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import EssStatus, State
from maillage.structures.models import Establishment, Label, Structure
from maillage.territories.queries import names_by_code

_LABELS_READ = 200
_PUBLISHED = Q(
    state=State.ACTIVE,
    structure__state=State.ACTIVE,
    structure__merged_into__isnull=True,
) & ~Q(structure__ess_status=EssStatus.EXCLUDED)


@dataclass(frozen=True, slots=True)
class Figures:
    """The three honest counts of a space. `communes` is the size of its perimeter."""

    structures: int
    establishments: int
    employers: int
    communes: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A value of a facet and how many published structures it has."""

    code: str
    label: str
    count: int
    hue: str = ""
    icon: str = ""


def _published_establishments(space: Space) -> QuerySet[Establishment]:
    codes = space.perimeter.filter(until__isnull=True).values("municipality_code")
    return Establishment.objects.filter(_PUBLISHED, municipality_code__in=codes)


def public_spaces(*, now: datetime) -> list[Space]:
    """Spaces open to the public, each with `structure_count` and `commune_count`."""
    spaces = list(Space.objects.filter(is_public=True).order_by("name"))
    for space in spaces:
        snapshot = current(space, now)
        space.structure_count = len(snapshot)  # type: ignore[attr-defined]
        space.commune_count = len(perimeter_codes(space))  # type: ignore[attr-defined]
    return spaces


def figures(space: Space, snapshot: Snapshot | None = None) -> Figures:
    """Counted once for each snapshot of a large space: it takes seconds there."""
    if snapshot is None or not snapshot.is_large:
        return _count(space)
    known: Figures | None = snapshot.feed("figures")
    if known is None:
        known = _count(space)
        snapshot.keep_feed("figures", known)
    return known


def _count(space: Space) -> Figures:
    counts = _published_establishments(space).aggregate(
        structures=Count("structure", distinct=True),
        establishments=Count("pk"),
        employers=Count("structure", distinct=True, filter=Q(structure__is_employer=True)),
    )
    return Figures(**counts, communes=len(perimeter_codes(space)))


def sector_counts(snapshot: Snapshot) -> list[Counted]:
    """Main sectors in use, their sub-sectors included, as the directory counts them."""
    facet = snapshot.facets["secteur"]
    return [
        Counted(code, choice.label, choice.bits.bit_count(), choice.hue, choice.icon)
        for code, choice in facet.items()
        if choice.bits and not choice.parent
    ]


def commune_counts(space: Space, snapshot: Snapshot, most: int | None = None) -> list[Counted]:
    """Communes of the perimeter by name, the empty ones too, as the directory counts them.

    With `most`, only as many: the most numerous.
    """
    facet, names = snapshot.facets["commune"], names_by_code()
    communes = [
        Counted(code, names.get(code, code), facet[code].bits.bit_count() if code in facet else 0)
        for code in perimeter_codes(space)
    ]
    if most is not None and len(communes) > most:
        communes = nlargest(most, communes, key=lambda one: (one.count, one.code))
    return sorted(communes, key=lambda one: (fold(one.label), one.code))


def newest(snapshot: Snapshot, limit: int = 6) -> list[Structure]:
    ids = [int(snapshot.ids[at]) for at in snapshot.newest[:limit]]
    found = Structure.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def newly_labelled(
    space: Space, today: date, limit: int = 6, snapshot: Snapshot | None = None
) -> list[Label]:
    """Labels that began within a year and still run, newest first."""
    labels = (
        Label.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=today),
            valid_from__gte=today - timedelta(days=365),
            valid_from__lte=today,
        )
        .select_related("structure", "term")
        .order_by("-valid_from", "-pk")
    )
    if snapshot is not None and snapshot.is_large:
        # Most are of here: the first ones are read rather than all structures of the space.
        latest = labels[:_LABELS_READ]
        return [one for one in latest if snapshot.position(one.structure_id) is not None][:limit]
    ids = _published_establishments(space).values("structure_id")
    return list(labels.filter(structure_id__in=ids)[:limit])
