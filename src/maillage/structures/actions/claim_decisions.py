"""Who decides a claim: nobody needs to when the proof is strong and the page free; else the people in place, else an agent."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from maillage.accounts.models import User
from maillage.core import journal
from maillage.spaces.models import Space
from maillage.structures.actions.hold import hold
from maillage.structures.actions.members import YOU, check_administrator, join
from maillage.structures.actions.telling import (
    link_to,
    tell_administrators,
    tell_agents,
    tell_people,
)
from maillage.structures.enums import Proof, State
from maillage.structures.models import Claim, Membership, Structure
from maillage.structures.notices import claims as letters
from maillage.structures.queries.people import PENDING, administrators_of, pending_claims

PATIENCE = timedelta(days=14)
_TOLD = "agents_told"


def hold_claim(claim: Claim) -> Structure:
    """Keep the structure, then read the claim again. Raises when somebody decided it meanwhile."""
    held = None
    while held is None or held.pk != claim.structure_id:  # a merge moves claims to the heir
        held = claim.structure
        hold(held)
        claim.refresh_from_db(from_queryset=Claim.objects.select_for_update(of=("self",)))
    claim.structure = held
    if claim.state not in PENDING:
        raise ValidationError(decided_sentence(claim))
    return held


def decided_sentence(claim: Claim) -> str:
    """« Cette demande a déjà été acceptée par Chloé Martin, le 22 novembre 2026. »"""
    who = f" par {claim.decided_by}" if claim.decided_by else ""
    when = claim.decided_at and date_format(timezone.localtime(claim.decided_at), "j F Y")
    return f"Cette demande a déjà été {claim.get_state_display()}{who}{f', le {when}' if when else ''}."


def check_claimable(structure: Structure) -> None:
    if structure.merged_into_id:
        raise ValidationError(
            "Cette fiche a été fusionnée avec une autre : faites la demande sur celle-ci."
        )
    if structure.state == State.ARCHIVED:
        raise ValidationError("Cette fiche est archivée : personne ne peut la tenir.")


def settle(claim: Claim, *, now: datetime) -> None:
    """After a strong proof, inside the caller's transaction: the page if it is free, else the queue."""
    structure = claim.structure
    check_claimable(structure)
    if _is_doubtful(claim) or administrators_of(structure).exists():
        claim.state = Claim.State.OPEN
        claim.save()
        announce(claim, now=now)
        return
    _grant(claim, Membership.Kind.ADMINISTRATOR, by=None, now=now, space_id=claim.space_id)
    tell_agents(
        structure,
        letters.SETTLED,
        now=now,
        page="manage:structure",
        key=structure.pk,
        values={"claimant": str(claim.user), "proof": claim.get_proof_display()},
    )


def _is_doubtful(claim: Claim) -> bool:
    """A domain that proves too little by itself.

    Others have it, whoever kept the page may have written it there, or it would give the page back to
    somebody from whom it was taken.
    """
    if claim.proof != Proof.DOMAIN:
        return False
    known = Membership.objects.filter(structure=claim.structure, user=claim.user)
    doubts = claim.evidence.get("shared") or claim.evidence.get("typed")
    return bool(doubts) or known.filter(ended_at__isnull=False).exists()


def announce(claim: Claim, *, now: datetime) -> None:
    """Tell those who can decide: the administrators of the page, else the agents (after `PATIENCE`, both)."""
    structure = claim.structure
    if not administrators_of(structure).exists():
        _tell_agents(claim, now=now)
        return
    tell_administrators(
        structure,
        letters.TO_KEEPERS,
        now=now,
        link=link_to("member:member_claim", structure.pk, claim.pk),
        claimant=str(claim.user),
        until=date_format(timezone.localtime(claim.created_at + PATIENCE), "j F Y"),
    )


def _tell_agents(claim: Claim, *, now: datetime) -> None:
    claim.evidence[_TOLD] = True
    claim.save(update_fields=["evidence"])
    tell_agents(
        claim.structure,
        letters.TO_AGENTS,
        now=now,
        page="manage:claim",
        key=claim.pk,
        values={"claimant": str(claim.user), "proof": claim.get_proof_display()},
    )


def tell_ripe(*, now: datetime) -> int:
    """Tell the agents of claims that the people in place left without answer; the number of claims."""
    told = 0
    waiting = Claim.objects.filter(state=Claim.State.OPEN).exclude(evidence__has_key=_TOLD)
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            claim = Claim.objects.select_related("structure", "user").get(pk=pk)
            try:
                hold_claim(claim)
            except ValidationError:  # answered meanwhile
                continue
            until = waits_until(claim)
            if _TOLD in claim.evidence or (until and now < until):
                continue
            _tell_agents(claim, now=now)
            told += 1
    return told


