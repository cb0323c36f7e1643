"""People come to keep a page, change what they may do with it, and leave.

Every verb keeps the structure's row until the end of its transaction: two administrators who remove each
other at once cannot both succeed, and a page loses its last administrator only by `release` or by an
agent's decision.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from maillage.accounts.models import User
from maillage.core import journal
from maillage.structures.actions.hold import hold
from maillage.structures.actions.telling import (
    link_to,
    tell_administrators,
    tell_agents,
    tell_people,
)
from maillage.structures.models import Membership, Structure
from maillage.structures.notices import members as letters
from maillage.structures.queries.people import administrators_of, members_of, open_invitations

ADMINISTRATOR = Membership.Kind.ADMINISTRATOR
YOU = {
    Membership.Kind.ADMINISTRATOR: "vous administrez la fiche",
    Membership.Kind.MEMBER: "vous modifiez la fiche",
}


def join(
    structure: Structure,
    user: User,
    kind: str,
    *,
    proof: str,
    function: str = "",
    by: User | None,
    now: datetime,
    space_id: int | None = None,
    reason: str = "",
) -> Membership:
    """Make `user` a keeper, inside a transaction that holds the structure; who is one already only rises."""
    known = members_of(structure).filter(user=user).first()
    if known is None:
        known = Membership(structure=structure, user=user, since=now, kind="")
    elif known.kind in {kind, ADMINISTRATOR}:
        return known
    before, known.kind, known.proof = known.kind, kind, proof
    known.function = function or known.function
    known.save()
    _record("member_added" if not before else "member_role", known, before, kind,
            by=by, now=now, space_id=space_id, reason=reason)  # fmt: skip
    tell_administrators(
        structure,
        letters.JOINED,
        now=now,
        but=[user, *([by] if by else [])],
        link=link_to("member:members", structure.pk),
        who=str(user),
        role=known.get_kind_display(),
    )
    return known


@transaction.atomic
def change_kind(member: Membership, kind: str, *, by: User, now: datetime) -> None:
    """Make an administrator of a member, or the other way round."""
    structure = _hold(member)
    check_administrator(structure, by)
    before = member.kind
    if before == kind:
        return
    if before == ADMINISTRATOR:
        _keep_one(structure, but=member)
    member.kind = kind
    member.save(update_fields=["kind"])
    _record("member_role", member, before, kind, by=by, now=now)
    if member.user != by:
        tell_people(
            [member.user], letters.ROLE_CHANGED, structure, now=now, who=str(by), role=_you(kind)
        )


@transaction.atomic
def remove_member(
    member: Membership, *, by: User, now: datetime, reason: str = "", space_id: int | None = None
) -> None:
    """Take the page from somebody. An agent (`space_id`) may do it to the last administrator, with a reason."""
    structure = _hold(member)
    if space_id is None:
        check_administrator(structure, by)
        if member.user == by:
            raise ValidationError("Pour partir, choisissez « Quitter cette fiche ».")
        if member.kind == ADMINISTRATOR:
            _keep_one(structure, but=member)
    elif not reason.strip():
        raise ValidationError({"reason": "Écrivez pourquoi : la personne le lira."})
    _end(member, "member_removed", by=by, now=now, space_id=space_id, reason=reason)
    said = f"Motif : {reason.strip()}" if reason.strip() else "Aucun motif n'a été donné."
    who = "Un agent de la collectivité" if space_id else str(by)
    tell_people([member.user], letters.REMOVED, structure, now=now, who=who, reason=said)
    _tell_who_stays(structure, member.user, by=by, now=now)


@transaction.atomic
def leave(member: Membership, *, now: datetime, heir: Membership | None = None) -> None:
    """Stop keeping the page, handed over to `heir` first. The last administrator cannot without one."""
    if heir is not None:
        hand_over(member, heir, now=now)
    structure = _hold(member)
    if member.kind == ADMINISTRATOR:
        _keep_one(structure, but=member)
    _end(member, "member_left", by=member.user, now=now)
    _tell_who_stays(structure, member.user, by=member.user, now=now)


@transaction.atomic
def hand_over(member: Membership, heir: Membership, *, now: datetime) -> None:
    """`heir`, who is a member already, administers the page; `member` modifies it from now on."""
    structure = _hold(member)
    heir.refresh_from_db()
    if heir.pk == member.pk or heir.structure_id != structure.pk or heir.ended_at is not None:
        raise ValidationError("Choisissez quelqu'un d'autre parmi les membres de la fiche.")
    if not (heir.user.is_active and heir.user.erased_at is None):
        raise ValidationError(
            "Le compte de cette personne est fermé : choisissez quelqu'un d'autre."
        )
    if member.kind != ADMINISTRATOR:
        raise ValidationError("Vous n'administrez plus cette fiche.")
    for one, kind in ((heir, ADMINISTRATOR), (member, Membership.Kind.MEMBER)):
        before, one.kind = one.kind, kind
        one.save(update_fields=["kind"])
        if before != kind:
            _record("member_role", one, before, kind, by=member.user, now=now)
    tell_people([heir.user], letters.HANDED_OVER, structure, now=now, who=str(member.user))


@transaction.atomic
def release(member: Membership, *, now: datetime) -> None:
    """Give the page back: nobody administers it any more, its open invitations fall, the agents are told."""
    structure = _hold(member)
    if member.kind != ADMINISTRATOR or _others(structure, member):
        raise ValidationError(
            "D'autres personnes administrent cette fiche : vous pouvez la quitter sans la rendre."
        )
    _end(member, "member_released", by=member.user, now=now)
    open_invitations(structure).update(withdrawn_at=now)
    _tell_who_stays(structure, member.user, by=member.user, now=now)


def _hold(member: Membership) -> Structure:
    """Read the membership again under the structure's lock; refuse one that has ended."""
    held = None
    while held is None or held.pk != member.structure_id:  # a merge moves members to the heir
        held = member.structure
        hold(held)
        member.refresh_from_db(fields=["kind", "ended_at", "structure"])
    member.structure = held
    if member.ended_at is not None:
        raise ValidationError(
            "Cette personne ne tient plus la fiche : la page a changé entre-temps."
        )
    return held


