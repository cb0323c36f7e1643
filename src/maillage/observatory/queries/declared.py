"""The declared layer beside the others: how many people say that something is missing, and the latest words.

Nothing here reads a measure, and no measure reads this: the layers are shown side by side.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from maillage.observatory.enums import DeclaredState, FileStatus
from maillage.observatory.models import DeclaredNeed, WorkingFile
from maillage.spaces.models import Space
from maillage.territories.queries import names_by_code

SHOWN = (DeclaredState.PUBLISHED, DeclaredState.ANSWERED)
LATEST = 3
_COMMUNE_CODE = 5  # characters


@dataclass(frozen=True, slots=True)
class DeclaredLine:
    """One published declared need. `place` is its commune, with its quarter when it was said."""

    pk: int
    text: str
    need_code: str
    place: str
    said_at: datetime
    echoes: int
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Published declared needs of one need (`code` empty: no need of the catalogue) or one commune (INSEE code)."""

    code: str
    label: str
    count: int
    echoes: int

    @property
    def voices(self) -> int:
        """Who said it first, and who said « moi aussi »."""
        return self.count + self.echoes


@dataclass(frozen=True, slots=True)
class FileTrace:
    """What everybody may know of an open working file: its step, never its notes."""

    pk: int
    need_code: str
    place_kind: str
    place_code: str
    step: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class DeclaredSummary:
    """`by_need` and `by_place` have the most voices first; the labels of `by_need` are the codes themselves."""

    count: int
    echoes: int
    latest: tuple[DeclaredLine, ...]
    by_need: tuple[Tally, ...]
    by_place: tuple[Tally, ...]
    files: tuple[FileTrace, ...]

    @property
    def voices(self) -> int:
        return self.count + self.echoes


def declared_in(space: Space, *, need_code: str = "", place_code: str = "") -> DeclaredSummary:
    """Published declared needs of the space, of one need, of one place (commune or quarter), or both.

    Three queries whatever there is: the counts, the latest, the open working files.
    """
    found = shown_in(space).filter(_about(need_code, place_code))
    grouped = list(
        found.order_by()
        .values_list("need_code", "municipality_code")
        .annotate(needs=Count("pk", distinct=True), voices=Count("echoes"))
    )
    names = names_by_code()
    needs: dict[str, list[int]] = {}
    places: dict[str, list[int]] = {}
    for need, commune, count, echoes in grouped:
        for table, key in ((needs, need), (places, commune)):
            row = table.setdefault(key, [0, 0])
            row[0] += count
            row[1] += echoes
    return DeclaredSummary(
        count=sum(row[2] for row in grouped),
        echoes=sum(row[3] for row in grouped),
        latest=tuple(_line(one, names) for one in with_echoes(found)[:LATEST]),
        by_need=_tallies(needs, {}),
        by_place=_tallies(places, names),
        files=_files(space, need_code, place_code),
    )


def shown_in(space: Space) -> QuerySet[DeclaredNeed]:
    """Declared needs that everybody may read."""
    return DeclaredNeed.objects.filter(space=space, state__in=SHOWN)


def with_echoes(found: QuerySet[DeclaredNeed]) -> QuerySet[DeclaredNeed]:
    """Each row with `voices`, the number of its « moi aussi », and its quarter; the latest said first."""
    counted = found.select_related("neighbourhood").annotate(voices=Count("echoes"))
    return counted.order_by("-said_at", "-pk")


def place_name(one: DeclaredNeed, names: dict[str, str]) -> str:
    commune = names.get(one.municipality_code, one.municipality_code)
    return f"{commune}, {one.neighbourhood.name}" if one.neighbourhood else commune


def _about(need_code: str, place_code: str) -> Q:
    asked = Q()
    if need_code:
        asked &= Q(need_code=need_code)
    if len(place_code) == _COMMUNE_CODE:
        asked &= Q(municipality_code=place_code)
    elif place_code:
        asked &= Q(neighbourhood__code=place_code)
    return asked


def _line(one: DeclaredNeed, names: dict[str, str]) -> DeclaredLine:
    return DeclaredLine(
        pk=one.pk,
        text=one.text,
        need_code=one.need_code,
        place=place_name(one, names),
        said_at=one.said_at,
        echoes=one.voices,  # type: ignore[attr-defined]
        is_answered=one.state == DeclaredState.ANSWERED,
    )


def _tallies(table: dict[str, list[int]], labels: dict[str, str]) -> tuple[Tally, ...]:
    rows = [Tally(key, labels.get(key, key), *counts) for key, counts in table.items()]
    return tuple(sorted(rows, key=lambda row: (-row.voices, row.label)))


def _files(space: Space, need_code: str, place_code: str) -> tuple[FileTrace, ...]:
    asked = {"need_code": need_code, "place_code": place_code}
    rows = WorkingFile.objects.filter(
        space=space, closed_at=None, **{key: value for key, value in asked.items() if value}
    ).order_by("-opened_at", "-pk")
    return tuple(
        FileTrace(
            one.pk,
            one.need_code,
            one.place_kind,
            one.place_code,
            str(FileStatus(one.status).label),
            one.opened_at,
        )
        for one in rows[:50]
    )
