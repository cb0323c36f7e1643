"""What people follow, and whether they may."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from maillage.accounts.models import User
from maillage.notices.lib.targets import COMMUNE, SECTOR, STRUCTURE
from maillage.notices.models import Follow
from maillage.spaces.models import Space
from maillage.spaces.permissions import can_see
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import Axis
from maillage.structures.models import Structure, Term
from maillage.territories.models import Municipality


class Target(NamedTuple):
    """Something of a space that exists for the public. `key` are the fields of its `Follow`."""

    kind: str
    value: str
    name: str
    key: dict[str, object]


class Followed(NamedTuple):
    follow: Follow
    name: str
    kind_label: str
    url: str
    stop_url: str


_LABELS = {STRUCTURE: "structure", SECTOR: "secteur", COMMUNE: "commune"}
_PAGES = {
    STRUCTURE: "directory:structure",
    SECTOR: "directory:sector",
    COMMUNE: "directory:municipality",
}


def target(space: Space, kind: str, value: str) -> Target | None:
    """None for what this space does not show."""
    if kind == STRUCTURE and value.isdecimal() and len(value) < 18:
        structure = Structure.objects.published().in_space(space).filter(pk=int(value)).first()
        if structure:
            return Target(kind, value, structure.name, {"structure_id": structure.pk})
    if kind == SECTOR:
        term = Term.objects.filter(axis=Axis.SECTOR, code=value, ended_on=None).first()
        if term:
            return Target(kind, value, term.label, {"term_id": term.pk})
    if kind == COMMUNE and value in perimeter_codes(space):
        place = Municipality.objects.filter(code=value).first()
        if place:
            return Target(kind, value, place.name, {"municipality_code": value})
    return None


def followed(user: User, space: Space, kind: str, value: str) -> QuerySet[Follow]:
    """At most one row; nothing is asked about what does not exist any more."""
    found = Follow.objects.filter(user=user, space=space)
    if kind == STRUCTURE:
        number = int(value) if value.isdecimal() and len(value) < 18 else 0
        return found.filter(structure_id=number)
    if kind == SECTOR:
        return found.filter(term__code=value)
    return found.filter(municipality_code=value or None)


def is_followed(user: User, space: Space, kind: str, value: str) -> bool:
    return followed(user, space, kind, value).exists()


def follows_of(user: User) -> list[Followed]:
    """In spaces that the person may still see."""
    rows = list(Follow.objects.filter(user=user).select_related("space", "structure", "term"))
    visible = {row.space for row in rows if can_see(user, row.space)}
    codes = {row.municipality_code for row in rows}
    names = dict(Municipality.objects.filter(code__in=codes).values_list("code", "name"))
    found = []
    for row in rows:
        if row.space not in visible:
            continue
        kind, value, page, name = _parts(row, names)
        found.append(
            Followed(
                follow=row,
                name=name,
                kind_label=_LABELS[kind],
                url=reverse(_PAGES[kind], args=[row.space.slug, page]),
                stop_url=reverse("news:follow", args=[row.space.slug, kind, value]),
            )
        )
    return found


def _parts(row: Follow, names: dict[str, str]) -> tuple[str, str, str, str]:
    """Kind, value in the address of the follow, argument of the public page, name."""
    if row.structure is not None:
        return STRUCTURE, str(row.structure.pk), row.structure.slug, row.structure.name
    if row.term is not None:
        return SECTOR, row.term.code, row.term.code, row.term.label
    code = row.municipality_code
    return COMMUNE, code, code, names.get(code, code)
