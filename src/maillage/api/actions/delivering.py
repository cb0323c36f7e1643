"""Make the calls of webhooks: each at least once, none by two processes at the same time.

A call is taken by pushing its date forward: whoever dies holding it lets it come back by itself. Order is
not kept (a call that failed waits while others go); what is sent is the state at the moment of sending.
"""

import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from maillage.accounts.actions import tell as tell_people
from maillage.accounts.models import User
from maillage.api.lib.webhooks import (
    FAILING_FOR,
    HEADER,
    MOST_FAILURES,
    Event,
    pause_after,
    secret_of,
    signature,
)
from maillage.api.models import Webhook, WebhookDelivery
from maillage.api.notices import WEBHOOK_PAUSED
from maillage.api.queries.structures import told
from maillage.core import journal, outbound
from maillage.spaces.models import Role
from maillage.structures.models import Structure

LEASE = timedelta(seconds=60)
SECONDS = 40.0
# A receiver that fails so often in one run is left alone until the next: the others need not wait for it.
_PATIENCE = 3
_GONE = 410
_LONGEST = 200


def due(now: datetime) -> QuerySet[WebhookDelivery]:
    """A space that is not open tells nothing: its calls wait. A trial says nothing of it."""
    return WebhookDelivery.objects.filter(
        Q(webhook__space__is_public=True) | Q(event=Event.PING),
        status=WebhookDelivery.Status.WAITING,
        due_at__lte=now,
        webhook__paused_at=None,
    )


def deliver(
    *, now: datetime, seconds: float = SECONDS, renew: Callable[[], None] = lambda: None
) -> int:
    """Make what calls are due, for `seconds` at most; the number of those that were received."""
    until, received = time.monotonic() + seconds, 0
    failed: Counter[int] = Counter()
    while time.monotonic() < until:
        resting = [pk for pk, times in failed.items() if times >= _PATIENCE]
        one = _take(now, resting)
        if one is None:
            break
        renew()
        if _attempt(one, now):
            received += 1
            failed.pop(one.webhook_id, None)
        else:
            failed[one.webhook_id] += 1
    return received


def _take(now: datetime, resting: list[int]) -> WebhookDelivery | None:
    waiting = due(now).exclude(webhook_id__in=resting).order_by("due_at", "pk")
    for one in waiting.select_related("webhook__space", "webhook__by")[:10]:
        held = WebhookDelivery.objects.filter(
            pk=one.pk, status=WebhookDelivery.Status.WAITING, due_at=one.due_at
        )
        if held.update(due_at=now + LEASE, attempts=F("attempts") + 1):
            one.attempts += 1
            one.due_at = now + LEASE
            return one
    return None


def _attempt(one: WebhookDelivery, now: datetime) -> bool:
    body = json.dumps(content(one, now=now), ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Maillage-Webhook/1",
        "Maillage-Event": one.event,
        "Maillage-Delivery": str(one.event_id),
        HEADER: signature(secret_of(one.webhook.salt), body, now),
    }
    try:
        answer = outbound.post(one.webhook.url, body, headers)
    except (outbound.AddressRefusedError, outbound.UnreachableError, ValueError) as error:
        _failed(one, str(error), now)
        return False
    said = f"{answer.status} {answer.text}".strip()
    if answer.is_success:
        _received(one, said, now)
        return True
    _failed(one, said, now, gone=answer.status == _GONE)
    return False


def content(one: WebhookDelivery, *, now: datetime) -> dict[str, Any]:
    """What is sent: the public view of this moment, so that what was hidden meanwhile does not leave.

    A structure that is public no more is told by its number alone.
    """
    space = one.webhook.space
    sent: dict[str, Any] = {
        "id": str(one.event_id),
        "event": one.event,
        "at": one.payload["at"],
        "space": {"slug": space.slug, "url": settings.BASE_URL + space.get_absolute_url()},
    }
    if one.event == Event.PING:
        return sent
    pk = int(one.payload["structure"])
    shown = Structure.objects.published().in_space(space).filter(pk=pk).exists()
    whole = told(space, [pk], now=now) if shown and one.event != Event.ARCHIVED else []
    return sent | {"structure": whole[0] if whole else {"id": pk}}


def _received(one: WebhookDelivery, said: str, now: datetime) -> None:
    with transaction.atomic():
        WebhookDelivery.objects.filter(pk=one.pk).update(
            status=WebhookDelivery.Status.DONE, answered=said[:_LONGEST], done_at=now
        )
        Webhook.objects.filter(pk=one.webhook_id).exclude(failures=0).update(
            failures=0, failing_since=None
        )


def _failed(one: WebhookDelivery, said: str, now: datetime, *, gone: bool = False) -> None:
    """Try again later, or give up; a webhook that fails too long is paused, and its keepers told."""
    wait = pause_after(one.attempts)
    after = (
        {"due_at": now + wait}
        if wait
        else {"status": WebhookDelivery.Status.FAILED, "done_at": now}
    )
    with transaction.atomic():
        WebhookDelivery.objects.filter(pk=one.pk).update(answered=said[:_LONGEST], **after)
        webhook = Webhook.objects.filter(pk=one.webhook_id)
        webhook.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", now))
        worn_out = webhook.filter(
            failures__gte=MOST_FAILURES, failing_since__lte=now - FAILING_FOR, paused_at=None
        )
        if worn_out.exists() or gone:
            _pause(one.webhook, said, now)


def _pause(webhook: Webhook, said: str, now: datetime) -> None:
    if not Webhook.objects.filter(pk=webhook.pk, paused_at=None).update(paused_at=now):
        return
    space = webhook.space
    journal.record(
        "webhook_paused", webhook, by=None, at=now, changes={"url": [webhook.url, webhook.url]},
        space_id=space.pk,
    )  # fmt: skip
    values = {"space": space.name, "address": webhook.url, "answer": said[:_LONGEST]}
    link = f"{settings.BASE_URL}/{space.slug}/gestion/donnees-ouvertes/webhooks/{webhook.pk}/"
    tell_people(_keepers(webhook), WEBHOOK_PAUSED, values, now=now, link=link, space_id=space.pk)


def _keepers(webhook: Webhook) -> list[User]:
    """Its maker while they administer the space, else those who do: an address may hold what others must not read."""
    roles = webhook.space.roles.filter(kind=Role.Kind.ADMINISTRATOR, user__is_active=True)
    people = [role.user for role in roles.select_related("user").order_by("pk")]
    return [webhook.by] if webhook.by in people else people
