"""Who seeks allies for a call, and the groups that form."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from maillage.calls.enums import IntentionStatus
from maillage.calls.lib.window import window_of
from maillage.calls.models import AllyGroup, Edition, Intention
from maillage.structures.models import Membership, Structure

if TYPE_CHECKING:
    from maillage.accounts.models import User

PAGE = 50


def takes_intentions(edition: Edition, now: datetime) -> bool:
    """Until deposits close: an ally found afterwards is of no use."""
    until = window_of(edition).until
    return until is not None and now < until


def intentions_of(edition: Edition, *, theme: str = "", commune: str = "") -> QuerySet[Intention]:
    """Those who still seek or are in a group, the newest first."""
    rows = Intention.objects.filter(edition=edition).exclude(status=IntentionStatus.ENDED)
    if theme:
        rows = rows.filter(theme=theme)
    if commune:
        rows = rows.filter(municipality_code=commune)
    return rows.select_related("structure", "user", "group")


def mine(edition: Edition, user: "User") -> QuerySet[Intention]:
    return intentions_of(edition).filter(user=user)


def structures_of(user: "User") -> list[Structure]:
    """Structures whose page the person keeps: they may seek allies in their name."""
    held = Membership.objects.filter(user=user, ended_at=None, structure__merged_into=None)
    return [one.structure for one in held.select_related("structure").order_by("structure__name")]


def who(intention: Intention) -> str:
    return intention.structure.name if intention.structure is not None else str(intention.user)


@dataclass(frozen=True)
class Group:
    """`missing` are the roles that nobody fills yet."""

    row: AllyGroup
    members: list[Intention]

    @property
    def names(self) -> list[str]:
        return [who(one) for one in self.members]

    @property
    def missing(self) -> list[str]:
        return [str(one["label"]) for one in self.row.needs if not one.get("filled")]


def groups_of(edition: Edition) -> list[Group]:
    """Two queries."""
    members: dict[int | None, list[Intention]] = {}
    for one in intentions_of(edition).filter(group__isnull=False).order_by("pk"):
        members.setdefault(one.group_id, []).append(one)
    rows = AllyGroup.objects.filter(edition=edition)
    return [Group(row, members.get(row.pk, [])) for row in rows[:200]]


def group_of(row: AllyGroup) -> Group:
    found = intentions_of(row.edition).filter(group=row)
    return Group(row, list(found.order_by("pk")))


def is_member(user: "User", group: Group) -> bool:
    return any(one.user_id == user.pk for one in group.members)
