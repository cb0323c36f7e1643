"""Make, change, try, pause and remove a webhook. The journal says who did."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction

from maillage.accounts.models import User
from maillage.api.lib.webhooks import Event
from maillage.api.models import Webhook, WebhookDelivery
from maillage.core import journal
from maillage.core.jobs import enqueue
from maillage.spaces.models import Space

JOB = "api.webhooks"
MOST = 20


@transaction.atomic
def create_webhook(
    space: Space, *, url: str, events: Iterable[str], description: str, by: User, now: datetime
) -> Webhook:
    """It tells what happens from now on. Raises ValidationError past `MOST` webhooks in the space."""
    Space.objects.select_for_update().get(pk=space.pk)
    if Webhook.objects.filter(space=space).count() >= MOST:
        raise ValidationError(f"Un espace a {MOST} webhooks au plus : supprimez-en un.")
    made = Webhook.objects.create(
        space=space,
        url=url,
        events=list(events),
        description=description,
        salt=secrets.token_hex(16),
        by=by,
        created_at=now,
        told_up_to=journal.newest(),
    )
    _record("webhook_created", made, {"url": ["", url]}, by, now)
    return made


@transaction.atomic
def change_webhook(webhook: Webhook, fields: dict[str, Any], *, by: User, now: datetime) -> None:
    """Write the fields that differ."""
    changes = {
        name: [getattr(webhook, name), value]
        for name, value in fields.items()
        if getattr(webhook, name) != value
    }
    if changes:
        for name, (_before, value) in changes.items():
            setattr(webhook, name, value)
        webhook.save(update_fields=list(changes))
        _record("webhook_changed", webhook, changes, by, now)


@transaction.atomic
def change_secret(webhook: Webhook, *, by: User, now: datetime) -> None:
    """The former secret is worth nothing from this moment."""
    webhook.salt = secrets.token_hex(16)
    webhook.save(update_fields=["salt"])
    _record("webhook_secret_changed", webhook, {}, by, now)


@transaction.atomic
def pause(webhook: Webhook, *, by: User, now: datetime) -> None:
    """What happens meanwhile is told when it resumes."""
    if Webhook.objects.filter(pk=webhook.pk, paused_at=None).update(paused_at=now):
        _record("webhook_paused", webhook, {}, by, now)


@transaction.atomic
def resume(webhook: Webhook, *, by: User, now: datetime) -> None:
    """From where it stopped: a structure that changed several times is told once."""
    stopped = Webhook.objects.filter(pk=webhook.pk, paused_at__isnull=False)
    if stopped.update(paused_at=None, failures=0, failing_since=None):
        webhook.deliveries.filter(status=WebhookDelivery.Status.WAITING).update(due_at=now)
        _record("webhook_resumed", webhook, {}, by, now)
        enqueue(JOB)


@transaction.atomic
def remove(webhook: Webhook, *, by: User, now: datetime) -> None:
    """With its log."""
    _record("webhook_removed", webhook, {"url": [webhook.url, ""]}, by, now)
    webhook.delete()


@transaction.atomic
def ping(webhook: Webhook, *, now: datetime) -> WebhookDelivery:
    """A call that says nothing, to see whether it is received."""
    made = WebhookDelivery.objects.create(
        webhook=webhook,
        event_id=uuid4(),
        event=Event.PING,
        payload={"at": now.isoformat()},
        due_at=now,
        created_at=now,
    )
    enqueue(JOB)
    return made


@transaction.atomic
def send_again(delivery: WebhookDelivery, *, now: datetime) -> None:
    """The same event, with the same identifier and today's content; its attempts start again."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        status=WebhookDelivery.Status.WAITING, attempts=0, due_at=now, done_at=None
    )
    enqueue(JOB)


def _record(
    act: str, webhook: Webhook, changes: dict[str, Any], by: User | None, now: datetime
) -> None:
    journal.record(act, webhook, by=by, at=now, changes=changes, space_id=webhook.space_id)
