"""Structures as the API tells them: what their public pages show, nothing more.

The judges are those of the pages (`structures.queries.disclosure`): a kept-back address, point or contact
is not in these rows. Five queries whatever the number of structures.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from maillage.directory.lib.sources import origin_of
from maillage.directory.queries.addresses import addresses
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import Axis, EssStatus, Family, SizeBand, State
from maillage.structures.models import Establishment, Label, Structure, StructureTerm
from maillage.structures.queries.disclosure import contacts_for, is_open, public_place
from maillage.territories.models import Municipality
from maillage.territories.queries import names_by_code

_AXES: dict[str, str] = {
    Axis.SECTOR: "sectors",
    Axis.AIM: "aims",
    Axis.AUDIENCE: "audiences",
    Axis.ROLE: "roles",
}
_FAMILIES = {value: str(label) for value, label in Family.choices}
_BANDS = {value: str(label) for value, label in SizeBand.choices}
_ESS = {value: str(label) for value, label in EssStatus.choices}
FIELDS = (
    "id", "slug", "name", "acronym", "legal_name", "siren", "rna", "family", "family_label",
    "legal_category", "activity_code", "description", "website", "email", "phone", "size",
    "size_label", "size_year", "created_on", "ess_status", "ess_label", *_AXES.values(), "labels",
    "establishments", "source", "source_date", "confirmed_on", "updated_at", "demo", "url",
)  # fmt: skip


def told(
    space: Space, ids: list[int], *, now: datetime, fields: Collection[str] = FIELDS
) -> list[dict[str, Any]]:
    """These structures of `space`, in this order, with the asked fields; those that are public no more are left out.

    What a large directory remembers may be older than a withdrawal.
    """
    found = Structure.objects.published().in_bulk(ids)
    joined = set(fields) & {*_AXES.values(), "labels", "establishments"}
    terms = _terms(ids) if joined & set(_AXES.values()) else {}
    labels = _labels(ids, timezone.localdate(now)) if "labels" in joined else {}
    places = _places(space, ids, found) if "establishments" in joined else {}
    base = settings.BASE_URL + addresses(space.slug).structure
    rows = []
    for pk in ids:
        structure = found.get(pk)
        if structure is None:
            continue
        row = _identity(structure, base)
        for name in joined:
            row[name] = _part(name, pk, terms, labels, places)
        rows.append(row if fields is FIELDS else {name: row[name] for name in fields})
    return rows


def _part(name: str, pk: int, terms: Any, labels: Any, places: Any) -> Any:
    if name == "labels":
        return labels.get(pk, [])
    if name == "establishments":
        return places.get(pk, [])
    return terms[pk][name] if pk in terms else []


def _identity(structure: Structure, base: str) -> dict[str, Any]:
    source, source_date = origin_of(structure.provenance, "name")
    contacts = contacts_for(structure)
    status = structure.ess_override or structure.ess_status
    confirmed = structure.confirmed_at
    return {
        "id": structure.pk,
        "slug": structure.slug,
        "name": structure.name,
        "acronym": structure.acronym,
        "legal_name": structure.legal_name,
        "siren": structure.siren,
        "rna": structure.rna,
        "family": structure.family,
        "family_label": _FAMILIES.get(structure.family, ""),
        "legal_category": structure.legal_category,
        "activity_code": structure.activity_code,
        "description": structure.description,
        "website": contacts.website,
        "email": contacts.email,
        "phone": contacts.phone,
        "size": structure.size_band,
        "size_label": _BANDS.get(structure.size_band, ""),
        "size_year": structure.size_year,
        "created_on": _iso(structure.created_on),
        "ess_status": status,
        "ess_label": _ESS.get(status, ""),
        "source": source,
        "source_date": _iso(source_date),
        "confirmed_on": _iso(timezone.localdate(confirmed)) if confirmed else None,
        "updated_at": structure.updated_at.isoformat(),
        "demo": structure.is_demo,
        "url": f"{base}{structure.slug}/",
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _terms(ids: list[int]) -> dict[int, dict[str, list[dict[str, Any]]]]:
    found: dict[int, dict[str, list[dict[str, Any]]]] = defaultdict(
        lambda: {name: [] for name in _AXES.values()}
    )
    links = (
        StructureTerm.objects.filter(structure_id__in=ids)
        .order_by("-is_main", "term__position", "term__label", "id")
        .values_list("structure_id", "term__axis", "term__code", "term__label")
    )
    for structure_id, axis, code, label in links:
        if axis in _AXES:
            found[structure_id][_AXES[axis]].append({"code": code, "label": label})
    return found


def _labels(ids: list[int], today: date) -> dict[int, list[dict[str, Any]]]:
    """Labels in force; one held by several establishments is told once."""
    found: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    held = (
        Label.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=today), structure_id__in=ids
        )
        .order_by("term__position", "id")
        .values_list(
            "structure_id", "term__code", "term__label", "identifier", "valid_from", "valid_to"
        )
    )
    for structure_id, code, label, identifier, begins, ends in held:
        found[structure_id].setdefault(
            code,
            {
                "code": code,
                "label": label,
                "identifier": identifier,
                "valid_from": _iso(begins),
                "valid_to": _iso(ends),
            },
        )
    return {pk: list(labels.values()) for pk, labels in found.items()}


def _places(
    space: Space, ids: list[int], structures: dict[int, Structure]
) -> dict[int, list[dict[str, Any]]]:
    rows = list(
        Establishment.objects.filter(
            structure_id__in=ids,
            state=State.ACTIVE,
            municipality_code__in=perimeter_codes(space),
        ).order_by("-is_head_office", "id")
    )
    tell = teller(row.municipality_code for row in rows)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row.structure_id in structures:
            found[row.structure_id].append(tell(row, structures[row.structure_id].disclosure))
    return found


def teller(codes: Iterable[str]) -> Callable[[Establishment, str], dict[str, Any]]:
    """What tells a place of one of these communes, given the disclosure of its structure. One query."""
    names = names_by_code()
    known = Municipality.objects.filter(code__in=set(codes), lon__isnull=False, lat__isnull=False)
    centres = {
        code: (lon, lat)
        for code, lon, lat in known.values_list("code", "lon", "lat")
        if lon is not None and lat is not None
    }

    def tell(row: Establishment, disclosure: str) -> dict[str, Any]:
        code = row.municipality_code
        shown = public_place(row, disclosure, centres.get(code))
        return {
            "id": row.pk,
            "siret": row.siret,
            "name": row.name,
            "head_office": row.is_head_office,
            "address": shown.address,
            "postal_code": row.postal_code,
            "commune_code": code,
            "commune": names.get(code, ""),
            "lon": _round(shown.lon),
            "lat": _round(shown.lat),
            "approximate": shown.approximate,
            "address_shown": is_open(
                disclosure, row.disclosure, address_is_public=row.address_is_public
            ),
            "opening_hours": row.opening_hours,
        }

    return tell


def _round(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, 6)
