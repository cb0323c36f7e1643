"""Which contributions an agent of a space may see, and whom they concern."""

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from maillage.accounts.models import User
from maillage.moderation.enums import State
from maillage.moderation.models import Contribution
from maillage.spaces.models import Role, Space
from maillage.spaces.permissions import MANAGERS
from maillage.spaces.queries import perimeter_codes, spaces_containing
from maillage.structures.models import Establishment, Structure

if TYPE_CHECKING:
    from maillage.structures.querysets import StructureQuerySet


def seen_from(space: Space) -> QuerySet[Contribution]:
    """Sent in the space, about a structure of its perimeter, or proposed in one of its communes."""
    return _seen(space, perimeter_codes(space))


def _seen(space: Space, codes: Any) -> QuerySet[Contribution]:
    places = Establishment.objects.filter(
        structure=OuterRef("structure"), municipality_code__in=codes
    )
    return Contribution.objects.filter(
        Q(space=space) | Q(structure=None, municipality_code__in=codes) | Exists(places)
    ).exclude(state=State.UNVERIFIED)


def waiting(today: "timezone.datetime.date | None" = None) -> Q:  # type: ignore[name-defined]
    """To do now: open, or put off until today at most."""
    day = today or timezone.localdate()
    return Q(state=State.OPEN) | Q(state=State.SNOOZED, snoozed_until__lte=day)


def waiting_count(space: Space) -> int:
    """One query, the perimeter with it: it is on every page of the agents."""
    codes = space.perimeter.filter(until=None).order_by().values("municipality_code")
    return _seen(space, codes).filter(waiting()).count()


def spaces_concerned(contribution: Contribution) -> list[Space]:
    """The space of the contribution first, then those that share its structure or its commune."""
    codes = {contribution.municipality_code} - {""}
    if contribution.structure_id:
        places = Establishment.objects.filter(structure=contribution.structure_id)
        codes |= set(places.values_list("municipality_code", flat=True))
    others = spaces_containing(codes).exclude(pk=contribution.space_id)
    return [contribution.space, *others]


def agents_of(space: Space) -> list[User]:
    """People who may decide in the space, by name."""
    roles = Role.objects.filter(space=space, kind__in=MANAGERS, user__is_active=True)
    return list(User.objects.filter(pk__in=roles.values("user")).order_by("name", "email"))


def public_structures(space: Space) -> "StructureQuerySet":
    """Structures that the space shows to everybody."""
    return Structure.objects.published().in_space(space)


def structures_of(space: Space) -> "StructureQuerySet":
    """Unmerged structures with a place, open or closed, in the perimeter: what an agent works on."""
    inside = Establishment.objects.filter(municipality_code__in=perimeter_codes(space))
    return Structure.objects.unmerged().filter(pk__in=inside.values("structure_id"))
