"""Awards as agents and beneficiaries find them. Every list of an agent begins with the files they may reach."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.http import Http404

from maillage.calls.enums import ApplicationStatus, AwardStatus, InstalmentStatus, ReportStatus
from maillage.calls.lib.award_delays import PUBLICATION_MONTHS, months_after
from maillage.calls.models import (
    Agreement,
    Application,
    Award,
    AwardReport,
    Edition,
    Instalment,
    Paper,
)
from maillage.calls.queries.overdue import OWED, owed_late
from maillage.core.models import JournalEntry
from maillage.structures.models import Membership

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.accounts.models import User
    from maillage.spaces.models import Space

PAGE_SIZE = 50
_WITH = ("application__edition__space", "application__edition__programme", "structure", "partner")


@dataclass(frozen=True, slots=True)
class Search:
    """State of the list's page; empty or None: not asked."""

    edition: int | None = None
    status: str = ""
    text: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    status: str
    label: str
    count: int
    amount: Decimal


def reached(user: "User | AnonymousUser", space: "Space") -> QuerySet[Award]:
    """Awards decided in the space, of the files that the person may reach."""
    files = Application.objects.filter(edition__space=space).reachable_by(user)
    return Award.objects.filter(application__in=files).exclude(status=AwardStatus.PROPOSED)


def found(
    user: "User | AnonymousUser", space: "Space", search: Search, today: date
) -> QuerySet[Award]:
    rows = reached(user, space).select_related(*_WITH)
    if search.edition is not None:
        rows = rows.filter(application__edition=search.edition)
    if search.status:
        rows = rows.filter(status=search.status)
    if search.text:
        rows = rows.filter(
            Q(beneficiary__icontains=search.text)
            | Q(purpose__icontains=search.text)
            | Q(application__reference__icontains=search.text)
            | Q(siret__startswith=search.text.replace(" ", ""))
        )
    if search.late:
        rows = rows.filter(reports__in=owed_late(today).values("pk"))
    return rows.order_by("-granted_at", "-pk")


def page_of(rows: QuerySet[Award], number: str) -> Page[Award]:
    return Paginator(rows, PAGE_SIZE).get_page(number)


def totals(rows: QuerySet[Award]) -> list[Total]:
    """By state, in the order of an award's life; states without award are left out."""
    counted = {
        row["status"]: row
        for row in rows.order_by()
        .values("status")
        .annotate(count=Count("pk"), amount=Sum("amount"))
    }
    return [
        Total(code, label, counted[code]["count"], counted[code]["amount"])
        for code, label in AwardStatus.choices
        if code in counted
    ]


def load(user: "User | AnonymousUser", space: "Space", pk: int) -> Award:
    """Raises Http404."""
    award = (
        reached(user, space)
        .select_related(*_WITH, "application__edition__envelope")
        .filter(pk=pk)
        .first()
    )
    if award is None:
        raise Http404
    return award


def load_edition(space: "Space", pk: int) -> Edition:
    """Raises Http404."""
    edition = (
        Edition.objects.select_related("space", "programme", "envelope")
        .filter(space=space, pk=pk)
        .first()
    )
    if edition is None:
        raise Http404
    return edition


def load_file(user: "User | AnonymousUser", space: "Space", pk: int) -> Application:
    """A file that was deposited, for an agent. Raises Http404."""
    one: Application | None = (
        Application.objects.filter(edition__space=space, number__isnull=False)
        .reachable_by(user)
        .select_related("edition__space", "edition__programme", "form")
        .filter(pk=pk)
        .first()
    )
    if one is None or (one.edition.is_sealed and one.edition.unsealed_at is None):
        raise Http404
    return one


def mine(user: "User | AnonymousUser") -> QuerySet[Award]:
    """Awards told to the person: files they write, structures whose page they keep. Withheld until notified."""
    if not user.is_authenticated:
        return Award.objects.none()
    files = Application.objects.written_by(user)
    kept = Membership.objects.filter(user=user.pk, ended_at=None).values("structure")
    return (
        Award.objects.filter(notified_at__isnull=False)
        .filter(Q(application__in=files) | Q(structure__in=kept))
        .select_related(*_WITH)
        .order_by("-notified_at", "-pk")
    )


def load_mine(user: "User | AnonymousUser", pk: int) -> Award:
    """Raises Http404."""
    award = mine(user).filter(pk=pk).first()
    if award is None:
        raise Http404
    return award


def answers_of(user: "User | AnonymousUser") -> QuerySet[Paper]:
    """Letters sent to the person's files, newest first."""
    files = Application.objects.written_by(user)
    return (
        Paper.objects.filter(application__in=files, sent_at__isnull=False)
        .select_related("application__edition")
        .order_by("-sent_at", "-pk")
    )


def told_of(
    user: "User | AnonymousUser", application: Application
) -> tuple[list[Paper], list[Award]]:
    """What the person may open of a file's outcome: the letters in force, the newest first, and the grants."""
    letters = answers_of(user).filter(application=application, replaced_at=None)
    return list(letters), list(mine(user).filter(application=application))


def readable_paper(user: "User | AnonymousUser", pk: int) -> Paper:
    """A document that was sent to a file the person writes, or about their structure's award. Raises Http404."""
    paper = (
        Paper.objects.filter(sent_at__isnull=False)
        .filter(
            Q(application__in=Application.objects.written_by(user))
            | Q(award__in=mine(user).order_by())
        )
        .select_related("upload")
        .filter(pk=pk)
        .first()
    )
    if paper is None:
        raise Http404
    return paper


