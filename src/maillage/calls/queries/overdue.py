"""Reports that a structure owes and that are late: they hold back its next deposit (`Edition.blocks_overdue`)."""

from datetime import date

from django.db.models import QuerySet

from maillage.calls.enums import AwardStatus, ReportStatus
from maillage.calls.lib.words import long_date
from maillage.calls.models import AwardReport
from maillage.spaces.models import Space
from maillage.structures.models import Structure

# Neither handed in nor validated.
OWED = (ReportStatus.EXPECTED, ReportStatus.DRAFT, ReportStatus.RETURNED)
# Money that was given and not taken back: only then is a report owed.
_GIVEN = (
    AwardStatus.GRANTED,
    AwardStatus.TO_SIGN,
    AwardStatus.RUNNING,
    AwardStatus.REPORT_DUE,
    AwardStatus.REPORT_IN,
)


def owed_late(today: date) -> QuerySet[AwardReport]:
    """Every late report, whoever owes it, the oldest first."""
    return (
        AwardReport.objects.filter(
            status__in=OWED,
            due_on__lt=today,
            award__status__in=_GIVEN,
            award__notified_at__isnull=False,
        )
        .select_related("award__application__edition")
        .order_by("due_on", "pk")
    )


def overdue_of(
    structure: Structure, today: date, *, space: Space | None = None
) -> list[AwardReport]:
    """Reports that the structure should have handed in before `today` (to the authority of `space`, when given).

    A report due today is not late. `structure` is the beneficiary; a partner that was not given money owes none.
    """
    late = owed_late(today).filter(award__structure=structure)
    if space is not None:
        late = late.filter(award__application__edition__space=space)
    return list(late)


def why_late(reports: list[AwardReport]) -> str:
    """One sentence for the applicants: which reports, since when, and what to do. Empty when none is late."""
    if not reports:
        return ""
    told = " ; ".join(
        f"{one.award.application.reference} ({one.award.application.edition.title}),"
        f" attendu le {long_date(one.due_on)}"
        for one in reports
    )
    many = len(reports) > 1
    return (
        f"{'Des bilans de subvention manquent' if many else 'Un bilan de subvention manque'} : {told}."
        f" {'Rendez-les' if many else 'Rendez-le'} dans « Mes subventions », puis revenez déposer :"
        " vos réponses sont gardées."
    )
