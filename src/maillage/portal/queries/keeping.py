"""The first page of a structure, for the people who keep it."""

from typing import Any, NamedTuple

from django.urls import reverse

from maillage.accounts.models import User
from maillage.spaces.queries import spaces_containing
from maillage.structures.enums import State
from maillage.structures.models import Membership, Structure
from maillage.structures.queries.people import administrators_of, members_of, pending_claims


class PublicPage(NamedTuple):
    space: str
    url: str
    claim_url: str


def public_pages(structure: Structure) -> list[PublicPage]:
    """Where everyone reads this structure; open spaces only."""
    if not Structure.objects.published().filter(pk=structure.pk).exists():
        return []
    places = structure.establishments.filter(state=State.ACTIVE)
    spaces = spaces_containing(places.values_list("municipality_code", flat=True))
    return [
        PublicPage(
            space.name,
            reverse("directory:structure", args=[space.slug, structure.slug]),
            reverse("portal:claim", args=[space.slug, structure.slug]),
        )
        for space in spaces.filter(is_public=True)
    ]


def keeper_home(structure: Structure, user: User) -> dict[str, Any]:
    """`claims` is the number of people who ask to join; administrators alone are told."""
    members, pages = list(members_of(structure)), public_pages(structure)
    mine = next((one for one in members if one.user_id == user.pk), None)
    is_administrator = mine is not None and mine.kind == Membership.Kind.ADMINISTRATOR
    return {
        "structure": structure,
        "members": members,
        "pages": pages,
        "is_administrator": is_administrator,
        "administered": is_administrator or administrators_of(structure).exists(),
        "claims": pending_claims(structure).count() if is_administrator else 0,
        "claim_url": pages[0].claim_url if pages else "",
    }
