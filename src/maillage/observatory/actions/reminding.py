"""Remind who follows a file that its review day has come."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format

from maillage.accounts.actions import tell
from maillage.observatory.models import WorkingFile
from maillage.observatory.notices import REVIEW


def remind_of_reviews(now: datetime, today: date) -> int:
    """One letter per file and review day, also when the day passed while nothing ran; the number of files.

    A review day that is moved is reminded of again. A file that nobody follows waits in the list.
    """
    due = (
        WorkingFile.objects.filter(closed_at=None, review_on__lte=today, owner__isnull=False)
        .filter(Q(reminded_for=None) | ~Q(reminded_for=F("review_on")))
        .order_by("pk")
    )
    return sum(_remind(pk, now) for pk in due.values_list("pk", flat=True)[:2000])


@transaction.atomic
def _remind(pk: int, now: datetime) -> bool:
    file = (
        WorkingFile.objects.select_for_update(of=("self",))
        .select_related("space", "owner")
        .get(pk=pk)
    )
    if file.owner is None or file.review_on is None or file.reminded_for == file.review_on:
        return False
    file.reminded_for = file.review_on
    file.save(update_fields=["reminded_for"])
    path = reverse("files:one", args=[file.space.slug, file.pk])
    values = {
        "title": file.title,
        "space": file.space.name,
        "date": date_format(file.review_on, "j F Y"),
        "step": file.get_status_display(),
    }
    tell(
        [file.owner],
        REVIEW,
        values,
        now=now,
        link=f"{settings.BASE_URL}{path}",
        space_id=file.space_id,
    )
    return True
