"""How far a contribution is trusted, and what follows from it."""

from typing import TYPE_CHECKING

from maillage.moderation.enums import State, Trust
from maillage.moderation.models import Contribution
from maillage.spaces.permissions import can_manage
from maillage.structures.actions.save import KEEPER_EDITABLE, KEEPER_PLACE_EDITABLE
from maillage.structures.models import Membership

if TYPE_CHECKING:
    from maillage.accounts.models import User
    from maillage.spaces.models import Space
    from maillage.structures.models import Structure

_KEPT = {*KEEPER_EDITABLE, *KEEPER_PLACE_EDITABLE}
USEFUL_AFTER = 3  # contributions accepted, in whole or in part


def trust_of(
    user: "User | None",
    *,
    space: "Space",
    structure: "Structure | None",
    by_key: bool = False,
    verified: bool = False,
) -> Trust:
    """The level of who speaks, worked out when they speak and shown to the agent.

    From the least to the most: an address not confirmed yet; a confirmed one (`verified`), or an
    account without history; an account whose contributions were accepted `USEFUL_AFTER` times;
    a member of another structure; the mailbox of the structure itself (`by_key`: a reminder's link);
    a member of the structure; an agent of the space, with a second factor. Only the last two write without a decision, and
    never approvals or labels.
    """
    if user is None or not user.is_authenticated:
        level = Trust.VERIFIED if verified else Trust.VISITOR
    elif can_manage(user, space):
        level = Trust.AGENT
    else:
        level = _as_member(user, structure)
    return max(level, Trust.KEY) if by_key else level


def _as_member(user: "User", structure: "Structure | None") -> Trust:
    held = set(
        Membership.objects.filter(user=user, ended_at=None).values_list("structure_id", flat=True)
    )
    if structure is not None and structure.pk in held:
        return Trust.OWN
    if held:
        return Trust.MEMBER
    useful = Contribution.objects.filter(
        contributor=user, state__in=[State.ACCEPTED, State.PARTLY]
    ).count()
    return Trust.KNOWN if useful >= USEFUL_AFTER else Trust.VERIFIED


def writes_live(contribution: Contribution) -> bool:
    """Whether these values are published without waiting: an agent's, or a member's own within what members edit."""
    if not contribution.fields or contribution.trust < Trust.OWN:
        return False
    return contribution.trust == Trust.AGENT or contribution.fields.keys() <= _KEPT
