"""Reports of beneficiaries: kept as they are written, handed in, sent back or validated."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.calls.actions.awards.holding import keep, move, paid_of, settle_if_over, take
from maillage.calls.actions.awards.papers import tell_applicants
from maillage.calls.actions.awards.paying import open_balance
from maillage.calls.enums import AwardStatus, ReportStatus
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.words import in_euros
from maillage.calls.models import Award, AwardReport
from maillage.calls.notices.awards import REPORT_IN, REPORT_RETURNED, REPORT_VALIDATED
from maillage.core.models import Upload
from maillage.core.uploads.kinds import DOCUMENTS, IMAGES
from maillage.core.uploads.store import store
from maillage.moderation.queries.scope import agents_of

if TYPE_CHECKING:
    from django.core.files import File


_WRITABLE = (ReportStatus.EXPECTED, ReportStatus.DRAFT, ReportStatus.RETURNED)
MOST_FILES = 20


class StaleReport(StepRefused):
    """Somebody else saved the report meanwhile; `report` is what it is now."""

    def __init__(self, report: AwardReport) -> None:
        who = report.submitted_by if report.status == ReportStatus.SUBMITTED else None
        said = f"{who} a rendu ce bilan" if who else "Une autre personne a enregistré ce bilan"
        super().__init__(
            f"{said} pendant que vous écriviez. Votre texte est gardé à l'écran : comparez."
        )
        self.report = report


@transaction.atomic
def save(
    report: AwardReport,
    *,
    answers: dict[str, Any],
    figures: Sequence[dict[str, Any]],
    indicators: Sequence[dict[str, Any]],
    by: User,
    now: datetime,
    version: int,
) -> AwardReport:
    """Keep a draft, whatever is missing. Raises StaleReport: nothing is overwritten in silence."""
    held = _take(report, version)
    held.answers, held.figures, held.indicators = answers, list(figures), list(indicators)
    if held.status == ReportStatus.EXPECTED:
        held.status = ReportStatus.DRAFT
    held.version += 1
    held.save()
    return held


@transaction.atomic
def attach(report: AwardReport, file: "File[bytes]", *, by: User, now: datetime) -> Upload:
    """A private file beside the report. Raises StepRefused, `UploadRefusedError`."""
    held = _take(report, None)
    if held.files.count() >= MOST_FILES:
        raise StepRefused(f"Un bilan porte {MOST_FILES} pièces au plus.")
    upload = store(file, accept=DOCUMENTS | IMAGES, by=by, now=now, private=True)
    held.files.add(upload)
    return upload


@transaction.atomic
def detach(report: AwardReport, upload_id: int, *, by: User, now: datetime) -> None:
    """Take a file out of a report that is not handed in."""
    _take(report, None).files.remove(upload_id)


@transaction.atomic
def submit(report: AwardReport, *, by: User, now: datetime, version: int) -> AwardReport:
    """Hand it in; what it must hold was checked by the form (`queries.report_check`). Raises StepRefused."""
    held = _take(report, version)
    award = take(held.award)
    if award.status == AwardStatus.GRANTED:
        raise StepRefused("Acceptez d'abord la subvention.")
    if award.status != AwardStatus.REPORT_IN:
        move(award, AwardStatus.REPORT_IN, "Rendre le bilan")
    held.status, held.submitted_at, held.submitted_by = ReportStatus.SUBMITTED, now, by
    held.decision_text = ""
    held.version += 1
    held.save()
    keep(award, "report_submitted", by=by, now=now)
    _tell_agents(award, held, now)
    return held


@transaction.atomic
def send_back(
    report: AwardReport, *, text: str, by: User, now: datetime, version: int
) -> AwardReport:
    """Ask for what is missing; the beneficiary writes again. Raises StepRefused."""
    held, award = _examined(report, version)
    words = text.strip()[:2000]
    if not words:
        raise StepRefused("Écrivez ce qui manque : c'est envoyé au bénéficiaire.")
    held.status, held.decision_text = ReportStatus.RETURNED, words
    held.decided_at, held.decided_by = now, by
    held.version += 1
    held.save()
    move(award, AwardStatus.REPORT_DUE, "Rendre le bilan au bénéficiaire")
    keep(award, "report_returned", by=by, now=now)
    _tell(award, REPORT_RETURNED, now, reason=words)
    return held


@transaction.atomic
def validate(
    report: AwardReport, *, spent: Decimal, text: str, by: User, now: datetime, version: int
) -> AwardReport:
    """Accept the report: `spent` is the part of the grant that was used. The balance becomes payable, down to it.

    What was paid above `spent` is proposed for recovery (`queries.recoveries.proposed`). Raises StepRefused.
    """
    held, award = _examined(report, version)
    if spent < 0 or spent > award.amount:
        raise StepRefused(f"La dépense retenue va de 0 à {in_euros(award.amount)}.")
    held.status, held.spent, held.decision_text = ReportStatus.VALIDATED, spent, text.strip()[:2000]
    held.decided_at, held.decided_by = now, by
    held.version += 1
    held.save()
    open_balance(award, spent, at=now, paid=paid_of(award))
    settle_if_over(award)
    keep(award, "report_validated", by=by, now=now, changes={"spent": [None, str(spent)]})
    _tell(award, REPORT_VALIDATED, now)
    return held


def _take(report: AwardReport, version: int | None) -> AwardReport:
    held = (
        AwardReport.objects.select_for_update(of=("self",))
        .select_related("award", "submitted_by")
        .get(pk=report.pk)
    )
    if version is not None and held.version != version:
        raise StaleReport(held)
    if held.status not in _WRITABLE:
        raise StepRefused("Ce bilan est rendu : il ne peut plus être modifié.")
    return held


def _examined(report: AwardReport, version: int) -> tuple[AwardReport, Award]:
    award = take(report.award)
    held = AwardReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if held.version != version or held.status != ReportStatus.SUBMITTED:
        raise StepRefused("Ce bilan a déjà été examiné, ou a changé : rechargez la page.")
    return held, award


def _tell(award: Award, kind: Any, now: datetime, **values: str) -> None:
    path = reverse("subsidies:one", args=[award.pk])
    tell_applicants(award.application, kind, values, now=now, path=path)


def _tell_agents(award: Award, report: AwardReport, now: datetime) -> None:
    application = award.application
    space = application.edition.space
    recused = set(application.interests.filter(recused=True).values_list("user_id", flat=True))
    path = reverse("awards:report", args=[space.slug, report.pk])
    tell(
        [one for one in agents_of(space) if one.pk not in recused],
        REPORT_IN,
        {
            "call": application.edition.title,
            "reference": application.reference,
            "space": space.name,
        },
        now=now,
        link=f"{settings.BASE_URL}{path}",
        space_id=space.pk,
    )
