"""What a person is for a structure, and what they may do with its page."""

from typing import TYPE_CHECKING

from maillage.spaces.permissions import YES, Verdict, can_manage
from maillage.spaces.permissions.matrix import Who, allows
from maillage.structures.enums import ContactVisibility
from maillage.structures.models import Membership

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.accounts.models import User
    from maillage.spaces.models import Space
    from maillage.structures.models import Structure


def roles_in(user: "User | AnonymousUser", structure: "Structure") -> frozenset[Who]:
    """Roles of `user` relative to `structure`, spaces left out."""
    if not user.is_authenticated:
        return frozenset({Who.VISITOR})
    roles = {Who.RESIDENT}
    kind = (
        Membership.objects.filter(structure=structure, user=user, ended_at=None)
        .values_list("kind", flat=True)
        .first()
    )
    if kind:
        roles.add(Who.MEMBER)
    if kind == Membership.Kind.ADMINISTRATOR:
        roles.add(Who.STRUCTURE_ADMIN)
    return frozenset(roles)


def may(act: str, user: "User | AnonymousUser", structure: "Structure") -> Verdict:
    """Verdict of the table of roles for `act` on `structure`."""
    if allows(act, roles_in(user, structure)):
        return YES
    return Verdict(allowed=False, reason="Cette page est réservée aux membres de la structure.")


def reading_level(user: "User | AnonymousUser", space: "Space") -> ContactVisibility:
    """Which contacts `user` may read in `space`: its agents' all, a member of any structure the members'."""
    if not user.is_authenticated:
        return ContactVisibility.PUBLIC
    if can_manage(user, space):
        return ContactVisibility.AGENTS
    if Membership.objects.filter(user=user, ended_at=None).exists():
        return ContactVisibility.MEMBERS
    return ContactVisibility.PUBLIC