def check_administrator(structure: Structure, by: User) -> None:
    """Under the structure's lock: whoever was removed a moment ago decides nothing any more."""
    if not administrators_of(structure).filter(user=by).exists():
        raise ValidationError("Vous n'administrez plus cette fiche.")


def _others(structure: Structure, member: Membership) -> bool:
    return administrators_of(structure).exclude(pk=member.pk).exists()


def _keep_one(structure: Structure, *, but: Membership) -> None:
    if not _others(structure, but):
        raise ValidationError(
            f"{but.user} est la dernière personne à administrer cette fiche : transmettez-la ou rendez-la "
            "d'abord."
        )


def _end(
    member: Membership,
    act: str,
    *,
    by: User,
    now: datetime,
    space_id: int | None = None,
    reason: str = "",
) -> None:
    member.ended_at = now
    member.save(update_fields=["ended_at"])
    # A place that waits on a page that was merged into this one opens nothing either.
    waiting = Membership.objects.filter(user=member.user, structure__merged_into=member.structure)
    waiting.filter(ended_at=None).update(ended_at=now)
    # What a person who left has asked for does not outlive them.
    open_invitations(member.structure).filter(invited_by=member.user).update(withdrawn_at=now)
    _record(act, member, member.kind, "", by=by, now=now, space_id=space_id, reason=reason)


def _tell_who_stays(structure: Structure, gone: User, *, by: User, now: datetime) -> None:
    staying = [one for one in members_of(structure) if one.user != by]
    administered = administrators_of(structure).exists()
    following = (
        "" if administered else "Plus personne n'administre la fiche : demandez-le sur sa page."
    )
    tell_people(
        [one.user for one in staying],
        letters.GONE,
        structure,
        now=now,
        who=str(gone),
        next=following,
    )
    if not administered:
        still = f"{len(staying)} membre(s) peuvent encore la modifier." if staying else (
            "Plus personne ne la tient."
        )  # fmt: skip
        tell_agents(
            structure,
            letters.RELEASED,
            now=now,
            page="manage:structure",
            key=structure.pk,
            but=by,
            values={"next": still},
        )


def _you(kind: str) -> str:
    return YOU[Membership.Kind(kind)]


def _record(
    act: str,
    member: Membership,
    before: str,
    after: str,
    *,
    by: User | None,
    now: datetime,
    space_id: int | None = None,
    reason: str = "",
) -> None:
    """The journal is never corrected: it holds the person's number, never their name."""
    changes = {"role": [before, after], "user": [member.user_id, member.user_id]}
    journal.record(
        act, member.structure, by=by, at=now, changes=changes, space_id=space_id, reason=reason
    )
