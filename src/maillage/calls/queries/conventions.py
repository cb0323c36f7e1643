"""Whether the law asks for an agreement, and what an organisation is given in a civil year.

Loi n° 2000-321 du 12 avril 2000, article 10, and décret n° 2001-495 du 6 juin 2001: above a yearly amount, which the
edition holds (`Edition.convention_from`). Several grants of one year add up. Help in kind counts when it is valued.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, Sum

from maillage.calls.enums import AwardStatus
from maillage.calls.lib.words import in_euros
from maillage.calls.models import Agreement, Award

LAW = "loi n° 2000-321 du 12 avril 2000, article 10 ; décret n° 2001-495 du 6 juin 2001"
READ_ON = "novembre 2026"
_GONE = (AwardStatus.PROPOSED, AwardStatus.RENOUNCED, AwardStatus.LAPSED, AwardStatus.REVOKED)


@dataclass(frozen=True)
class Need:
    """`total` is what the organisation is given in `year` by this authority, this award included."""

    required: bool
    year: int
    total: Decimal
    above: Decimal

    @property
    def sentence(self) -> str:
        told = f"{in_euros(self.total)} de subventions en {self.year}"
        if self.required:
            return (
                f"Une convention est obligatoire avant tout versement : {told}, au-delà de"
                f" {in_euros(self.above)} par an ({LAW})."
            )
        return (
            f"Aucune convention n'est obligatoire : {told}, sans dépasser {in_euros(self.above)} par an"
            f" ({LAW})."
        )


def need_of(award: Award) -> Need:
    """For this award, others of the same year and beneficiary added."""
    year = _year_of(award)
    edition = award.application.edition
    others = (
        Award.objects.filter(_same_beneficiary(award), application__edition__space=edition.space_id)
        .exclude(pk=award.pk)
        .exclude(status__in=_GONE)
        .filter(decision_on__year=year)
    )
    value = F("amount") + F("in_kind_value")
    total = others.aggregate(total=Sum(value))["total"] or Decimal(0)
    total += award.amount + award.in_kind_value
    above = edition.convention_from
    return Need(required=total > above, year=year, total=total, above=above)


def is_ready_to_pay(award: Award) -> bool:
    """Signed by both, or not required."""
    agreement = Agreement.objects.filter(award=award).first()
    if agreement is not None and agreement.sent_at is not None:
        return is_signed(agreement)
    return not need_of(award).required


def is_signed(agreement: Agreement) -> bool:
    return (
        agreement.signed_by_authority_on is not None
        and agreement.signed_by_beneficiary_on is not None
    )


def _year_of(award: Award) -> int:
    return award.decision_on.year if award.decision_on else award.application.edition.year


def _same_beneficiary(award: Award) -> Q:
    """The structure when the directory knows it, else its SIREN, else its RNA, else this very award."""
    if award.structure_id:
        return Q(structure=award.structure_id)
    if len(award.siret) == 14:
        return Q(siret__startswith=award.siret[:9])
    if award.rna:
        return Q(rna=award.rna)
    return Q(pk=award.pk)
