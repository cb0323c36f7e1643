"""Ask for the newsletter of a space, confirm it by e-mail, stop it."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from maillage.accounts.actions import record_consent, withdraw_consent
from maillage.core.letters.outbox import post
from maillage.notices.lib.wording import newsletter_wording
from maillage.notices.models import Subscription
from maillage.notices.notices import SUBSCRIBE
from maillage.spaces.models import Space

PURPOSE = "notices.newsletter"
_VALID = timedelta(days=7)
_AGAIN = timedelta(hours=1)


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def ask(space: Space, email: str, *, now: datetime) -> None:
    """Write the confirmation letter. Says nothing of what was known: the answer is the same for all.

    An address gets one such letter an hour at most, and none once it is subscribed.
    """
    email, key = email.strip().lower(), secrets.token_urlsafe(24)
    fresh = {
        "key_hash": hash_of(key),
        "asked_at": now,
        "expires_at": now + _VALID,
        "wording": newsletter_wording(space.name),
    }
    try:
        with transaction.atomic():
            known = Subscription.objects.select_for_update().filter(
                space=space, email=email, ended_at=None
            )
            found = known.first()
            if found and (found.confirmed_at or found.asked_at > now - _AGAIN):
                return
            if found:
                known.update(**fresh)
            else:
                Subscription.objects.create(space=space, email=email, **fresh)
            link = f"{settings.BASE_URL}{reverse('news:confirm', args=[space.slug, key])}"
            values = {"space": space.name}
            post(SUBSCRIBE, to=email, values=values, now=now, space_id=space.pk, link=link)
    except IntegrityError:  # asked twice at the same moment: one letter is enough
        return


def waiting(space: Space, key: str, *, now: datetime) -> Subscription | None:
    """The subscription that `key` may confirm, or confirmed already."""
    found = Subscription.objects.filter(space=space, key_hash=hash_of(key), ended_at=None).first()
    if found and (found.confirmed_at or found.expires_at > now):
        return found
    return None


@transaction.atomic
def confirm(subscription: Subscription, *, now: datetime) -> None:
    """Confirming twice changes nothing."""
    held = Subscription.objects.filter(pk=subscription.pk, confirmed_at=None, ended_at=None)
    if held.update(confirmed_at=now):
        record_consent(
            PURPOSE,
            subscription.wording,
            now=now,
            email=subscription.email,
            space_id=subscription.space_id,
        )


@transaction.atomic
def end(subscription: Subscription, *, now: datetime) -> None:
    if Subscription.objects.filter(pk=subscription.pk, ended_at=None).update(ended_at=now):
        withdraw_consent(PURPOSE, now=now, email=subscription.email, space_id=subscription.space_id)
