"""From what a person or a file says of a territory to its kind, its code and its name."""

from typing import NamedTuple

from maillage.observatory.enums import PlaceKind
from maillage.spaces.models import Space
from maillage.territories.models import Grouping, Municipality, Neighbourhood
from maillage.territories.queries import names_by_code, resolve_code


class Named(NamedTuple):
    kind: str
    code: str
    label: str


class PlaceUnknownError(Exception):
    """The message is a French sentence."""


def named_place(space: Space, kind: str, code: str, label: str = "") -> Named:
    """The territory as figures hold it; its name is ours when we know it.

    Raises:
        PlaceUnknownError: nothing bears this code.
    """
    code = code.strip()
    if kind == PlaceKind.COUNTRY:
        return Named(kind, "", "France")
    if kind == PlaceKind.SPACE:
        if code not in {"", space.slug}:
            raise PlaceUnknownError(f"« {code} » n'est pas cet espace : laissez son code vide.")
        return Named(kind, space.slug, space.name)
    if not code:
        raise PlaceUnknownError("Donnez le code du territoire.")
    readers = {
        PlaceKind.COMMUNE: _commune,
        PlaceKind.QUARTER: _quarter,
        PlaceKind.GROUPING: _grouping,
        PlaceKind.DEPARTMENT: _department,
        PlaceKind.REGION: _region,
    }
    reader = readers.get(PlaceKind(kind))
    if reader is None:
        raise PlaceUnknownError("Cette sorte de territoire n'a pas de chiffre publié.")
    found = reader(code)
    if found is None:
        kind_label = PlaceKind(kind).label
        raise PlaceUnknownError(f"« {code[:40]} » n'est le code d'aucun territoire ({kind_label}).")
    return Named(kind, found[0], label.strip() or found[1])


def _commune(code: str) -> tuple[str, str] | None:
    found = resolve_code(code)
    return (found, names_by_code()[found]) if found else None


def _quarter(code: str) -> tuple[str, str] | None:
    row = Neighbourhood.objects.filter(code=code).values_list("code", "name").first()
    return (row[0], row[1]) if row else None


def _grouping(code: str) -> tuple[str, str] | None:
    kinds = (Grouping.Kind.EPCI, Grouping.Kind.EPT)
    row = Grouping.objects.filter(kind__in=kinds, code=code).values_list("code", "name").first()
    return (row[0], row[1]) if row else None


def _department(code: str) -> tuple[str, str] | None:
    return _by_kind(Grouping.Kind.DEPARTMENT, code.upper().zfill(2))


def _region(code: str) -> tuple[str, str] | None:
    return _by_kind(Grouping.Kind.REGION, code.zfill(2))


def _by_kind(kind: Grouping.Kind, code: str) -> tuple[str, str] | None:
    row = Grouping.objects.filter(kind=kind, code=code).values_list("code", "name").first()
    return (row[0], row[1]) if row else None


def departments_of(space: Space) -> dict[str, str]:
    """Codes and names of the departments that the perimeter touches."""
    codes = space.perimeter.filter(until__isnull=True).values("municipality_code")
    touched = Municipality.objects.filter(code__in=codes).values("department_code")
    rows = Grouping.objects.filter(kind=Grouping.Kind.DEPARTMENT, code__in=touched)
    return dict(rows.order_by("code").values_list("code", "name"))
