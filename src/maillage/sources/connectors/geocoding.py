"""Points for the addresses of a space that have none, from the State's geocoder."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone

from maillage.sources.connectors.base import (
    EstablishmentRecord,
    Issue,
    Item,
    Outside,
    Progress,
    ReadContext,
    SourceRecord,
)
from maillage.sources.connectors.geoplateforme import BATCH_ROWS, Answer, GeocodingClient, Query
from maillage.structures.enums import LocationQuality, State
from maillage.structures.models import Establishment
from maillage.territories.queries import names_by_code, resolve_code

SOURCE = "geoplateforme"
# Under this score, or for a place larger than a street, the point is shown as approximate.
EXACT_SCORE = 0.5
_QUALITIES = {"housenumber": LocationQuality.HOUSE, "street": LocationQuality.STREET}
_ROUGH = (LocationQuality.AREA, LocationQuality.NONE)


class GeocodingConnector:
    """Asks for places whose point is missing or approximate; option `all`: for all that it may place.

    A point that a person set is never asked again, and an address that is not public never leaves.
    """

    key: ClassVar[str] = "geocoding"
    label: ClassVar[str] = "Géocodage des adresses"
    source: ClassVar[str] = (
        "IGN, Géoplateforme, d'après la Base Adresse Nationale (Licence Ouverte 2.0)"
    )

    def __init__(self, client: GeocodingClient | None = None) -> None:
        self.client = client or GeocodingClient(settings.GEOCODING_API)

    def read(self, context: ReadContext) -> Iterator[Item]:
        wanted, left_out = _sort_out(context)
        for reason, count in left_out.items():
            yield Outside(count, reason)
        for start in range(0, len(wanted), BATCH_ROWS):
            batch = wanted[start : start + BATCH_ROWS]
            answers = self.client.search([_query(row) for row in batch])
            for row in batch:
                yield _item(row, answers[str(row["pk"])])
            yield Progress((start + len(batch)) / len(wanted))

    def source_date(self, context: ReadContext) -> date | None:
        said = context.options.get("date")
        return date.fromisoformat(said) if said else timezone.localdate()


def _sort_out(context: ReadContext) -> tuple[list[dict[str, Any]], Counter[str]]:
    """Places to ask for, and how many are left out for each reason."""
    wanted: list[dict[str, Any]] = []
    left_out: Counter[str] = Counter()
    rows = (
        Establishment.objects.filter(
            municipality_code__in=context.perimeter,
            state=State.ACTIVE,
            structure__state=State.ACTIVE,
            structure__merged_into__isnull=True,
        )
        .order_by("pk")
        .values(
            *("pk", "structure__name", "address", "municipality_code", "lon", "location_quality"),
            *("location_source", "address_is_public", "provenance"),
        )
    )
    for row in rows.iterator(chunk_size=2_000):
        if reason := _reason_to_leave(row, everything=bool(context.options.get("all"))):
            left_out[reason] += 1
        else:
            wanted.append(row)
    return wanted, left_out


def _reason_to_leave(row: dict[str, Any], *, everything: bool) -> str:
    owner = row["provenance"].get("lon") or {}
    located = row["lon"] is not None and row["location_quality"] not in _ROUGH
    if not row["address"].strip():
        return "sans adresse"
    if not row["address_is_public"]:
        return "adresse non publique : elle n'est pas envoyée"
    if owner.get("by"):
        return "point placé par une personne"
    if located and not (everything and row["location_source"] == SOURCE):
        return "déjà situé à l'adresse"
    return ""


def _query(row: dict[str, Any]) -> Query:
    code = row["municipality_code"]
    return Query(
        key=str(row["pk"]),
        address=row["address"],
        city=names_by_code().get(code, ""),
        municipality_code=code,
    )


def _item(row: dict[str, Any], answer: Answer | None) -> Item:
    code = row["municipality_code"]
    where = f"{row['address']}, {names_by_code().get(code, code)}"
    if answer is None:
        return Issue(
            "adresse_introuvable",
            f"« {row['structure__name'][:120]} » : adresse introuvable.",
            excerpt=where[:400],
        )
    if resolve_code(answer.municipality_code) != code:
        return Issue(
            "autre_commune",
            f"« {row['structure__name'][:120]} » : l'adresse est trouvée dans une autre commune.",
            excerpt=where[:400],
        )
    exact = answer.score >= EXACT_SCORE
    quality = _QUALITIES.get(answer.kind, LocationQuality.AREA) if exact else LocationQuality.AREA
    fields = {
        "id": row["pk"],
        "municipality_code": code,
        "lon": answer.lon,
        "lat": answer.lat,
        "location_quality": quality.value,
        "location_source": SOURCE,
        "location_score": answer.score,
    }
    return SourceRecord(establishments=(EstablishmentRecord(fields=fields),))