def waits_until(claim: Claim) -> datetime | None:
    """Until when the people in place answer alone; None when nobody administers the page."""
    if not administrators_of(claim.structure).exists():
        return None
    return claim.created_at + PATIENCE


@transaction.atomic
def accept_claim(
    claim: Claim,
    *,
    by: User,
    now: datetime,
    kind: str = "",
    space: Space | None = None,
    checked: str = "",
    checked_on: date | None = None,
) -> Membership:
    """Give the page. `space` is that of an agent, None for an administrator of the page.

    `kind` is what the claimant becomes beside administrators in place; alone, they administer. Without a
    proof of their own the agent says what was `checked`, and of which day.
    """
    structure = hold_claim(claim)
    check_claimable(structure)
    until = waits_until(claim)
    if space is None:
        check_administrator(structure, by)
    else:
        if until and now < until:
            day = date_format(timezone.localtime(until), "j F Y")
            raise ValidationError(
                f"Des personnes tiennent déjà cette fiche : elles ont jusqu'au {day} pour répondre."
            )
        if not checked.strip() and not claim.evidence.get("proved_at"):
            raise ValidationError({"checked": "Écrivez ce que vous avez vérifié, et où."})
    if checked.strip():
        day = (checked_on or timezone.localdate(now)).isoformat()
        claim.evidence["checked"] = {"what": checked.strip(), "on": day}
    given = kind if until and kind else Membership.Kind.ADMINISTRATOR
    return _grant(claim, given, by=by, now=now, space_id=space.pk if space else None)


def _grant(
    claim: Claim, kind: str, *, by: User | None, now: datetime, space_id: int | None
) -> Membership:
    structure = claim.structure
    _close(claim, Claim.State.ACCEPTED, by=by, now=now, space_id=space_id)
    member = join(
        structure,
        claim.user,
        kind,
        proof=claim.proof,
        function=claim.function,
        by=by,
        now=now,
        space_id=space_id,
    )
    role = YOU[Membership.Kind(member.kind)]
    tell_people([claim.user], letters.ACCEPTED, structure, now=now, role=role)
    if kind == Membership.Kind.ADMINISTRATOR:
        for other in pending_claims(structure):
            announce_to_newcomer(other, claim.user, now=now)
    return member


def announce_to_newcomer(claim: Claim, keeper: User, *, now: datetime) -> None:
    """Who has just received a page is told who else asked for it."""
    tell_people(
        [keeper],
        letters.TO_KEEPERS,
        claim.structure,
        now=now,
        link=link_to("member:member_claim", claim.structure_id, claim.pk),
        claimant=str(claim.user),
        until=date_format(timezone.localtime(claim.created_at + PATIENCE), "j F Y"),
    )


@transaction.atomic
def refuse_claim(
    claim: Claim, reason: str, *, by: User, now: datetime, space: Space | None = None
) -> None:
    """Refuse, with a reason that the claimant reads."""
    if not reason.strip():
        raise ValidationError({"reason": "Écrivez pourquoi : la personne le lira."})
    structure = hold_claim(claim)
    if space is None:
        check_administrator(structure, by)
    claim.reason = reason.strip()[:500]
    _close(claim, Claim.State.REFUSED, by=by, now=now, space_id=space.pk if space else None)
    tell_people(
        [claim.user],
        letters.REFUSED,
        structure,
        now=now,
        link=link_to("member:claim", claim.pk),
        reason=claim.reason,
    )


@transaction.atomic
def ask_other_proof(claim: Claim, reason: str, *, by: User, now: datetime, space: Space) -> None:
    """Say what is missing; the claim waits for its author."""
    if not reason.strip():
        raise ValidationError({"reason": "Écrivez ce qui manque : la personne le lira."})
    structure = hold_claim(claim)
    claim.state, claim.code_hash, claim.code_expires_at = Claim.State.PROVING, "", None
    claim.evidence["asked"] = reason.strip()[:500]
    claim.save()
    journal.record(
        "claim_proof_asked", claim, by=by, at=now, reason=reason.strip(), space_id=space.pk
    )
    tell_people(
        [claim.user],
        letters.OTHER_PROOF,
        structure,
        now=now,
        link=link_to("member:claim", claim.pk),
        reason=claim.evidence["asked"],
    )


def _close(
    claim: Claim, state: str, *, by: User | None, now: datetime, space_id: int | None
) -> None:
    before, claim.state = claim.state, state
    claim.decided_at, claim.decided_by = now, by
    claim.code_hash, claim.code_expires_at = "", None
    claim.save()
    journal.record(
        f"claim_{state}",
        claim,
        by=by,
        at=now,
        changes={"state": [before, state]},
        reason=claim.reason,
        space_id=space_id,
    )
