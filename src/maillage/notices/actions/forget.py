"""What a night forgets of subscriptions."""

from datetime import datetime, timedelta

from django.db.models import Q

from maillage.notices.models import Subscription


def forget_subscriptions(now: datetime) -> int:
    """Never confirmed in time, or ended a week ago; the proof of consent is kept apart."""
    lapsed = Q(confirmed_at__isnull=True, expires_at__lt=now)
    ended = Q(ended_at__lt=now - timedelta(days=7))
    return Subscription.objects.filter(lapsed | ended).delete()[0]