def mine_to_tell(user: "User | AnonymousUser") -> int:
    """Awards to accept and reports to hand in: what waits for the person."""
    late = AwardReport.objects.filter(status__in=OWED).values("award")
    waits = Q(status=AwardStatus.GRANTED) | Q(status=AwardStatus.REPORT_DUE, pk__in=late)
    return mine(user).order_by().filter(waits).count()


def papers_of(award: Award) -> list[Paper]:
    """Documents of the award, and those of its file that are about no award."""
    rows = Paper.objects.filter(application=award.application_id).filter(
        Q(award=award) | Q(award=None)
    )
    return list(rows.select_related("upload"))


def agreement_of(award: Award) -> Agreement | None:
    return (
        Agreement.objects.filter(award=award).select_related("paper__upload", "signed_copy").first()
    )


def timeline(award: Award) -> list[JournalEntry]:
    """What was done with the award, its payments and its file's notification, newest first."""
    payments = [str(pk) for pk in award.instalments.values_list("pk", flat=True)]
    rows = JournalEntry.objects.filter(
        Q(subject_type="calls.award", subject_id=str(award.pk))
        | Q(subject_type="calls.instalment", subject_id__in=payments)
        | Q(
            subject_type="calls.application",
            subject_id=str(award.application_id),
            action__in=["application_notified", "waiting_list_called"],
        )
    )
    return list(rows.select_related("by").order_by("-at", "-pk")[:200])


def to_pay(user: "User | AnonymousUser", space: "Space") -> QuerySet[Instalment]:
    """Payments due, the most overdue first."""
    return (
        Instalment.objects.filter(status=InstalmentStatus.TO_PAY, award__in=reached(user, space))
        .select_related("award__application__edition")
        .order_by("due_on", "pk")
    )


def payments_of(user: "User | AnonymousUser", space: "Space", status: str) -> QuerySet[Instalment]:
    rows = Instalment.objects.filter(award__in=reached(user, space))
    if status:
        rows = rows.filter(status=status)
    return rows.select_related("award__application__edition").order_by("due_on", "pk")


def reports_of(
    user: "User | AnonymousUser", space: "Space", which: str, today: date
) -> QuerySet[AwardReport]:
    """`which`: `recus` (to examine), `retard`, or everything."""
    rows = AwardReport.objects.filter(award__in=reached(user, space))
    if which == "recus":
        rows = rows.filter(status=ReportStatus.SUBMITTED)
    elif which == "retard":
        rows = rows.filter(pk__in=owed_late(today).values("pk"))
    return rows.select_related("award__application__edition").order_by("due_on", "pk")


def load_report(awards: QuerySet[Award], pk: int) -> AwardReport:
    """A report of one of `awards`. Raises Http404."""
    report = (
        AwardReport.objects.filter(award__in=awards.order_by())
        .select_related(
            "award__application__edition__space",
            "award__application__edition__programme",
            "form",
            "submitted_by",
            "decided_by",
        )
        .filter(pk=pk)
        .first()
    )
    if report is None:
        raise Http404
    return report


def load_payment(user: "User | AnonymousUser", space: "Space", pk: int) -> Instalment:
    """Raises Http404."""
    one = payments_of(user, space, "").filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


def waiting_files(user: "User | AnonymousUser", edition: Edition) -> list[Application]:
    """The waiting list that the person may see, in its order."""
    return list(
        Application.objects.filter(edition=edition, status=ApplicationStatus.WAITING)
        .reachable_by(user)
        .order_by("waiting_rank", "number")
    )


@dataclass(frozen=True, slots=True)
class Publication:
    """An agreement to publish, and the day it must be by."""

    agreement: Agreement
    due_on: date


def publications_due(user: "User | AnonymousUser", space: "Space") -> list[Publication]:
    """Agreements signed and not published yet: three months from the signature (décret n° 2017-779)."""
    rows = (
        Agreement.objects.filter(
            award__in=reached(user, space),
            signed_by_authority_on__isnull=False,
            signed_by_beneficiary_on__isnull=False,
        )
        .exclude(award__published__withdrawn_at=None, award__published__isnull=False)
        .select_related("award__application")
        .order_by("signed_by_authority_on", "pk")
    )
    return [Publication(one, months_after(_signed_on(one), PUBLICATION_MONTHS)) for one in rows]


def editions_with_awards(space: "Space") -> Iterable[Edition]:
    return (
        Edition.objects.filter(space=space, applications__awards__isnull=False)
        .distinct()
        .order_by("-year", "-pk")
    )


def editions_to_notify(space: "Space") -> QuerySet[Edition]:
    """Calls that were decided, and those told already of which a file was decided anew."""
    again = Application.objects.filter(edition=OuterRef("pk"), status=ApplicationStatus.DELIBERATED)
    told = Q(status__in=["notified", "execution"]) & Exists(again)
    found = Edition.objects.filter(Q(status="decided") | told, space=space)
    return found.order_by("-year", "-pk")


def _signed_on(agreement: Agreement) -> date:
    days = [
        one for one in (agreement.signed_by_authority_on, agreement.signed_by_beneficiary_on) if one
    ]
    return max(days)


def awards_waiting(user: "User | AnonymousUser", space: "Space", today: date) -> dict[str, object]:
    """What an agent finds to do: calls to notify, reports late or to examine, payments, publications."""
    due = to_pay(user, space).order_by()
    publications = publications_due(user, space)
    return {
        "to_notify": list(editions_to_notify(space)),
        "late": reports_of(user, space, "retard", today).count(),
        "received": reports_of(user, space, "recus", today).count(),
        "due": due.count(),
        "overdue": due.filter(due_on__lt=today).count(),
        "publications": len(publications),
        "first_publication": min((one.due_on for one in publications), default=None),
    }
