"""What is forgotten of people who contributed, and when."""

from datetime import datetime, timedelta

from django.db import transaction

from maillage.moderation.enums import DECIDED, State
from maillage.moderation.models import Contribution, ContributionKey, ContributionMessage

UNCONFIRMED_DAYS = 7
NAMED_DAYS = 365  # after the decision


def forget_unconfirmed(now: datetime) -> int:
    """Nobody confirmed the address: nothing is kept."""
    old = Contribution.objects.filter(
        state=State.UNVERIFIED, created_at__lt=now - timedelta(days=UNCONFIRMED_DAYS)
    )
    number = old.count()
    old.delete()
    return number


@transaction.atomic
def forget_contributors(now: datetime) -> int:
    """A year after the decision: what was decided stays, not who wrote nor what they told in words."""
    old = Contribution.objects.filter(
        state__in=[*DECIDED, State.WITHDRAWN],
        decided_at__lt=now - timedelta(days=NAMED_DAYS),
        forgotten_at__isnull=True,
    )
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:5000])
    said = ContributionMessage.objects.filter(contribution__in=ids)
    said.filter(side=ContributionMessage.Side.CONTRIBUTOR).delete()
    ContributionKey.objects.filter(contribution__in=ids).delete()
    return Contribution.objects.filter(pk__in=ids).update(
        name="", email="", message="", forgotten_at=now
    )


def forget_keys(now: datetime) -> int:
    return ContributionKey.objects.filter(expires_at__lt=now).delete()[0]
