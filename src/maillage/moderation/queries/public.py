"""What anybody may be shown of a page before proposing something about it."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.dateparse import parse_date
from django.utils.formats import date_format

from maillage.moderation.lib.fields import CORRECTABLE, FIELDS, PLACE, TERM
from maillage.moderation.queries.current import current_values
from maillage.moderation.queries.scope import public_structures
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import Axis, State
from maillage.structures.lib import source_label
from maillage.structures.models import Establishment, Structure, Term
from maillage.structures.queries.disclosure import contacts_for, is_open

_CONTACTS = ("website", "email", "phone")


@dataclass(frozen=True, slots=True)
class Shown:
    """`values` are the fields a visitor may correct, with what the page says; `hints` where it comes from.

    A field that is kept back is in neither. `places` are those of the structure in the space.
    """

    structure: Structure
    place: Establishment | None
    places: list[Establishment]
    values: dict[str, str]
    hints: dict[str, str]


def load_public(space: Space, slug: str) -> Structure:
    """A structure that the space shows to everybody, or `Http404`."""
    found: Structure | None = public_structures(space).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def shown_of(structure: Structure, space: Space, place_id: int | None = None) -> Shown:
    """What the correction form starts from, for one place (the head office unless told)."""
    inside = perimeter_codes(space)
    rows = Establishment.objects.filter(structure=structure, state=State.ACTIVE)
    places = [
        row for row in rows.order_by("-is_head_office", "pk") if row.municipality_code in inside
    ]
    place = next((row for row in places if row.pk == place_id), places[0] if places else None)
    known = current_values(structure, place)
    contacts = contacts_for(structure)
    values = {}
    for name in CORRECTABLE:
        if FIELDS[name].owner == PLACE:
            if place is not None and _place_is_open(structure, place):
                values[name] = known[name]
        elif name in _CONTACTS and known[name] and not getattr(contacts, name):
            continue
        else:
            values[name] = known[name]
    hints = {name: _hint(structure, place, name) for name in values if values[name]}
    return Shown(structure, place, places, values, hints)


def _place_is_open(structure: Structure, place: Establishment) -> bool:
    return is_open(
        structure.disclosure, place.disclosure, address_is_public=place.address_is_public
    )


def _hint(structure: Structure, place: Establishment | None, name: str) -> str:
    """« Source : Sirene (Insee), 12 mars 2026. » Nobody is named."""
    owner = FIELDS[name].owner
    holder = place if owner == PLACE else structure
    fact = (holder.provenance or {}).get("terms" if owner == TERM else name) if holder else None
    if not isinstance(fact, dict) or not fact.get("source"):
        return ""
    day = parse_date(str(fact.get("date") or fact.get("at") or "")[:10])
    when = f", {date_format(day, 'j F Y')}" if day else ""
    return f"Source : {source_label(str(fact['source']))}{when}."


def sectors() -> list[tuple[str, str]]:
    """(code, label) of the sectors that may be chosen."""
    terms = Term.objects.filter(axis=Axis.SECTOR, ended_on__isnull=True)
    return list(terms.order_by("position", "label").values_list("code", "label"))
