"""Accounts that nobody uses: told a month before, then erased."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from maillage.accounts.actions.erasure import ErasureRefusedError, erase_account, reasons_to_stay
from maillage.accounts.models import User
from maillage.accounts.notices import INACTIVE_ACCOUNT
from maillage.core.letters.outbox import post
from maillage.core.models import Letter

DAYS = 730
NOTICE = timedelta(days=30)


def forget_inactive(now: datetime) -> int:
    """Erase accounts unused for `DAYS` days whose owner was told at least 30 days ago; the number of them.

    Those who come within 30 days of it, or were never told, are told now. Nobody is erased who has
    something to hand over, nor the host, nor accounts of the demonstration.
    """
    erased = 0
    for user in _unused(now - timedelta(days=DAYS) + NOTICE):
        told = _told_at(user)
        due = user.last_seen < now - timedelta(days=DAYS)  # type: ignore[attr-defined]
        if told is None:
            if not reasons_to_stay(user):
                _tell(user, now)
        elif due and told <= now - NOTICE:
            try:
                erase_account(user, by=None, now=now)
            except ErasureRefusedError:
                continue
            erased += 1
    return erased


def _unused(limit: datetime) -> "QuerySet[User]":
    found = User.objects.annotate(last_seen=Coalesce("last_login", "date_joined"))
    return found.filter(
        Q(last_seen__lt=limit), erased_at=None, is_staff=False, is_demo=False
    ).order_by("pk")


def _told_at(user: User) -> datetime | None:
    """When this person was told, since they were last seen."""
    letters = Letter.objects.filter(kind=INACTIVE_ACCOUNT.code, user=user)
    since = letters.filter(created_at__gt=user.last_seen)  # type: ignore[attr-defined]
    return since.order_by("created_at").values_list("created_at", flat=True).first()


def _tell(user: User, now: datetime) -> None:
    post(
        INACTIVE_ACCOUNT,
        to=user.email,
        user_id=user.pk,
        values={"person": str(user)},
        link=f"{settings.BASE_URL}{reverse('account_login')}",
        now=now,
    )
