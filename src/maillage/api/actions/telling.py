"""Read the journal, and write what webhooks have to say of it.

What happened is not enqueued by whoever does it: a process that dies between the two would lose it. Each
webhook remembers up to which line it has read; lines and position move in one transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.db.models import Max, QuerySet

from maillage.api.lib.webhooks import Event
from maillage.api.models import Webhook, WebhookDelivery
from maillage.core import journal
from maillage.core.models import JournalEntry
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import EssStatus, State
from maillage.structures.models import Establishment, Structure

SUBJECT = "structures.structure"
# Acts that may change what the public reads of a structure; the others (calls, reminders, people) say nothing to it.
ACTS = (
    "archive", "cease", "confirm", "create", "edit", "import", "merge", "override_ess", "restore",
    "status_recomputed", "suppressed", "undo_import", "unmerge",
)  # fmt: skip
_BIRTHS = {"create", "import"}
CHUNK = 2000


@dataclass
class _Touched:
    """A structure that lines of the journal speak of. `before` holds what those lines say it was."""

    first_act: str
    last: int
    at: datetime
    spaces: set[int | None] = field(default_factory=set)
    before: dict[str, object] = field(default_factory=dict)


def something_to_tell() -> bool:
    """Whether the journal has lines that a webhook in service has not read."""
    last = JournalEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    return _listening().filter(told_up_to__lt=last).exists()


def tell(*, now: datetime) -> int:
    """Write the calls to make for what happened since each webhook's last reading; their number.

    A structure touched several times meanwhile is told once.
    """
    upto = journal.settled()
    late = _listening().filter(told_up_to__lt=upto)
    return sum(_tell_all(pk, upto, now) for pk in late.values_list("pk", flat=True))


def _listening() -> QuerySet[Webhook]:
    """A space that is not open tells nothing; it will, from where it was, once it is."""
    return Webhook.objects.filter(paused_at=None, space__is_public=True)


def _tell_all(pk: int, upto: int, now: datetime) -> int:
    count = 0
    while True:
        with transaction.atomic():
            webhook = Webhook.objects.select_for_update(of=("self",)).filter(pk=pk, paused_at=None)
            held = webhook.select_related("space").first()
            if held is None or held.told_up_to >= upto:
                return count
            lines = _lines(held.told_up_to, upto)
            read_to = lines[-1].pk if len(lines) == CHUNK else upto
            count += _write(held, lines, now)
            Webhook.objects.filter(pk=pk).update(told_up_to=read_to)


def _lines(after: int, upto: int) -> list[JournalEntry]:
    found = JournalEntry.objects.filter(
        pk__gt=after, pk__lte=upto, subject_type=SUBJECT, action__in=ACTS
    )
    return list(
        found.order_by("pk").only("at", "action", "subject_id", "space_id", "changes")[:CHUNK]
    )


def _write(webhook: Webhook, lines: Iterable[JournalEntry], now: datetime) -> int:
    touched = _touched(lines)
    found = [
        WebhookDelivery(
            webhook=webhook,
            event_id=_identifier(webhook, pk, one.last),
            event=event,
            structure_id=pk if exists else None,
            payload={"structure": pk, "at": one.at.isoformat()},
            due_at=now,
            created_at=now,
        )
        for pk, one, event, exists in _events(webhook, touched)
        if event in webhook.events
    ]
    WebhookDelivery.objects.bulk_create(found, batch_size=500, ignore_conflicts=True)
    return len(found)


def _touched(lines: Iterable[JournalEntry]) -> dict[int, _Touched]:
    found: dict[int, _Touched] = {}
    for line in lines:
        if not line.subject_id.isdecimal():
            continue
        one = found.setdefault(int(line.subject_id), _Touched(line.action, line.pk, line.at))
        one.last, one.at = line.pk, line.at
        one.spaces.add(line.space_id)
        for name in ("state", "ess_status"):
            if name in line.changes:
                one.before.setdefault(name, line.changes[name][0])
        if line.action in {"merge", "unmerge"}:
            one.before.setdefault("merged", line.action == "unmerge")
    return found


def _events(
    webhook: Webhook, touched: dict[int, _Touched]
) -> Iterable[tuple[int, _Touched, Event, bool]]:
    """What the public of the space saw before, and sees now, says which event it is; none when neither."""
    ids = list(touched)
    structures = Structure.objects.in_bulk(ids)
    shown = set(
        Structure.objects.published()
        .in_space(webhook.space)
        .filter(pk__in=ids)
        .values_list("pk", flat=True)
    )
    known = _known(ids, webhook.told_up_to)
    inside = _inside(webhook, ids)
    for pk, one in touched.items():
        structure = structures.get(pk)
        is_new = one.first_act in _BIRTHS and pk not in known
        seen = not is_new and _was_public(structure, one)
        if pk in shown:
            yield pk, one, Event.UPDATED if seen else Event.CREATED, True
        elif seen and (pk in inside or webhook.space_id in one.spaces):
            yield pk, one, Event.ARCHIVED, structure is not None


def _known(ids: list[int], before: int) -> set[int]:
    """Those of which the journal spoke already."""
    lines = JournalEntry.objects.filter(
        subject_type=SUBJECT, subject_id__in=[str(pk) for pk in ids], pk__lte=before
    )
    return {int(pk) for pk in lines.values_list("subject_id", flat=True).distinct()}


def _was_public(structure: Structure | None, one: _Touched) -> bool:
    state = one.before.get("state", structure.state if structure else State.ACTIVE)
    ess = one.before.get("ess_status", structure.ess_status if structure else "")
    merged = one.before.get("merged", bool(structure and structure.merged_into_id))
    return state == State.ACTIVE and ess != EssStatus.EXCLUDED and not merged


def _inside(webhook: Webhook, ids: list[int]) -> set[int]:
    """Those that have, or had, a place in the perimeter, or were told before."""
    places = Establishment.objects.filter(
        structure_id__in=ids, municipality_code__in=perimeter_codes(webhook.space)
    )
    told = webhook.deliveries.filter(structure_id__in=ids)
    return {
        *places.values_list("structure_id", flat=True),
        *told.values_list("structure_id", flat=True),
    }


def _identifier(webhook: Webhook, structure: int, line: int) -> UUID:
    """The same if the same lines are read again."""
    return uuid5(NAMESPACE_URL, f"maillage:webhook:{webhook.pk}:{structure}:{line}")
