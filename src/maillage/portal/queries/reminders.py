"""What the page of a reminder's key shows: what the public reads of one structure, and nothing more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maillage.core.hours.reading import hours_at
from maillage.spaces.models import Space
from maillage.structures.actions.reminders import key_hash
from maillage.structures.enums import EssStatus, State
from maillage.structures.models import Establishment, FreshnessReminder, Structure
from maillage.structures.queries.disclosure import Contacts, contacts_for, is_open
from maillage.territories.queries import names_by_code

CORRECTABLE = ("name", "description", "phone", "email", "website", "address", "postal_code")


@dataclass(frozen=True, slots=True)
class Told:
    """`space` is None once it is gone or closed to the public. `place` is the head office, or None.

    `is_expired`: the key opens nothing more. `is_shown`: the public still reads the page.
    """

    reminder: FreshnessReminder
    structure: Structure
    space: Space | None
    contacts: Contacts
    place: Establishment | None
    address: str
    commune: str
    hours: Any
    sector: str
    is_expired: bool
    is_shown: bool
    is_stopped: bool

    @property
    def values(self) -> dict[str, str]:
        """Public value of each field that may be corrected."""
        return {
            "name": self.structure.name,
            "description": self.structure.description,
            "phone": self.contacts.phone,
            "email": self.contacts.email,
            "website": self.contacts.website,
            "address": self.address,
            "postal_code": self.place.postal_code if self.place else "",
        }


def by_key(key: str) -> FreshnessReminder | None:
    """Looked up by the hash: how long it takes says nothing of the key."""
    known = FreshnessReminder.objects.select_related("structure__merged_into")
    return known.filter(key_hash=key_hash(key)).first()


def told(reminder: FreshnessReminder, *, now: datetime) -> Told:
    structure = reminder.structure.merged_into or reminder.structure
    space = Space.objects.filter(pk=reminder.space_id or 0, is_public=True).first()
    places = structure.establishments.filter(state=State.ACTIVE)
    place = places.order_by("-is_head_office", "pk").first()
    opened = place is not None and is_open(
        structure.disclosure, place.disclosure, address_is_public=place.address_is_public
    )
    main = structure.structure_terms.filter(is_main=True).select_related("term").first()
    stopped = FreshnessReminder.objects.filter(structure=reminder.structure_id)
    shown = structure.state == State.ACTIVE and structure.ess_status != EssStatus.EXCLUDED
    return Told(
        reminder=reminder,
        structure=structure,
        space=space,
        contacts=contacts_for(structure),
        place=place,
        address=place.address if place and opened else "",
        commune=names_by_code().get(place.municipality_code, "") if place else "",
        hours=hours_at(place.opening_hours, now) if place and place.opening_hours else None,
        sector=main.term.label if main else "",
        is_expired=reminder.expires_at <= now,
        is_shown=shown and space is not None,
        is_stopped=stopped.filter(stopped_at__isnull=False).exists(),
    )
