"""Who keeps which structure."""

from typing import Any

from maillage.accounts.models import User
from maillage.structures.models import Claim, Membership

PENDING = (Claim.State.OPEN, Claim.State.PROVING)


def structures_of(user: User) -> dict[str, Any]:
    """`memberships` in force and `claims` (pending, or decided lately) of a person, with their structures."""
    memberships = Membership.objects.filter(user=user, ended_at=None)
    return {
        "memberships": list(memberships.select_related("structure").order_by("structure__name"))
    }
