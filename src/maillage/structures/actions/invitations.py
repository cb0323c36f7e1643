"""Invite somebody to keep a page. The key is single use, and good for one address and one structure."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from maillage.accounts.models import User
from maillage.accounts.queries import verified_addresses
from maillage.core import journal
from maillage.core.letters.outbox import post
from maillage.structures.actions.hold import hold
from maillage.structures.actions.members import YOU, check_administrator, join
from maillage.structures.actions.telling import link_to
from maillage.structures.enums import Proof, State
from maillage.structures.models import Membership, MembershipInvitation, Structure
from maillage.structures.notices.members import INVITED
from maillage.structures.queries.people import members_of, open_invitations

LIFE = timedelta(days=14)
MOST_OPEN = 20
MOST_A_DAY = 40


@transaction.atomic
def invite_member(
    structure: Structure, email: str, kind: str, *, by: User, now: datetime
) -> MembershipInvitation:
    """Send a key to `email`. An invitation that is open for it is replaced: its first key opens nothing more."""
    hold(structure)
    check_administrator(structure, by)
    email = email.strip().lower()
    if structure.state == State.ARCHIVED or structure.merged_into_id:
        raise ValidationError("Cette fiche est archivée : personne ne peut y être invité.")
    if members_of(structure).filter(user__email=email).exists():
        raise ValidationError({"email": "Cette personne tient déjà la fiche avec vous."})
    _check_measure(structure, email, now)
    key = secrets.token_urlsafe(24)
    open_invitations(structure).filter(email=email).update(withdrawn_at=now)
    invitation = MembershipInvitation.objects.create(
        structure=structure,
        email=email,
        kind=kind,
        key_hash=_hash(key),
        invited_by=by,
        created_at=now,
        expires_at=now + LIFE,
    )
    journal.record("member_invited", structure, by=by, at=now, changes={"role": ["", str(kind)]})
    post(
        INVITED,
        to=email,
        values={
            "structure": structure.name,
            "who": str(by),
            "role": YOU[Membership.Kind(kind)],
            "until": date_format(timezone.localtime(invitation.expires_at), "j F Y"),
            "email": email,
        },
        link=link_to("portal:invitation", key),
        now=now,
    )
    return invitation


def _check_measure(structure: Structure, email: str, now: datetime) -> None:
    """An administrator's page must not become a way to send letters to strangers."""
    if open_invitations(structure).exclude(email=email).count() >= MOST_OPEN:
        raise ValidationError(
            f"{MOST_OPEN} invitations attendent déjà une réponse : retirez-en avant d'en envoyer d'autres."
        )
    if structure.invitations.filter(created_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise ValidationError("Trop d'invitations aujourd'hui : reprenez demain.")


@transaction.atomic
def withdraw_invitation(invitation: MembershipInvitation, *, by: User, now: datetime) -> None:
    """The key opens nothing any more; no effect on an invitation that was answered."""
    hold(invitation.structure)
    check_administrator(invitation.structure, by)
    changed = MembershipInvitation.objects.filter(
        pk=invitation.pk, accepted_at=None, withdrawn_at=None
    ).update(withdrawn_at=now)
    if changed:
        journal.record("invitation_withdrawn", invitation.structure, by=by, at=now)


def find_invitation(key: str) -> MembershipInvitation | None:
    """The invitation of a key, in any state."""
    rows = MembershipInvitation.objects.select_related("structure", "invited_by")
    return rows.filter(key_hash=_hash(key)).first()


def why_closed(invitation: MembershipInvitation, *, now: datetime) -> str:
    """One sentence when the invitation can't be answered any more, else an empty string."""
    if invitation.accepted_at:
        return "Cette invitation a déjà servi."
    if invitation.withdrawn_at:
        return "Cette invitation a été retirée : demandez-en une nouvelle à la structure."
    if invitation.expires_at <= now:
        return "Cette invitation n'est plus valable : demandez-en une nouvelle à la structure."
    if invitation.structure.state == State.ARCHIVED or invitation.structure.merged_into_id:
        return "La fiche de cette structure est archivée."
    return ""


def is_for(invitation: MembershipInvitation, user: User) -> bool:
    """Whether the invitation was sent to this person: a key that was forwarded opens nothing."""
    return invitation.email in verified_addresses(user)


@transaction.atomic
def accept_invitation(key: str, *, by: User, now: datetime) -> Membership:
    """Make `by` a keeper. Raises `ValidationError` for a key that is not, or no longer, theirs."""
    found = find_invitation(key)
    if found is None:
        raise ValidationError("Cette invitation n'existe pas.")
    structure = found.structure
    hold(structure)
    found.refresh_from_db()
    if closed := why_closed(found, now=now):
        raise ValidationError(closed)
    if not is_for(found, by):
        raise ValidationError(
            "Cette invitation est au nom d'une autre adresse : connectez-vous avec celle qui l'a reçue."
        )
    found.accepted_at = now
    found.save(update_fields=["accepted_at"])
    return join(structure, by, found.kind, proof=Proof.INVITE, by=by, now=now)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
