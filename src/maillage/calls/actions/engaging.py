"""A partner reads, engages by its representative, or refuses. The key of the letter brings its contact in."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.partner_letters import tell_leaders
from maillage.calls.actions.partners import STALE, disengage, hash_of, hold, renew_key
from maillage.calls.enums import PartnerRole, RuleKind, WriterKind
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.window import window_of
from maillage.calls.lib.words import long_date
from maillage.calls.models import Edition, Partner, Writer
from maillage.calls.notices.partners import ENGAGED, REFUSED
from maillage.calls.permissions import speaks_for, writer_of
from maillage.calls.queries.partners import (
    OPEN,
    is_contact,
    key_is_open,
    not_engaged,
    signs_commitment,
    standing_of,
)
from maillage.core import journal

_WORDS = {0: "Tous les partenaires se sont engagés.", 1: "Un partenaire doit encore s'engager."}


def commitment_text(edition: Edition) -> str:
    """Which text is signed, as the rule of the call says: its reference and its version."""
    rule = edition.rules.filter(kind=RuleKind.COMMITMENT).exclude(legal_ref="").first()
    if rule is None:
        return "Contrat d'engagement républicain"
    dated = f", version du {long_date(rule.legal_ref_on)}" if rule.legal_ref_on else ""
    return f"{rule.legal_ref}{dated}"[:240]


def partner_of_key(key: str) -> Partner | None:
    """The partner that a link invites, even when the link is too old."""
    rows = Partner.objects.select_related("application__edition__space", "structure")
    return rows.filter(key_hash=hash_of(key)).first()


@transaction.atomic
def send_new_link(key: str, *, now: datetime) -> Partner | None:
    """For a link that is too old: a new one to the same address. None for a link that names nobody."""
    partner = partner_of_key(key)
    if partner is None or not partner.contact_email:
        return None
    if not key_is_open(partner, now):
        renew_key(partner, now=now)
    return partner


@transaction.atomic
def join_by_key(key: str, *, by: User, now: datetime) -> Partner:
    """Let the contact read the file for the partner. A link that was forwarded opens nothing."""
    partner = partner_of_key(key)
    if partner is None:
        raise StepRefused("Ce lien ne mène nulle part : demandez-en un au chef de file.")
    hold(partner.application)
    if not key_is_open(partner, now):
        raise StepRefused("Ce lien n'est plus valable : demandez-en un nouveau sur cette page.")
    if partner.structure is not None and speaks_for(by, partner.structure):
        return _join(partner, by, now)
    if not is_contact(by, partner):
        raise StepRefused(
            "Cette invitation est au nom d'une autre adresse : connectez-vous avec celle qui l'a reçue."
        )
    return _join(partner, by, now)


@transaction.atomic
def read_as_partner(partner: Partner, *, by: User, now: datetime) -> Partner:
    """Let an administrator of the partner's page read the whole file."""
    hold(partner.application)
    if not standing_of(by, partner).may_read:
        raise StepRefused("Vous ne parlez pas au nom de ce partenaire.")
    return _join(partner, by, now)


def _join(partner: Partner, by: User, now: datetime) -> Partner:
    writer = writer_of(by, partner.application)
    writes = partner.access == WriterKind.EDITOR and partner.refused_at is None
    kind = WriterKind.EDITOR if writes else WriterKind.READER
    if writer is None:
        Writer.objects.create(
            application=partner.application,
            partner=partner,
            user=by,
            email=partner.contact_email,
            kind=kind,
            invited_at=now,
            accepted_at=now,
        )
        journal.record("partner_joined", partner.application, by=by, at=now)
    elif writer.partner_id == partner.pk and writer.kind != kind:
        Writer.objects.filter(pk=writer.pk).update(kind=kind)
    return partner


def _check(partner: Partner, by: User, now: datetime, version: int) -> Partner:
    held = hold(partner.application)
    partner = held.partners.select_related("structure").get(pk=partner.pk)
    partner.application = held
    standing = standing_of(by, partner)
    if not standing.may_sign or partner.role == PartnerRole.LEAD:
        raise StepRefused(standing.why or "Le chef de file s'engage en déposant.")
    until = window_of(held.edition, held.stage).until
    if held.status not in OPEN or until is None or now >= until:
        raise StepRefused("La candidature ne peut plus être déposée : il n'y a plus rien à signer.")
    if partner.version != version:
        raise StepRefused(STALE)
    return partner


@transaction.atomic
def engage(
    partner: Partner, *, by: User, now: datetime, signed_as: str, commits: bool, version: int
) -> Partner:
    """Accept role, amount, share and tasks as they were shown (`version`). Raises `ValidationError` by field."""
    partner = _check(partner, by, now, version)
    errors = {}
    if not signed_as.strip():
        errors["signed_as"] = ["Dites en quelle qualité vous signez : présidente, trésorier…"]
    if signs_commitment(partner) and not commits:
        errors["commits"] = [
            "Une association ou une fondation souscrit ce contrat pour être aidée."
        ]
    if errors:
        raise ValidationError(errors)
    if partner.engaged_at is not None:
        return partner
    partner.engaged_at, partner.engaged_by, partner.engaged_as = now, by, signed_as.strip()[:160]
    partner.refused_at, partner.refusal = None, ""
    if signs_commitment(partner):
        partner.commitment_at = now
        partner.commitment_text = commitment_text(partner.application.edition)
    partner.save()
    _join(partner, by, now)
    journal.record("partner_engaged", partner.application, by=by, at=now)
    left = len(not_engaged(partner.application))
    said = _WORDS.get(left, f"{left} partenaires doivent encore s'engager.")
    tell_leaders(partner, ENGAGED, now=now, left=said)
    return partner


@transaction.atomic
def refuse(partner: Partner, *, by: User, now: datetime, reason: str, version: int) -> Partner:
    """Leave the file, with a word for the lead; an engagement already signed falls."""
    partner = _check(partner, by, now, version)
    if partner.refused_at is not None:
        return partner
    disengage(partner)
    partner.refused_at, partner.refusal = now, reason.strip()[:500]
    partner.version += 1
    partner.save()
    # Its people see what became of their answer; the file is no longer theirs to write.
    partner.writers.filter(ended_at=None).update(kind=WriterKind.READER)
    journal.record("partner_refused", partner.application, by=by, at=now)
    said = f"« {partner.refusal} »" if partner.refusal else "Sans autre mot."
    tell_leaders(partner, REFUSED, now=now, reason=said)
    return partner
