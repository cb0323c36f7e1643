"""What is published of grants: one row of open data per award, as the beneficiary was notified."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.utils import timezone

from maillage.calls.enums import AwardNature, AwardStatus, StateAid
from maillage.calls.lib import scdl
from maillage.calls.models import Application, Award, Instalment, PublishedGrant
from maillage.spaces.models import LegalInformation, Space

_OFFICIAL_RNA = re.compile(r"W\d{9}")
_NATURE = {
    AwardNature.CASH: scdl.NATURES[0],
    AwardNature.IN_KIND: scdl.NATURES[1],
    AwardNature.MIXED: scdl.NATURES[2],
}
_UNDER_EU_LAW = frozenset({StateAid.DE_MINIMIS, StateAid.SGEI, StateAid.EXEMPTED})
_GONE = (
    AwardStatus.PROPOSED,
    AwardStatus.LAPSED,
    AwardStatus.RENOUNCED,
    AwardStatus.REVOKED,
)


@dataclass(frozen=True)
class Publisher:
    """The authority as open data name it; `siret` is empty until the space's legal page says it."""

    name: str
    siret: str


def publisher_of(space: Space) -> Publisher:
    siret = (
        LegalInformation.objects.filter(space=space)
        .values_list("publisher_siret", flat=True)
        .first()
    )
    return Publisher(space.authority or space.name, siret or "")


def publishable(space: Space) -> QuerySet[Award]:
    """Awards that were notified and still hold."""
    return (
        Award.objects.filter(application__edition__space=space, notified_at__isnull=False)
        .exclude(status__in=_GONE)
        .select_related(
            "application__edition__programme", "envelope", "structure", "partner", "agreement"
        )
        .prefetch_related("instalments")
        .order_by("pk")
    )


def totals_of(space: Space) -> dict[int, Decimal]:
    """By application: what was granted before it was shared between partners (euros)."""
    found = publishable(space).order_by().values("application").annotate(total=Sum("amount"))
    return {row["application"]: row["total"] for row in found}


def rows_of(space: Space) -> Iterator[tuple[Award, dict[str, str]]]:
    """Each award that can be published, with its row; whether the row is right is for `scdl.problems`."""
    publisher, totals = publisher_of(space), totals_of(space)
    for award in publishable(space):
        yield award, _row(award, publisher, totals[award.application_id])


def _row(award: Award, publisher: Publisher, total: Decimal) -> dict[str, str]:
    file, edition = award.application, award.application.edition
    agreement = getattr(award, "agreement", None)
    signed = agreement.signed_by_authority_on if agreement else None
    instalments = sorted(award.instalments.all(), key=lambda one: one.rank)
    siret = award.siret.strip()
    rna = award.rna.strip()
    years = agreement.years if agreement else 1
    row = {
        "idSubvention": f"{file.reference}-{award.pk}",
        "nomAttribuant": publisher.name,
        "idAttribuant": publisher.siret,
        "nomServiceInstructeur": edition.programme.service,
        "idServiceInstructeur": publisher.siret,
        "nomBeneficiaire": award.beneficiary,
        "idBeneficiaire": siret,
        # The official pattern refuses the numbers with a letter (Corsica): the SIRET then stands alone.
        "rnaBeneficiaire": rna if _OFFICIAL_RNA.fullmatch(rna) else "",
        "exerciceBudgetaire": str(award.envelope.year),
        "pluriannualite": "oui" if years > 1 else "non",
        "anneesPluriannualite": _years(award.envelope.year, years),
        "dateDecision": _day(award.decision_on),
        "dateConvention": _day(signed or award.decision_on),
        "referenceDecision": award.decision_ref,
        "dateCreation": _day(_local(file)),
        "dateDebut": _day(file.starts_on),
        "dateFin": _day(file.ends_on),
        "dispositif": edition.programme.name,
        "sousDispositif": edition.title,
        "statutLabel": scdl.LABELS[1],
        "objet": award.purpose[: scdl.OBJECT_LENGTH],
        "nature": _NATURE[AwardNature(award.nature)],
        "montantDemande": "" if file.requested is None else f"{file.requested:.2f}",
        "montant": f"{total:.2f}",
        "nomOutilInstruction": "Maillage",
        "conditionsVersement": scdl.CONDITIONS[0 if len(instalments) < 2 else 1],
        "descriptionConditionsVersement": _conditions(instalments),
        "datesPeriodeVersement": _period(award, instalments),
        "notificationUE": "oui" if award.state_aid in _UNDER_EU_LAW else "non",
        "pourcentageSubvention": _share(award.amount, total),
    }
    return {name: row.get(name, "") for name in scdl.NAMES}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _local(file: Application) -> date | None:
    at = file.first_deposited_at
    return timezone.localdate(at) if at else None


def _years(first: int, count: int) -> str:
    return ";".join(str(first + rank) for rank in range(count)) if count > 1 else ""


def _share(amount: Decimal, total: Decimal) -> str:
    """From 0.01 to 1, two decimals as the standard's examples; a very small share is written 0.01."""
    share = max((amount / total).quantize(Decimal("0.01")), Decimal("0.01")) if total else 1
    return "1" if share == 1 else f"{share:.2f}"


def _conditions(instalments: list[Instalment]) -> str:
    if not instalments:
        return "Versement unique"
    said = [
        f"{one.amount:.2f} € ({one.condition or one.get_kind_display()})" for one in instalments
    ]
    return " ; ".join(said)[:256]


def _period(award: Award, instalments: list[Instalment]) -> str:
    """Paid, planned or due days; before anything is known, the day of the decision: the column is never empty."""
    days = [
        day
        for one in instalments
        if (day := one.paid_on or one.planned_on or one.due_on) is not None
    ]
    first = min(days) if days else award.decision_on
    last = max(days) if days else award.decision_on
    return _day(first) if first == last else f"{_day(first)}/{_day(last)}"


def published(space: Space, *, year: str = "") -> QuerySet[PublishedGrant]:
    """Rows in force, the newest first; `year` is that of the budget, empty for all."""
    found = PublishedGrant.objects.filter(
        award__application__edition__space=space, withdrawn_at=None
    ).select_related("award__application__edition", "award__structure")
    if year.isdecimal():
        found = found.filter(award__envelope__year=int(year))
    return found.order_by("-award__envelope__year", "award__beneficiary", "pk")


def years_of(space: Space) -> list[int]:
    found = PublishedGrant.objects.filter(
        award__application__edition__space=space, withdrawn_at=None
    )
    years = found.order_by().values_list("award__envelope__year", flat=True).distinct()
    return sorted(years, reverse=True)
