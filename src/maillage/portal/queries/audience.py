"""Readings of a space's pages: sums by month, by page, and what was looked for in vain."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet, Sum

from maillage.spaces.models import AudienceCount, AudienceTerm, PageKind, Space
from maillage.structures.models import Structure

SHOWN_FROM = 3  # searches a day: under that, words could tell who typed them
_READ = (PageKind.HOME, PageKind.DIRECTORY, PageKind.MAP, PageKind.STRUCTURE, PageKind.OTHER)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day of the chart; `height` is out of 100."""

    day: date
    count: int
    height: int

    @property
    def tall(self) -> int:
        """A day with readings is never an invisible bar."""
        return max(self.height, 1) if self.count else 0

    @property
    def top(self) -> int:
        return 101 - self.tall


def days_of(space: Space, since: date, until: date) -> list[Bar]:
    """Pages read each day, silent days at zero."""
    rows = _between(space, since, until).filter(kind__in=_READ)
    sums = dict(rows.values("day").annotate(n=Sum("count")).values_list("day", "n"))
    top = max(sums.values(), default=0) or 1
    days = [since + timedelta(days=step) for step in range((until - since).days + 1)]
    return [
        Bar(day=day, count=sums.get(day, 0), height=round(100 * sums.get(day, 0) / top))
        for day in days
    ]


def kinds_of(space: Space, since: date, until: date) -> list[tuple[str, int]]:
    """Every kind with its sum, in the order of `PageKind`."""
    sums = dict(
        _between(space, since, until)
        .values("kind")
        .annotate(n=Sum("count"))
        .values_list("kind", "n")
    )
    return [(str(kind.label), sums.get(kind.value, 0)) for kind in PageKind]


def pages_of(space: Space, since: date, until: date) -> list[tuple[Structure, int]]:
    """The twenty structures most read."""
    rows = _between(space, since, until).filter(kind=PageKind.STRUCTURE, structure_id__gt=0)
    sums = dict(
        rows.values("structure_id")
        .annotate(n=Sum("count"))
        .order_by("-n", "structure_id")
        .values_list("structure_id", "n")[:20]
    )
    known = Structure.objects.in_bulk(sums)
    return [(known[key], count) for key, count in sums.items() if key in known]


def terms_of(space: Space, since: date, until: date) -> list[tuple[str, int]]:
    """Words looked for in vain at least three times a day, the most frequent first."""
    rows = AudienceTerm.objects.filter(
        space=space, day__gte=since, day__lte=until, count__gte=SHOWN_FROM
    )
    sums = rows.values("term").annotate(n=Sum("count")).order_by("-n", "term")
    return list(sums.values_list("term", "n")[:50])


def readings_of(structure_id: int, since: date, until: date) -> dict[str, int]:
    """For the members of a structure: how often its page was read and its links followed, by `PageKind`."""
    rows = AudienceCount.objects.filter(structure_id=structure_id, day__gte=since, day__lte=until)
    return dict(rows.values("kind").annotate(n=Sum("count")).values_list("kind", "n"))


def table_of(space: Space, since: date, until: date) -> list[dict[str, object]]:
    rows = _between(space, since, until).values("day", "kind").annotate(n=Sum("count"))
    labels = {kind.value: str(kind.label) for kind in PageKind}
    return [
        {"jour": day, "page": labels[kind], "nombre": n}
        for day, kind, n in rows.order_by("day", "kind").values_list("day", "kind", "n")
    ]


def _between(space: Space, since: date, until: date) -> QuerySet[AudienceCount]:
    return AudienceCount.objects.filter(space=space, day__gte=since, day__lte=until).order_by()
