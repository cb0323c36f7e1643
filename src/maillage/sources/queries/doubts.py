"""A doubt, side by side: the record that came and the structure we know."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from maillage.sources.models import Match
from maillage.sources.queries.wording import field_label, value_text
from maillage.structures.models import Establishment, Structure
from maillage.territories.queries import names_by_code

_COMPARED = (
    "name",
    "legal_name",
    "acronym",
    "siren",
    "rna",
    "website",
    "email",
    "phone",
    "description",
)


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    incoming: str
    known: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class DoubtView:
    match: Match
    title: str
    percent: int
    rows: list[Row]


def with_places(doubts: QuerySet[Match]) -> QuerySet[Match]:
    places = Establishment.objects.order_by("-is_head_office", "id")
    return doubts.prefetch_related(Prefetch("structure__establishments", queryset=places))


def compare(match: Match) -> DoubtView:
    """Fields that either side knows."""
    record: dict[str, Any] = match.record
    incoming = {**record["fields"], "siren": record["siren"], "rna": record["rna"]}
    rows = [
        _row(
            field_label(name),
            _text(name, incoming.get(name)),
            _text(name, getattr(match.structure, name)),
        )
        for name in _COMPARED
    ]
    rows.append(
        _row(
            "Adresse",
            _places([p["fields"] for p in record["establishments"]]),
            _known_places(match.structure),
        )
    )
    return DoubtView(
        match,
        str(incoming.get("name") or match.structure.name),
        round(match.score * 100),
        [row for row in rows if row.incoming or row.known],
    )


def _row(label: str, incoming: str, known: str) -> Row:
    return Row(
        label, incoming, known, is_same=bool(incoming) and incoming.casefold() == known.casefold()
    )


def _text(name: str, value: Any) -> str:
    return value_text(name, value)[:400] if value else ""


def _known_places(structure: Structure) -> str:
    return _places(
        [
            {name: getattr(place, name) for name in ("address", "postal_code", "municipality_code")}
            for place in structure.establishments.all()
        ]
    )


def _places(places: list[dict[str, Any]]) -> str:
    names = names_by_code()
    texts = [
        " ".join(
            str(part)
            for part in (
                place.get("address"),
                place.get("postal_code"),
                names.get(str(place.get("municipality_code")), ""),
            )
            if part
        )
        for place in places[:3]
    ]
    return " ; ".join(filter(None, texts))
