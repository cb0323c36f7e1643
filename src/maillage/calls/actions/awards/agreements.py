"""The agreement of an award: written from its template, sent, signed on both sides, its signed copy kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.awards.holding import CHANGED, RELEASED, keep, move, take
from maillage.calls.actions.awards.papers import ask_for, write
from maillage.calls.actions.awards.paying import open_first
from maillage.calls.enums import AwardStatus, PaperKind
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.merge import MissingValueError
from maillage.calls.lib.words import PARIS
from maillage.calls.models import Agreement, Award, Paper, Partner
from maillage.calls.queries.conventions import is_signed
from maillage.calls.queries.merging import agreement_values, lead_of, values_of
from maillage.calls.queries.papers import words_of
from maillage.core.uploads.store import store

if TYPE_CHECKING:
    from django.core.files import File


_COPIES = frozenset({"pdf", "png", "jpg"})


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the form asks: `redistribution` is the list of partners and amounts, empty when nothing is passed on."""

    years: int = 1
    surplus_kept: bool = False
    redistribution: str = ""
    representative: str = ""


@transaction.atomic
def send(award: Award, terms: Terms, *, by: User, now: datetime, version: int) -> Agreement:
    """Write the agreement, or write it again while nobody signed it; its PDF and the letter follow by a job.

    Raises StepRefused; a value that the template asks for and nobody knows is named.
    """
    held = take(award, version)
    if held.notified_at is None or held.status in RELEASED:
        raise StepRefused("Une convention s'envoie une fois la subvention notifiée.")
    agreement = Agreement.objects.filter(award=held).first() or Agreement(award=held)
    if agreement.pk and (agreement.signed_by_authority_on or agreement.signed_by_beneficiary_on):
        raise StepRefused("Cette convention est signée : elle ne peut plus être récrite.")
    agreement.award = held
    rank = Paper.objects.filter(award=held, kind=PaperKind.AGREEMENT).count() + 1
    agreement.number = f"{held.application.reference}-C{held.pk}"
    agreement.is_annual, agreement.years = terms.years == 1, terms.years
    agreement.surplus_kept = terms.surplus_kept
    agreement.redistribution = terms.redistribution.strip()[:2000]
    _name_representative(held, terms.representative)
    agreement.paper = _paper(held, agreement, rank, now)
    agreement.sent_at = now
    agreement.save()
    if held.status == AwardStatus.GRANTED:
        move(held, AwardStatus.TO_SIGN, "Envoyer la convention")
    keep(held, "agreement_sent", by=by, now=now, changes={"number": [None, agreement.number]})
    ask_for(held.application.edition_id)
    return agreement


@transaction.atomic
def sign(
    award: Award,
    *,
    by: User,
    now: datetime,
    version: int,
    beneficiary_on: date | None = None,
    authority_on: date | None = None,
    copy: "File[bytes] | None" = None,
) -> Agreement:
    """Dates of the signatures and the signed copy, one or several at a time; once both signed, the award runs.

    The clock of the first payment starts at the authority's signature. Raises StepRefused, `UploadRefusedError`.
    """
    held = take(award, version)
    agreement = Agreement.objects.select_for_update().filter(award=held).first()
    if agreement is None or agreement.sent_at is None:
        raise StepRefused("Aucune convention n'a été envoyée pour cette subvention.")
    if held.status in RELEASED:
        raise StepRefused(CHANGED)
    was_signed = is_signed(agreement)
    today = now.astimezone(PARIS).date()
    for on in (beneficiary_on, authority_on):
        if on is not None and on > today:
            raise StepRefused("Une signature ne peut pas être datée de l'avenir.")
    agreement.signed_by_beneficiary_on = beneficiary_on or agreement.signed_by_beneficiary_on
    agreement.signed_by_authority_on = authority_on or agreement.signed_by_authority_on
    if copy is not None:
        agreement.signed_copy = store(copy, accept=_COPIES, by=by, now=now, private=True)
    if authority_on is not None and agreement.signed_copy_id is None:
        raise StepRefused(
            "Joignez l'exemplaire signé avant de dater la signature de la collectivité."
        )
    agreement.save()
    if is_signed(agreement) and not was_signed:
        _begin(held, agreement)
    keep(
        held,
        "agreement_signed" if is_signed(agreement) else "agreement_changed",
        by=by,
        now=now,
    )
    return agreement


def _begin(held: Award, agreement: Agreement) -> None:
    if held.status in {AwardStatus.GRANTED, AwardStatus.TO_SIGN}:
        move(held, AwardStatus.RUNNING, "Signer la convention")
    on = agreement.signed_by_authority_on
    if on is not None:
        open_first(held, at=datetime(on.year, on.month, on.day, 12, tzinfo=PARIS))


def _paper(held: Award, agreement: Agreement, rank: int, now: datetime) -> Paper:
    edition = held.application.edition
    words = words_of(edition.space, edition, PaperKind.AGREEMENT)
    values = values_of(
        PaperKind.AGREEMENT, held.application, held, now=now, extra=agreement_values(agreement)
    )
    Paper.objects.filter(award=held, kind=PaperKind.AGREEMENT, replaced_at=None).update(
        replaced_at=now
    )
    try:
        return write(
            words,
            values,
            application=held.application,
            award=held,
            key=f"agreement-{held.pk}-{rank}",
            now=now,
        )
    except MissingValueError as error:
        names = ", ".join(f"« {name} »" for name in error.names)
        raise StepRefused(f"La convention n'est pas faite : il manque {names}.") from error


def _name_representative(held: Award, name: str) -> None:
    partner = held.partner or lead_of(held.application)
    words = " ".join(name.split())[:160]
    if partner is None or not words or partner.representative == words:
        return
    Partner.objects.filter(pk=partner.pk).update(representative=words)
    partner.representative = words
    held.partner = partner
