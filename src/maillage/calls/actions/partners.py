"""The lead settles who is in the file, for how much and to do what. Who had signed signs again when that changes."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.partner_letters import send_key, tell_partner, terms_words
from maillage.calls.enums import PartnerRole, WriterKind
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.window import window_of
from maillage.calls.lib.words import long_instant
from maillage.calls.models import Application, Partner, Writer
from maillage.calls.notices.partners import CHANGED, LATE, REMOVED
from maillage.calls.queries.partners import OPEN, may_lead
from maillage.core import journal
from maillage.structures.models import Structure

LIFE = timedelta(days=14)
MOST = 30
_PAUSE = timedelta(days=1)  # between two reminders to the same partner
STALE = "Quelqu'un d'autre a changé ce partenaire entre-temps : relisez, puis recommencez."


@dataclass(frozen=True)
class Share:
    """What is proposed to a partner. `share` is a percentage; both are None for a partner that is not funded."""

    role: str
    share: Decimal | None
    amount: Decimal | None
    tasks: str
    access: str = WriterKind.READER


@dataclass(frozen=True)
class Who:
    """A structure of the directory, or one that is told by name and SIRET."""

    structure: Structure | None = None
    name: str = ""
    siret: str = ""
    contact_name: str = ""
    contact_email: str = ""


def hold(application: Application) -> Application:
    """The file, locked, fresh. Call it inside a transaction."""
    locked = Application.objects.select_for_update(of=("self",))
    held: Application = locked.select_related("edition__space").get(pk=application.pk)
    return held


def check_lead(application: Application, by: User, now: datetime) -> None:
    """Raise `StepRefused` unless `by` settles the partners and the file may still be deposited."""
    if not may_lead(by, application):
        raise StepRefused("Seules les personnes du chef de file règlent les partenaires.")
    until = window_of(application.edition, application.stage).until
    if application.status not in OPEN or until is None or now >= until:
        raise StepRefused(
            "Les partenaires ne changent plus : la candidature ne peut plus être déposée."
        )


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def add_partner(
    application: Application, who: Who, share: Share, *, by: User, now: datetime
) -> Partner:
    """A partner, invited by letter. Raises `ValidationError` by field."""
    held = hold(application)
    check_lead(held, by, now)
    if held.partners.filter(refused_at=None).count() >= MOST:
        raise ValidationError(f"{MOST} partenaires au plus par candidature.")
    _check_new(held, who)
    head = who.structure.establishments.first() if who.structure is not None else None
    partner = Partner(
        application=held,
        structure=who.structure,
        name=who.structure.name if who.structure is not None else who.name,
        siret=(head.siret or "") if head is not None else who.siret,
        rna=(who.structure.rna or "") if who.structure is not None else "",
        legal_category=who.structure.legal_category if who.structure is not None else "",
        contact_name=who.contact_name,
        contact_email=who.contact_email.strip().lower(),
        **_columns(share),
    )
    renew_key(partner, now=now)
    journal.record("partner_invited", held, by=by, at=now)
    return partner


def _check_new(held: Application, who: Who) -> None:
    rows = held.partners.filter(refused_at=None)
    if who.structure is not None and rows.filter(structure=who.structure).exists():
        raise ValidationError({"structure": ["Cette structure est déjà dans la candidature."]})
    if who.siret and rows.filter(siret=who.siret).exists():
        raise ValidationError({"siret": ["Ce SIRET est déjà dans la candidature."]})
    # A refusal leaves its row: asked again, the structure takes the new proposal.
    if who.structure is not None:
        held.partners.filter(structure=who.structure).update(structure=None)


def _columns(share: Share) -> dict[str, object]:
    funded = share.role != PartnerRole.UNFUNDED
    return {
        "role": share.role,
        "share": share.share if funded else None,
        "amount": share.amount if funded else None,
        "tasks": share.tasks,
        "access": share.access,
    }


def renew_key(partner: Partner, *, now: datetime) -> None:
    """Save the partner with a new link, sent to its contact: the former one opens nothing any more."""
    key = secrets.token_urlsafe(24)
    partner.key_hash, partner.key_expires_at, partner.invited_at = hash_of(key), now + LIFE, now
    partner.save()
    send_key(partner, key, now=now)


@transaction.atomic
def change_partner(
    partner: Partner, share: Share, *, by: User, now: datetime, version: int
) -> bool:
    """Propose something else. Whether a signature fell: role, share, amount or tasks are what was signed."""
    held = hold(partner.application)
    check_lead(held, by, now)
    partner = held.partners.get(pk=partner.pk)
    if partner.version != version:
        raise StepRefused(STALE)
    wanted = _columns(share)
    changed = {name for name, value in wanted.items() if getattr(partner, name) != value}
    for name, value in wanted.items():
        setattr(partner, name, value)
    partner.version += 1
    fell = partner.engaged_at is not None and bool(changed - {"access"})
    if fell:
        disengage(partner)
    partner.save()
    if "access" in changed:
        partner.writers.filter(ended_at=None).update(kind=share.access)
    if changed:
        journal.record("partner_changed", held, by=by, at=now)
    if changed - {"access"} and (fell or partner.invited_at):
        tell_partner(partner, CHANGED, now=now, terms=terms_words(partner))
    return fell


def disengage(partner: Partner) -> None:
    """Forget the signature; the caller saves."""
    partner.engaged_at, partner.engaged_by, partner.engaged_as = None, None, ""
    partner.commitment_at, partner.commitment_text = None, ""


@transaction.atomic
def change_lead(
    application: Application,
    *,
    share: Decimal | None,
    amount: Decimal | None,
    redistributes: bool,
    by: User,
    now: datetime,
) -> None:
    """The lead's own part, and whether the money passes through it: others then sign that again."""
    held = hold(application)
    check_lead(held, by, now)
    lead = held.partners.get(role=PartnerRole.LEAD)
    turned = lead.redistributes != redistributes
    if not turned and (lead.share, lead.amount) == (share, amount):
        return
    lead.share, lead.amount, lead.redistributes = share, amount, redistributes
    lead.version += 1
    lead.save()
    journal.record("partner_changed", held, by=by, at=now)
    if not turned:
        return
    others = held.partners.filter(engaged_at__isnull=False).exclude(role=PartnerRole.LEAD)
    for partner in others:
        disengage(partner)
        partner.version += 1
        partner.save()
        tell_partner(partner, CHANGED, now=now, terms=terms_words(partner))


