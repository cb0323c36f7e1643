"""Structures and services in the schema data·inclusion v1 (https://data.inclusion.gouv.fr, Licence Ouverte 2.0).

What the schema can't hold is not bent to fit it: an optional value is left empty, a row without a valid required
value is left out and told by `Left`.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils import timezone
from pydantic import HttpUrl, TypeAdapter
from pydantic import ValidationError as InvalidError

from maillage.api.lib.crosswalks import data_inclusion
from maillage.api.queries.records import Record
from maillage.core.tabular.cells import CellError, phone
from maillage.spaces.models import Space
from maillage.structures.enums import Axis
from maillage.structures.models import Service

VERSION = "v1"
_web = TypeAdapter(HttpUrl)
_mail = EmailValidator()
# Names that lead to no mailbox (RFC 6761, RFC 6762, RFC 7686): the schema refuses them.
_NOWHERE = (".invalid", ".local", ".localhost", ".onion", ".test", ".arpa")
_FREE = frozenset({"gratuit", "gratuite", "gratuits", "0 €", "0€"})
_FIRST_DAY = date(2000, 1, 1)


class Left(NamedTuple):
    """A row that is not in the file, and why."""

    id: str
    name: str
    reason: str


Row = dict[str, Any]


def source_of(space: Space) -> str:
    return f"maillage-{space.slug}"


def structures(records: Iterable[Record], source: str) -> Iterator[Row | Left]:
    for record in records:
        yield structure_row(record, source)


def services(records: Iterable[Record], source: str) -> Iterator[Row | Left]:
    """A service goes with its structure: left out with it."""
    for record in records:
        structure = structure_row(record, source)
        for service in record.services:
            if isinstance(structure, Left):
                yield Left(f"{source}--service-{service.pk}", service.name, "structure écartée")
            else:
                yield service_row(service, record, structure)


def structure_row(record: Record, source: str) -> Row | Left:
    row = record.row
    key = f"{source}--{row['id']}"
    day = row["date_maj"] or record.updated_on
    if reason := _refused(record.name, day):
        return Left(key, record.name, reason)
    found: Row = {
        "source": source,
        "id": key,
        "nom": record.name.strip(),
        "date_maj": day.isoformat(),
        "description": _described(row["presentation"]),
        "lien_source": row["url"],
        "siret": _like(r"\d{14}", row.get("siret")),
        **_place(record),
        "telephone": _phone(row["telephone"]),
        "courriel": _email(row["courriel"]),
        "site_web": _url(row["site_web"]),
        "horaires_accueil": row.get("horaires_accueil") or None,
        "reseaux_porteurs": _values((held.code for held in record.labels), "reseaux_porteurs"),
    }
    return _filled(found)


def service_row(service: Service, record: Record, structure: Row) -> Row | Left:
    """Where and how it is reached are those of the structure: a service says nothing else."""
    key = f"{structure['source']}--service-{service.pk}"
    description = service.description.strip()
    if len(service.name.strip()) < 3:
        return Left(key, service.name, "nom de moins de 3 caractères")
    if len(description) < 5:
        return Left(key, service.name, "présentation de moins de 5 caractères")
    sectors = [held.code for held in record.terms if held.axis == Axis.SECTOR]
    fee = service.fee.strip()
    audience = [service.audience.code] if service.audience else []
    found: Row = {
        "source": structure["source"],
        "structure_id": structure["id"],
        "id": key,
        "nom": service.name.strip(),
        "description": description,
        "date_maj": structure["date_maj"],
        "lien_source": _url(service.url) or record.row["url"],
        # What a structure does says what its service does only when it does one thing.
        "thematiques": _values(sectors, "thematiques") if len(sectors) == 1 else None,
        "frais": "gratuit" if fee.casefold() in _FREE else None,
        "frais_precisions": fee or None,
        "publics": _values(audience, "publics"),
        "conditions_acces": service.access.strip() or None,
    }
    if service.establishment_id is None:
        for name in ("commune", "code_postal", "code_insee", "adresse", "longitude", "latitude"):
            found[name] = structure.get(name)
        found["horaires_accueil"] = structure.get("horaires_accueil")
    found["telephone"] = structure.get("telephone")
    found["courriel"] = structure.get("courriel")
    return _filled(found)


def _refused(name: str, day: date) -> str:
    length = len(name.strip())
    if length < 3:
        return "nom de moins de 3 caractères"
    if length > 150:
        return "nom de plus de 150 caractères"
    if not _FIRST_DAY <= day <= timezone.localdate():
        return "date de mise à jour hors du siècle ou à venir"
    return ""


def _place(record: Record) -> Row:
    row, at = record.row, record.point
    return {
        "commune": row.get("commune") or None,
        "code_postal": _like(r"\d{5}", row.get("code_postal")),
        "code_insee": _like(r"\w{5}", row.get("code_insee")),
        "adresse": row.get("adresse") or None,
        "longitude": at[0] if at else None,
        "latitude": at[1] if at else None,
    }


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _values(codes: Iterable[str], field: str) -> list[str] | None:
    known = data_inclusion()
    return sorted({known[code, field] for code in codes if (code, field) in known}) or None


def _described(text: str) -> str | None:
    text = text.strip()
    return text if 5 <= len(text) <= 10_000 else None


def _like(pattern: str, value: Any) -> str | None:
    return value if value and re.fullmatch(pattern, value, re.ASCII) else None


def _phone(value: str) -> str | None:
    try:
        return phone(value) or None
    except CellError:
        return None


def _email(value: str) -> str | None:
    try:
        _mail(value)
    except ValidationError:
        return None
    return None if value.casefold().endswith(_NOWHERE) else value


def _url(value: str) -> str | None:
    try:
        _web.validate_python(value)
    except InvalidError:
        return None
    return value
