"""What is forgotten of files, and when. Numbers stay: amounts, theme, places, outcome and dates are the authority's memory."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from maillage.calls.enums import ApplicationStatus
from maillage.calls.models import (
    Answer,
    Application,
    Attachment,
    CallMessage,
    Correction,
    Deposit,
    InstructionNote,
    Interest,
    Partner,
    Review,
    Score,
    Writer,
)
from maillage.core.models import Upload
from maillage.core.uploads.store import remove

DRAFT_DAYS = 180  # after the closing
REFUSED_DAYS = 730  # after the notification, or the closing of a call that never had one
_MOST = 500
_S = ApplicationStatus
_NOT_AWARDED = (_S.REJECTED, _S.INADMISSIBLE, _S.DROPPED, _S.WITHDRAWN, _S.WAITING)
_NOBODY = "Anonymisé"


@transaction.atomic
def forget_drafts(now: datetime) -> int:
    """Drafts that were never deposited, half a year after their call closed: nothing of them stays."""
    old = Application.objects.filter(
        number__isnull=True, edition__closes_at__lt=now - timedelta(days=DRAFT_DAYS)
    ).exclude(awards__isnull=False)
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:_MOST])
    files = _files_of(ids)
    Application.objects.filter(pk__in=ids).delete()
    _drop(files)
    return len(ids)


@transaction.atomic
def forget_refused(now: datetime) -> int:
    """Files that were not chosen, two years after their authors were told: who they were and what they wrote goes."""
    before = now - timedelta(days=REFUSED_DAYS)
    old = (
        Application.objects.filter(
            number__isnull=False, status__in=_NOT_AWARDED, anonymised_at=None, awards__isnull=True
        )
        .annotate(told=Coalesce("edition__notified_at", "edition__closes_at"))
        .annotate(last=Max("deposit_rows__at"))
        .filter(Q(told__lt=before), Q(last__lt=before) | Q(last__isnull=True))
    )
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:_MOST])
    files = _files_of(ids)
    of_them = {"application__in": ids}
    for model in (Answer, Attachment, CallMessage, InstructionNote, Correction, Writer):
        model._default_manager.filter(**of_them).delete()
    Deposit.objects.filter(**of_them).update(content={}, signed_as="")
    Partner.objects.filter(**of_them).update(
        structure=None,
        name=_NOBODY,
        siret="",
        rna="",
        tasks="",
        contact_name="",
        contact_email="",
        representative="",
        engaged_as="",
        mandate=None,
    )
    Interest.objects.filter(**of_them).update(text="", signals=[])
    reviews = Review.objects.filter(**of_them)
    Score.objects.filter(review__in=reviews).update(justification="")
    reviews.update(comment_jury="", comment_applicant="")
    Application.objects.filter(pk__in=ids).update(
        lead_name=_NOBODY,
        title="",
        summary="",
        outcome_reasons="",
        ended_reason="",
        created_by=None,
        anonymised_at=now,
    )
    _drop(files)
    return len(ids)


def _files_of(ids: list[int]) -> list[Upload]:
    """Uploads that only these files name; a document that the structure keeps for its next call stays."""
    named = Q(pk__in=Attachment.objects.filter(application__in=ids, kept=None).values("upload"))
    named |= Q(pk__in=CallMessage.objects.filter(application__in=ids).values("upload"))
    named |= Q(pk__in=Partner.objects.filter(application__in=ids).values("mandate"))
    elsewhere = Attachment.objects.exclude(application__in=ids).values("upload")
    return list(Upload.objects.filter(named).exclude(pk__in=elsewhere))


def _drop(files: list[Upload]) -> None:
    for upload in files:
        remove(upload)
