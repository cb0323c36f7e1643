"""Webhooks of a space as their administrators see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet

from maillage.api.lib.webhooks import EVENT_LABELS, MOST_FAILURES, Event
from maillage.api.models import Webhook, WebhookDelivery
from maillage.spaces.models import Space

_WEEK = timedelta(days=7)
_Status = WebhookDelivery.Status


@dataclass(frozen=True, slots=True)
class Health:
    """`kind` is that of a badge: ok, careful or error. Counts are those of the last seven days."""

    kind: str
    label: str
    received: int
    waiting: int
    failed: int
    last_received: datetime | None


def of_space(space: Space, *, now: datetime) -> list[tuple[Webhook, Health]]:
    """Newest first, in two queries."""
    found = list(Webhook.objects.filter(space=space).select_related("by"))
    rows = (
        WebhookDelivery.objects.filter(webhook__in=found)
        .order_by()
        .values("webhook_id")
        .annotate(
            received=Count("pk", filter=Q(status=_Status.DONE, done_at__gte=now - _WEEK)),
            waiting=Count("pk", filter=Q(status=_Status.WAITING)),
            failed=Count("pk", filter=Q(status=_Status.FAILED, done_at__gte=now - _WEEK)),
            last=Max("done_at", filter=Q(status=_Status.DONE)),
        )
    )
    counted: dict[int, Mapping[str, object]] = {row["webhook_id"]: row for row in rows}
    return [(one, _health(one, counted.get(one.pk, {}))) for one in found]


def health_of(webhook: Webhook, *, now: datetime) -> Health:
    return next(health for one, health in of_space(webhook.space, now=now) if one.pk == webhook.pk)


def _health(webhook: Webhook, row: Mapping[str, object]) -> Health:
    counts = {name: int(str(row.get(name) or 0)) for name in ("received", "waiting", "failed")}
    last = row.get("last")
    kind, label = "ok", "Reçoit"
    if webhook.paused_at:
        kind, label = "error", "En pause"
    elif webhook.failures:
        times = min(webhook.failures, MOST_FAILURES)
        kind = "careful"
        label = f"{times} échecs de suite" if times > 1 else "Dernier envoi échoué"
    elif last is None:
        kind, label = "", "Rien reçu encore"
    return Health(
        kind,
        label,
        counts["received"],
        counts["waiting"],
        counts["failed"],
        last if isinstance(last, datetime) else None,
    )


def log_of(webhook: Webhook) -> QuerySet[WebhookDelivery]:
    """Calls, newest first."""
    return webhook.deliveries.select_related("structure").order_by("-created_at", "-pk")


def event_label(code: str) -> str:
    """In French; a code that is not known is given back as it is."""
    labels = {Event.PING.value: "Essai"} | {
        event.value: text for event, text in EVENT_LABELS.items()
    }
    return labels.get(code, code)


def subject_of(call: WebhookDelivery) -> str:
    """Name of the structure that the call is about; its number once it is no longer here."""
    if call.structure is not None:
        return call.structure.name
    number = call.payload.get("structure", "") if isinstance(call.payload, dict) else ""
    return f"n° {number}" if number else "—"