@transaction.atomic
def remove_partner(partner: Partner, *, by: User, now: datetime) -> None:
    """The partner is no longer in the file, its people read it no more. They are told."""
    held = hold(partner.application)
    check_lead(held, by, now)
    partner = held.partners.select_related("structure").get(pk=partner.pk)
    if partner.role == PartnerRole.LEAD:
        raise StepRefused("Le chef de file ne se retire pas : retirez la candidature.")
    tell_partner(partner, REMOVED, now=now)
    Writer.objects.filter(partner=partner, ended_at=None).update(ended_at=now)
    Writer.objects.filter(partner=partner).update(partner=None)
    partner.delete()
    journal.record("partner_removed", held, by=by, at=now)


@transaction.atomic
def remind_partner(partner: Partner, *, by: User, now: datetime) -> None:
    """A letter to who has not signed, once a day at most; one whose link has died gets a new one."""
    held = hold(partner.application)
    check_lead(held, by, now)
    partner = held.partners.select_related("structure").get(pk=partner.pk)
    if partner.engaged_at is not None or partner.refused_at is not None:
        raise StepRefused(f"{partner.name} a déjà répondu.")
    free = held.partners.filter(pk=partner.pk).exclude(reminded_at__gt=now - _PAUSE)
    if not free.update(reminded_at=now):
        raise StepRefused(f"{partner.name} a déjà été relancé depuis hier : laissez-lui un jour.")
    partner.reminded_at = now
    closes = window_of(held.edition, held.stage).closes_at
    tell_partner(partner, LATE, now=now, closes=long_instant(closes) if closes else "")
    if partner.contact_email:
        renew_key(partner, now=now)
    journal.record("partner_reminded", held, by=by, at=now)
