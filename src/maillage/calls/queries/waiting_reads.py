"""Files that are not ready for the jury, by their numbers."""

from django.db.models import Count, F, Q

from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus, ReviewStatus
from maillage.calls.models import Application, Edition
from maillage.calls.querysets import ApplicationQuerySet


def unsettled(edition: Edition, user: User | None = None) -> list[str]:
    """Deposited, and neither refused nor being read; those that `user` may know of when one is given."""
    return list(
        _known(user)
        .deposited()
        .filter(
            edition=edition,
            status__in=[ApplicationStatus.SUBMITTED, ApplicationStatus.ADMISSIBLE],
        )
        .order_by("number")
        .values_list("reference", flat=True)
    )


def short_of_reads(edition: Edition, user: User | None = None) -> list[str]:
    """Read by fewer jurors than the call wants, without a waiver of their own (`Application.review_waiver`)."""
    said = Count(
        "reviews", filter=Q(reviews__status=ReviewStatus.SUBMITTED, reviews__abstains=False)
    )
    return list(
        _known(user)
        .filter(
            edition=edition,
            status__in=[ApplicationStatus.IN_REVIEW, ApplicationStatus.REVIEWED],
            review_waiver="",
        )
        .annotate(reads=said)
        .filter(reads__lt=F("edition__reviews_wanted"))
        .order_by("number")
        .values_list("reference", flat=True)
    )


def _known(user: User | None) -> ApplicationQuerySet:
    files: ApplicationQuerySet = Application.objects.all()
    return files if user is None else files.reachable_by(user)
