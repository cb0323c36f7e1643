"""What an edition must have before its next step: asked by its steps, shown on its dashboard."""

from django.db.models import Count, F, Q, QuerySet

from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus as S
from maillage.calls.enums import ReviewStatus
from maillage.calls.models import Application, Edition

_FOR_THE_JURY = (S.ADMISSIBLE, S.IN_REVIEW, S.REVIEWED)


def lacking_reviews(edition: Edition) -> QuerySet[Application]:
    """Admissible files with fewer readings than the call wants (`done` says how many), and no waiver."""
    done = Count("reviews", filter=Q(reviews__status=ReviewStatus.SUBMITTED))
    rows: QuerySet[Application] = (
        Application.objects.filter(edition=edition, status__in=_FOR_THE_JURY, review_waiver="")
        .annotate(done=done)
        .filter(done__lt=edition.reviews_wanted)
        .order_by("number")
    )
    return rows


def unexamined(edition: Edition) -> QuerySet[Application]:
    """Deposited files on whose admissibility nobody decided."""
    return Application.objects.filter(edition=edition, status=S.SUBMITTED).order_by(F("number"))


def obstacles_to_jury(edition: Edition, user: User | None = None) -> list[str]:
    """Sentences; none when the call may go to its jury. Files are told by their number, those hidden from `user` are not."""
    found = []
    waiting = _references(unexamined(edition), user)
    if waiting:
        found.append(f"Recevabilité à décider : {_some(waiting)}.")
    short = _references(lacking_reviews(edition), user)
    if short:
        found.append(
            f"Moins de {edition.reviews_wanted} lectures, sans dispense motivée : {_some(short)}."
        )
    return found


def _references(rows: QuerySet[Application], user: User | None) -> list[str]:
    if user is not None:
        rows = (
            Application.objects.reachable_by(user)
            .filter(pk__in=rows.values("pk"))
            .order_by("number")
        )
    return list(rows.values_list("reference", flat=True))


def _some(references: list[str]) -> str:
    shown = ", ".join(references[:10])
    return f"{shown} et {len(references) - 10} autres" if len(references) > 10 else shown
