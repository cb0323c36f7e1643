"""Files that are not ready for the jury, by their numbers."""

from django.db.models import Count, F, Q

from maillage.calls.enums import ApplicationStatus, ReviewStatus
from maillage.calls.models import Application, Edition


def unsettled(edition: Edition) -> list[str]:
    """Deposited, and neither refused nor being read."""
    return list(
        Application.objects.deposited()
        .filter(
            edition=edition,
            status__in=[ApplicationStatus.SUBMITTED, ApplicationStatus.ADMISSIBLE],
        )
        .order_by("number")
        .values_list("reference", flat=True)
    )


def short_of_reads(edition: Edition) -> list[str]:
    """Read by fewer jurors than the call wants, without a waiver of their own (`Application.review_waiver`)."""
    said = Count(
        "reviews", filter=Q(reviews__status=ReviewStatus.SUBMITTED, reviews__abstains=False)
    )
    return list(
        Application.objects.filter(
            edition=edition,
            status__in=[ApplicationStatus.IN_REVIEW, ApplicationStatus.REVIEWED],
            review_waiver="",
        )
        .annotate(reads=said)
        .filter(reads__lt=F("edition__reviews_wanted"))
        .order_by("number")
        .values_list("reference", flat=True)
    )
