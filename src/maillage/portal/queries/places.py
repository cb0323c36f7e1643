"""Where a person acts: the spaces, by role, and the structures that they keep."""

from dataclasses import dataclass

from django.urls import reverse

from maillage.accounts.models import User
from maillage.spaces.models import Role
from maillage.spaces.permissions import MANAGERS
from maillage.spaces.queries import roles_held
from maillage.structures.models import Membership
from maillage.structures.queries.people import structures_of


@dataclass(frozen=True, slots=True)
class Places:
    """`managed` are the spaces with a key to their management; `invited` those with another role."""

    managed: list[Role]
    invited: list[Role]
    kept: list[Membership]

    @property
    def only(self) -> str:
        """Address of the place when there is one and no other; empty otherwise."""
        if len(self.managed) + len(self.invited) + len(self.kept) != 1:
            return ""
        if self.managed:
            return reverse("manage:dashboard", args=[self.managed[0].space.slug])
        if self.invited:
            return reverse("portal:space_home", args=[self.invited[0].space.slug])
        return reverse("member:home", args=[self.kept[0].structure_id])


def places_of(user: User) -> Places:
    """Two queries, whatever the number of places."""
    held = roles_held(user)
    return Places(
        managed=[role for role in held if role.kind in MANAGERS],
        invited=[role for role in held if role.kind not in MANAGERS],
        kept=structures_of(user)["memberships"],
    )
