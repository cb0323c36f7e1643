"""Whom to write to about which page, and what became of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from maillage.core.models import Letter
from maillage.spaces.models import Space
from maillage.structures.enums import ContactVisibility, Disclosure
from maillage.structures.models import FreshnessReminder, Membership, Structure
from maillage.structures.queries.freshness import STEPS, latest_day, step_of

APART = timedelta(days=30)  # between two letters about one structure, however late the nights run


@dataclass(frozen=True, slots=True)
class Target:
    """One letter to write. `user_id` is the member it goes to, None for the structure's public address."""

    structure_id: int
    name: str
    since: date
    step: int
    to: str
    user_id: int | None


def due(space: Space, *, now: datetime, today: date) -> list[int]:
    """Keys of the structures that may get a letter now, oldest page first.

    Left out: pages the public does not read, those whose reminders were answered, stopped or sent for this
    step, those written to lately, and those with neither a member nor a public address that receives.
    """
    told = FreshnessReminder.objects.filter(structure=OuterRef("pk"))
    current = told.filter(since=OuterRef("upkeep__counts_from"))
    pages = _reachable(Structure.objects.published().in_space(space)).filter(
        ~Exists(told.filter(stopped_at__isnull=False)),
        ~Exists(told.filter(sent_at__gt=now - APART)),
        ~Exists(current.exclude(answer="")),
    )
    steps = Q()
    cuts = [*(latest_day(step, today) for step in STEPS), None]
    for place, step in enumerate(STEPS):
        age = Q(upkeep__counts_from__lte=cuts[place])
        if cuts[place + 1]:
            age &= Q(upkeep__counts_from__gt=cuts[place + 1])
        steps |= age & Q(~Exists(current.filter(months__gte=step)))
    found = pages.filter(steps).order_by("upkeep__counts_from", "pk")
    return list(found.values_list("pk", flat=True))


def _reachable(pages: QuerySet[Structure]) -> QuerySet[Structure]:
    refused = Letter.objects.filter(status=Letter.Status.REFUSED).order_by().values("to")
    member = Membership.objects.filter(
        structure=OuterRef("pk"), ended_at=None, user__is_active=True, user__erased_at=None
    )
    is_public = Q(contact_visibility__email__isnull=True) | Q(
        contact_visibility__email=ContactVisibility.PUBLIC.value
    )
    address = ~Q(email="") & is_public & ~Q(disclosure=Disclosure.PARTIAL)
    return pages.filter(Exists(member) | (address & ~Q(email__in=refused)))


def targets(structures: Sequence[int], *, today: date) -> list[Target]:
    """In the order given. A member is written to when there is one (another at each step), else the public address."""
    pages = Structure.objects.select_related("upkeep").in_bulk(structures)
    rows = [pages[pk] for pk in structures if pk in pages]
    members: dict[int, list[tuple[int, str]]] = defaultdict(list)
    known = Membership.objects.filter(
        structure__in=structures, ended_at=None, user__is_active=True, user__erased_at=None
    )
    for structure_id, member_id, email in known.order_by("kind", "pk").values_list(
        "structure_id", "user_id", "user__email"
    ):
        members[structure_id].append((member_id, email))
    addresses = {row.email for row in rows} | {
        email for people in members.values() for _user, email in people
    }
    refused = set(
        Letter.objects.filter(status=Letter.Status.REFUSED, to__in=addresses).values_list(
            "to", flat=True
        )
    )
    found = []
    for row in rows:
        step = step_of(row.upkeep.counts_from, today)
        people = [one for one in members[row.pk] if one[1] not in refused]
        user_id, to = people[STEPS.index(step) % len(people)] if people else (None, row.email)
        if to and to not in refused:
            found.append(Target(row.pk, row.name, row.upkeep.counts_from, step, to, user_id))
    return found


def sent_since(space: Space, moment: datetime) -> int:
    return FreshnessReminder.objects.filter(space_id=space.pk, sent_at__gte=moment).count()
