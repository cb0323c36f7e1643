"""What becomes of the people of two pages that become one."""

from typing import Any

from maillage.structures.models import Claim, Membership, MembershipInvitation, Structure
from maillage.structures.queries.people import PENDING

ADMINISTRATOR, MEMBER = Membership.Kind.ADMINISTRATOR, Membership.Kind.MEMBER


def move_people(loser: Structure, winner: Structure) -> dict[str, list[int]]:
    """Members, open invitations and claims go to the winner's page; what moved, for the way back.

    Whoever is on both pages keeps one place, the higher of the two; the other waits with the loser's page.
    """
    held = dict(_in_force(winner).values_list("user_id", "pk"))
    rows = list(_in_force(loser).values_list("pk", "user_id", "kind"))
    rising = {held[user] for _, user, kind in rows if user in held and kind == ADMINISTRATOR}
    raised = list(_in_force(winner).filter(pk__in=rising, kind=MEMBER).values_list("pk", flat=True))
    Membership.objects.filter(pk__in=raised).update(kind=ADMINISTRATOR)
    members = [pk for pk, user, _ in rows if user not in held]
    Membership.objects.filter(pk__in=members).update(structure=winner)

    asking = set(winner.claims.filter(state__in=PENDING).values_list("user_id", flat=True))
    claims = [
        pk
        for pk, user, state in loser.claims.values_list("pk", "user_id", "state")
        if state not in PENDING or user not in asking
    ]
    Claim.objects.filter(pk__in=claims).update(structure=winner)

    invited = set(_open(winner).values_list("email", flat=True))
    invitations = [
        pk for pk, email in _open(loser).values_list("pk", "email") if email not in invited
    ]
    MembershipInvitation.objects.filter(pk__in=invitations).update(structure=winner)
    return {"members": members, "raised": raised, "claims": claims, "invitations": invitations}


def give_people_back(loser: Structure, winner: Structure, moved: dict[str, Any]) -> None:
    """The way back, for those who are still there: whoever left the winner's page meanwhile left both."""
    _in_force(winner).filter(pk__in=moved.get("members", ())).update(structure=loser)
    _in_force(winner).filter(pk__in=moved.get("raised", ())).update(kind=MEMBER)
    returning = winner.claims.filter(pk__in=moved.get("claims", ()))
    asking = loser.claims.filter(state__in=PENDING).values("user_id")
    returning.exclude(state__in=PENDING, user_id__in=asking).update(structure=loser)
    back = _open(winner).filter(pk__in=moved.get("invitations", ()))
    back.exclude(email__in=_open(loser).values("email")).update(structure=loser)


def _in_force(structure: Structure) -> Any:
    return Membership.objects.filter(structure=structure, ended_at=None)


def _open(structure: Structure) -> Any:
    return structure.invitations.filter(accepted_at=None, withdrawn_at=None)
