"""A territory said in a few characters: a SIREN, a department, a region, communes, a postal code."""

import re
from dataclasses import dataclass

from maillage.territories.models import Grouping, Municipality
from maillage.territories.queries.codes import expand_whole, names_by_code, resolve_code

_PREFIXES = {
    "siren": "siren",
    "departement": "department",
    "department": "department",
    "region": "region",
    "commune": "commune",
    "postal": "postal",
}


@dataclass(frozen=True, slots=True)
class Territory:
    """Communes as perimeters hold them (arrondissements for Paris, Lyon and Marseille).

    `siren` is that of the authority when the text designates one: a grouping or a single commune.
    """

    name: str
    siren: str
    codes: frozenset[str]


def find_territory(text: str) -> Territory | None:
    """What `text` designates; None when one of its parts designates nothing.

    Parts are separated by commas or spaces and add up. Each is, in this order: the SIREN of a grouping
    (EPCI, EPT) or of a commune, a department code (`93`, `2A`, `974`), a commune code in use or former
    (`75120`, `75056`), a postal code. `region:11`, `departement:93`, `commune:93048`, `postal:93100`
    and `siren:…` say which one is meant; a region needs its prefix, as departments share its codes.
    """
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    found = [_find_one(part) for part in parts]
    known = [territory for territory in found if territory is not None]
    if not known or len(known) < len(found):
        return None
    codes = frozenset().union(*(territory.codes for territory in known))
    if len(known) == 1:
        return known[0]
    if len(codes) == 1:
        return Territory(known[0].name, known[0].siren, codes)
    return Territory(f"{len(codes)} communes", "", codes)


def territory_members(text: str) -> frozenset[str]:
    """Commune codes of what `text` designates (see `find_territory`); empty when it is unknown."""
    territory = find_territory(text)
    return territory.codes if territory else frozenset()


def _find_one(part: str) -> Territory | None:
    prefix, _colon, rest = part.rpartition(":")
    value = rest.upper()
    if prefix and prefix.lower() not in _PREFIXES:
        return None
    kind = _PREFIXES.get(prefix.lower(), "")
    readers = {
        "siren": _by_siren,
        "department": _by_department,
        "commune": _by_commune,
        "postal": _by_postal_code,
    }
    if kind == "region":
        return _by_region(value)
    for name, reader in readers.items():
        if kind in ("", name) and (territory := reader(value)):
            return territory
    return None


def _by_siren(value: str) -> Territory | None:
    if not re.fullmatch(r"[0-9]{9}", value):
        return None
    kinds = (Grouping.Kind.EPCI, Grouping.Kind.EPT)
    if grouping := Grouping.objects.filter(kind__in=kinds, code=value).first():
        codes = grouping.members.values_list("code", flat=True)
        return Territory(grouping.name, value, frozenset(codes))
    commune = Municipality.objects.filter(siren=value).first()
    return _by_commune(commune.code) if commune else None


def _by_department(value: str) -> Territory | None:
    return _by_column(Grouping.Kind.DEPARTMENT, value)


def _by_region(value: str) -> Territory | None:
    return _by_column(Grouping.Kind.REGION, value)


def _by_column(kind: Grouping.Kind, value: str) -> Territory | None:
    grouping = Grouping.objects.filter(kind=kind, code=value).first()
    if grouping is None:
        return None
    members = Municipality.objects.filter(**{f"{kind}_code": value})
    codes = members.exclude(kind=Municipality.Kind.WHOLE).values_list("code", flat=True)
    return Territory(grouping.name, "", frozenset(codes)) if codes else None


def _by_commune(value: str) -> Territory | None:
    code = resolve_code(value)
    if code is None:
        return None
    siren = Municipality.objects.values_list("siren", flat=True).get(code=code)
    return Territory(names_by_code()[code], siren, expand_whole([code]))


def _by_postal_code(value: str) -> Territory | None:
    if not re.fullmatch(r"[0-9]{5}", value):
        return None
    rows = Municipality.objects.filter(postal_codes__contains=value)
    rows = rows.exclude(kind=Municipality.Kind.WHOLE)
    codes = frozenset(rows.values_list("code", flat=True))
    return Territory(f"Code postal {value}", "", codes) if codes else None
