"""What the public pages of declared needs ask."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.functional import cached_property

from maillage.accounts.models import User
from maillage.observatory.enums import DeclaredState
from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.lib.resemblance import ALIKE, likeness, stems_of
from maillage.observatory.models import DeclaredNeed, Echo
from maillage.observatory.queries.declared import place_name, shown_in, with_echoes
from maillage.observatory.queries.needs import catalogue
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.models import Structure
from maillage.territories.models import Neighbourhood
from maillage.territories.queries import names_by_code

PAGE_SIZE = 20
FEED_SIZE = 40
OTHER = "autre chose"
_ALIKE_MOST = 4
_ALIKE_READ = 400
_QUARTERS_MOST = 400


@dataclass(frozen=True)
class Words:
    """Labels of one space's needs and communes."""

    space: Space

    @cached_property
    def needs(self) -> dict[str, str]:
        return {sheet.code: sheet.label for sheet in catalogue(self.space)}

    @cached_property
    def communes(self) -> dict[str, str]:
        return names_by_code()

    def need(self, code: str) -> str:
        return self.needs.get(code, code) if code else OTHER

    def dress(self, rows: list[DeclaredNeed]) -> list[DeclaredNeed]:
        """Each row with `need` and `place`, as they are read."""
        for row in rows:
            row.need = self.need(row.need_code)  # type: ignore[attr-defined]
            row.place = place_name(row, self.communes)  # type: ignore[attr-defined]
        return rows


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of published declared needs."""

    rows: list[DeclaredNeed]
    total: int
    page: int
    pages: int


def shown_page(space: Space, *, need_code: str | None, commune: str, page: int) -> Shelf:
    """`need_code` None: every need; empty: those that no need of the catalogue fits."""
    found = shown_in(space)
    if need_code is not None:
        found = found.filter(need_code=need_code)
    if commune:
        found = found.filter(municipality_code=commune)
    total = found.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    rows = list(with_echoes(found)[start : start + PAGE_SIZE])
    return Shelf(Words(space).dress(rows), total, page, pages)


def latest_shown(space: Space) -> list[DeclaredNeed]:
    """For the feed."""
    return Words(space).dress(list(with_echoes(shown_in(space))[:FEED_SIZE]))


def load_shown(space: Space, pk: int) -> DeclaredNeed:
    """A published declared need of the space, with `voices`, `need` and `place`; 404 for any other."""
    found = with_echoes(shown_in(space).filter(pk=pk)).select_related("neighbourhood", "structure")
    one = found.first()
    if one is None:
        raise Http404
    return Words(space).dress([one])[0]


def where_merged(space: Space, pk: int) -> int | None:
    """Number of the published need that this one was merged into."""
    merged = DeclaredNeed.objects.filter(space=space, pk=pk, state=DeclaredState.MERGED)
    target = merged.values_list("merged_into_id", flat=True).first()
    return target if target and shown_in(space).filter(pk=target).exists() else None


def has_echoed(declared: DeclaredNeed, user: User) -> bool:
    """Whether this person has said « moi aussi », or said it first."""
    return (
        declared.author_id == user.pk or Echo.objects.filter(declared=declared, user=user).exists()
    )


def alike(
    space: Space, *, need_code: str, commune: str, text: str, but: int | None = None
) -> list[DeclaredNeed]:
    """Published declared needs of the commune that may say the same, the likest first.

    The same need of the catalogue is the same thing; otherwise words are compared.
    """
    found = shown_in(space).filter(municipality_code=commune)
    if but is not None:
        found = found.exclude(pk=but)
    mine = stems_of(text)
    scored = []
    for row in with_echoes(found)[:_ALIKE_READ]:
        score = likeness(mine, stems_of(row.text))
        if need_code and row.need_code == need_code:
            score += 1
        if score >= ALIKE:
            scored.append((score, row))
    scored.sort(key=lambda pair: -pair[0])
    return Words(space).dress([row for _score, row in scored[:_ALIKE_MOST]])


def quarters_of(space: Space) -> list[Neighbourhood]:
    """Quarters of the perimeter that people know by name (no IRIS), by name; none when there are too many to choose."""
    codes = perimeter_codes(space)
    rows = Neighbourhood.objects.exclude(kind=Neighbourhood.Kind.IRIS).defer("geometry")
    found = [
        row for row in rows.order_by("name", "pk") if codes.intersection(row.municipality_codes)
    ]
    return found if len(found) <= _QUARTERS_MOST else []


def kept_by(user: User) -> list[Structure]:
    """Structures in whose name the person may speak."""
    held = Structure.objects.filter(
        merged_into=None, memberships__user=user, memberships__ended_at=None
    )
    return list(held.order_by("name", "pk").distinct()[:50])


def by_theme(needs: tuple[NeedSheet, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of a list, grouped by theme in the catalogue's order."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for sheet in needs:
        groups.setdefault(sheet.theme, []).append((sheet.code, sheet.label))
    return list(groups.items())
